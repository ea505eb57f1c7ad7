/**
 * Runs a recorded batch in this process, without a queue: the original behaviour of `executeBatch`.
 * It leads the batch under a lease like any leader, so that a leader elsewhere neither doubles it
 * nor loses it when this process dies: what was recorded and not run is then queued.
 */
import type { Json } from '../../asl/json/json.ts';
import { createdAmong, toExecutions } from '../../batch/fan-out.ts';
import { assert, MillraceError } from '../../errors.ts';
import type { BatchRecord, LeasedBatch } from '../../ports/batch-store.ts';
import { pause } from '../../ports/clock.ts';
import type { NewExecution } from '../../ports/execution-store.ts';
import { BatchAbort } from '../../roles/batch/batch-abort.ts';
import { BatchJob } from '../../roles/batch/batch-job.ts';
import { judgeBatch } from '../../roles/batch/batch-progress.ts';
import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import type { AppContext } from '../app-context.ts';
import { batchJobDeps } from '../start-batch.ts';
import { LocalRun } from './local-run.ts';

/** How a batch is run in this process. */
export interface LocalBatchOptions {
  /** Executions run at once; 0 and 1 run one after the other. @default 1 */
  readonly concurrency?: number;
  /** Called before an execution runs. */
  readonly onExecutionStart?: (executionId: string, index: number) => void;
  /** Called when it has ended; `error` is null when it SUCCEEDED. */
  readonly onExecutionComplete?: (executionId: string, index: number, error: string | null) => void;
}

/** Throws INVALID_ARGUMENT for a number that cannot be. */
export function checkLocalOptions({ concurrency = 1 }: LocalBatchOptions): void {
  if (Number.isInteger(concurrency) && concurrency >= 0) return;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `concurrency must be a whole number of at least 0; found ${concurrency}`,
  );
}

/** How often a batch whose executions others run is looked at, in milliseconds. */
const lookMs = 200;

/** Resolves with the batch as it ended, or as its failures paused it. */
export async function runBatchLocally(
  context: AppContext,
  batch: BatchRecord,
  options: LocalBatchOptions,
): Promise<BatchRecord> {
  const run = new LocalRun(context);
  run.start();
  try {
    await new LocalBatch(context, batch, run, options).run();
    await run.settle();
  } finally {
    await run.stop();
  }
  return ended(context, batch.id);
}

/** A batch that this process leads; see the head of this file. */
class LocalBatch {
  readonly #context: AppContext;
  readonly #batch: BatchRecord;
  readonly #run: LocalRun;
  readonly #options: LocalBatchOptions;
  readonly #leaderId: string;

  constructor(context: AppContext, batch: BatchRecord, run: LocalRun, options: LocalBatchOptions) {
    this.#context = context;
    this.#batch = batch;
    this.#run = run;
    this.#options = options;
    this.#leaderId = context.entropy.uuid();
  }

  /** Fans out and runs, a chunk at a time, until the batch has ended or another leader has it. */
  async run(): Promise<void> {
    const { clock } = this.#context;
    const abort = new BatchAbort({ ...this.#context, dispatcher: new Dispatcher(this.#context) });
    for (let batch = await this.#lease(); batch !== null; batch = await this.#lease()) {
      if (batch.abortReason !== null) {
        if (await abort.step(batch, clock.now())) return;
        await pause(clock, lookMs);
        continue;
      }
      const job = this.#open(batch);
      try {
        if (!(await judgeBatch(this.#context, batch, job.options))) return;
        if (batch.sourceDone) await pause(clock, lookMs);
        else if (!(await this.#runChunk(batch, job))) return;
      } finally {
        await job.close();
      }
    }
  }

  /**
   * The batch under this process's lease; null when another leader has it or it is no longer
   * RUNNING.
   */
  async #lease(): Promise<LeasedBatch | null> {
    const { store, settings } = this.#context;
    const { leaseMs } = settings;
    const [batch] = await store.leaseBatches(this.#leaderId, leaseMs, 1, {
      batchId: this.#batch.id,
    });
    return batch ?? null;
  }

  #open({ fence }: LeasedBatch): BatchJob {
    return new BatchJob(
      { ...this.#batch, fence },
      batchJobDeps(this.#context),
      this.#context.entropy,
    );
  }

  /** False when the lease was lost. */
  async #runChunk(batch: LeasedBatch, job: BatchJob): Promise<boolean> {
    const cursor = batch.cursor === null ? null : (JSON.parse(batch.cursor) as Json);
    const chunk = await job.source.read(cursor, this.#chunkSize(job));
    const executions = toExecutions(chunk.items, job.fanOutContext);
    const results = await this.#context.store.fanOut({
      batchId: batch.id,
      fence: batch.fence,
      executions,
      cursor: JSON.stringify(chunk.cursor),
      sourceDone: chunk.done,
    });
    if (results === null) return false;
    await this.#runAll(createdAmong(executions, results));
    return true;
  }

  /** With `stopOnError` no more are recorded than run at once, so that none is left over. */
  #chunkSize(job: BatchJob): number {
    return job.options.stopOnError ? this.#concurrency() : job.options.chunkSize;
  }

  #concurrency(): number {
    return Math.max(1, this.#options.concurrency ?? 1);
  }

  async #runAll(executions: readonly NewExecution[]): Promise<void> {
    const waiting = executions.values();
    const lane = async () => {
      for (const execution of waiting) await this.#runOne(execution);
    };
    await Promise.all(Array.from({ length: this.#concurrency() }, lane));
  }

  async #runOne({ id, batchIndex = 0 }: NewExecution): Promise<void> {
    this.#options.onExecutionStart?.(id, batchIndex);
    await this.#run.runTree(id);
    if (this.#options.onExecutionComplete === undefined) return;
    const record = await this.#context.store.getExecution(id);
    this.#options.onExecutionComplete(id, batchIndex, record?.error ?? null);
  }
}

/** The batch once it has ended or is paused, whoever leads it. */
async function ended({ store, clock }: AppContext, batchId: string): Promise<BatchRecord> {
  for (;;) {
    const batch = await store.getBatch(batchId);
    assert(batch !== null, 'a batch that was recorded is in the store');
    if (batch.status !== 'RUNNING') return batch;
    await pause(clock, lookMs);
  }
}
