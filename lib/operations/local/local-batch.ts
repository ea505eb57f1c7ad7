/** Batches that are run in this process, without a queue. */
import { countInFlight } from '../../batch/batch-tally.ts';
import { planLocalChunk } from '../../batch/chunks.ts';
import { assert, MillraceError, messageOf } from '../../errors.ts';
import type { BatchRecord } from '../../ports/store/batch-store.ts';
import type { Wakeup } from '../../ports/store/execution-store.ts';
import { pause } from '../../retry/pause.ts';
import { Leader } from '../../roles/leader.ts';
import type { AppContext } from '../app-context.ts';
import { roleOptions } from '../create-executor.ts';
import { batchEndDeps, createResultFileWriter } from '../results/batch-end-deps.ts';
import { batchReaderDeps } from '../start-batch.ts';
import { LocalRun } from './local-run.ts';
import { RunQueue } from './run-queue.ts';

/** How a batch is run in this process. */
export interface LocalBatchOptions {
  /** Number of executions that run at once; 0 and 1 run one after the other. @default 1 */
  readonly concurrency?: number;
  /** Called before an execution runs. */
  readonly onExecutionStart?: (executionId: string, index: number) => void;
  /** Called when an execution has ended; `error` is null when it SUCCEEDED. */
  readonly onExecutionComplete?: (executionId: string, index: number, error: string | null) => void;
}

/** Throws INVALID_ARGUMENT for a concurrency that is no whole number of at least 0. */
export function checkLocalOptions({ concurrency = 1 }: LocalBatchOptions): void {
  if (Number.isInteger(concurrency) && concurrency >= 0) return;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `concurrency must be a whole number of at least 0; found ${concurrency}`,
  );
}

/** Time between two ticks of the leader while executions run, in milliseconds. */
const tickMs = 200;

/** The leader of a local batch is stopped by the end of the batch only. */
const neverAborted = new AbortController().signal;

/**
 * Runs a recorded batch in this process, without a queue. Resolves with the batch when it has
 * ended, or when its failures or a user have paused it, and everything that runs here has ended.
 */
export async function runBatchLocally(
  context: AppContext,
  batch: BatchRecord,
  options: LocalBatchOptions,
): Promise<BatchRecord> {
  const localRun = new LocalRun(context);
  localRun.start();
  try {
    const ended = await new LocalBatch(context, batch.id, localRun, options).run();
    await localRun.settle();
    await writeResults(context, ended);
    return ended;
  } finally {
    await localRun.stop();
  }
}

/**
 * Writes the file of results of a batch that has ended, as far as it can be written now: what fails
 * is left to the retries of a leader.
 */
async function writeResults(context: AppContext, { id, endedAt }: BatchRecord): Promise<void> {
  if (endedAt === null) return;
  const writer = createResultFileWriter(context);
  for (let pauseMs = 0; pauseMs === 0; ) {
    const file = await context.store.getResultFile(id);
    if (file?.status !== 'PENDING') return;
    pauseMs = await writer.tick(neverAborted);
  }
}

/**
 * Leads one batch and runs its executions: a {@link Leader} whose scope is the batch, and whose
 * tasks go to a {@link RunQueue}. As the batch is leased, another leader neither doubles it nor
 * loses it: when this process dies, another takes over and queues what was recorded and has not
 * ended.
 */
class LocalBatch {
  readonly #context: AppContext;
  readonly #batchId: string;
  readonly #localRun: LocalRun;
  readonly #options: LocalBatchOptions;
  readonly #queue: RunQueue;
  readonly #leader: Leader;
  #waking = new AbortController();

  constructor(
    context: AppContext,
    batchId: string,
    localRun: LocalRun,
    options: LocalBatchOptions,
  ) {
    const concurrency = Math.max(1, options.concurrency ?? 1);
    this.#context = context;
    this.#batchId = batchId;
    this.#localRun = localRun;
    this.#options = options;
    this.#queue = new RunQueue({
      run: (executionId) => this.#runExecution(executionId),
      concurrency,
      onIdle: () => this.#waking.abort(),
    });
    this.#leader = new Leader({
      ...roleOptions(context),
      ...batchReaderDeps(context),
      ...batchEndDeps(context),
      store: context.store,
      signalRouter: context.signalRouter,
      dispatcher: { dispatch: async (wakeups) => this.#dispatch(wakeups) },
      scope: { batchId },
      leaseMs: context.settings.leaseMs,
      busyMs: tickMs,
      idleMs: tickMs,
      idleMsMax: tickMs,
      planChunk: planLocalChunk(concurrency),
      redispatchesAll: true,
    });
  }

  /** Ticks the leader until the batch is no longer RUNNING and nothing of it runs here. */
  async run(): Promise<BatchRecord> {
    try {
      for (;;) {
        this.#waking = new AbortController();
        const pauseMs = await this.#leader.tick(neverAborted);
        this.#queue.throwFailure();
        const batch = this.#queue.isIdle ? await this.#getBatch() : null;
        if (batch !== null && batch.status !== 'RUNNING') return batch;
        if (batch !== null && this.#endsAtNextTick(batch)) continue;
        await pause(this.#context.clock, pauseMs, this.#waking.signal);
      }
    } finally {
      await this.#release();
    }
  }

  #endsAtNextTick(batch: BatchRecord): boolean {
    return this.#leader.batchesLed > 0 && batch.sourceDone && countInFlight(batch) === 0;
  }

  /** Adds new executions to the queue, and wakes those that are in it: they are to be aborted. */
  #dispatch(wakeups: readonly Wakeup[]): number {
    for (const { executionId } of wakeups) {
      if (this.#queue.has(executionId)) this.#localRun.wake(executionId);
      else this.#queue.add(executionId);
    }
    return wakeups.length;
  }

  async #runExecution(executionId: string): Promise<void> {
    const { onExecutionStart, onExecutionComplete } = this.#options;
    if (onExecutionStart) onExecutionStart(executionId, (await this.#outcome(executionId)).index);
    await this.#localRun.runTree(executionId);
    if (!onExecutionComplete) return;
    const { index, error, hasEnded } = await this.#outcome(executionId);
    // What is held back with a paused batch has not ended.
    if (hasEnded) onExecutionComplete(executionId, index, error);
  }

  async #outcome(executionId: string) {
    const record = await this.#context.store.getExecution(executionId);
    const { batchIndex = 0, error = null, endedAt = null } = record ?? {};
    return { index: batchIndex ?? 0, error, hasEnded: record === null || endedAt !== null };
  }

  async #getBatch(): Promise<BatchRecord> {
    const batch = await this.#context.store.getBatch(this.#batchId);
    assert(batch !== null, 'a recorded batch is in the store');
    return batch;
  }

  async #release(): Promise<void> {
    try {
      await this.#leader.release();
    } catch (error) {
      this.#context.logger.warn('batch lease not released: it will expire', {
        batchId: this.#batchId,
        error: messageOf(error),
      });
    }
  }
}
