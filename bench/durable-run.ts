import { setTimeout } from 'node:timers/promises';
import { createWorkerRoles } from '../lib/app/compose/create-roles.ts';
import type { MachineType } from '../lib/asl/definition.ts';
import type { AppContext } from '../lib/operations/app-context.ts';
import type { Store } from '../lib/ports/store/store.ts';
import { Dispatcher } from '../lib/roles/delivery/dispatcher.ts';
import { type BenchSettings, createBenchContext } from './bench-context.ts';
import {
  checkAllSucceeded,
  checkHistories,
  type PreparedBatch,
  prepareBatch,
} from './prepared-batch.ts';
import { type RecordingStore, recordStoreCalls, type StoreRecording } from './store-recording.ts';

/** The result of {@link runDurableBatch}. */
export interface DurableRun {
  readonly executionsPerSecond: number;
  /** CPU time of this process: it includes the database for PGlite, but not for PostgreSQL. */
  readonly cpuMicrosecondsPerExecution: number;
  readonly checkpointsPerCommit: number;
  readonly checkpointsInLargestCommit: number;
  readonly recording: StoreRecording;
}

const batchTimeoutMs = 600_000;

/** How long a part of a batch took. */
export interface PartTime {
  readonly seconds: number;
  /** CPU time of this process. */
  readonly cpuMicroseconds: number;
}

/**
 * A prepared batch that is run in parts, with the worker, executor and committer that an app
 * composes. A part is measured from the start of its worker to the end of its last execution; the
 * executions are recorded and queued before that.
 */
export class DurableBatch {
  readonly #inner: Store;
  readonly #type: MachineType;
  readonly #batch: PreparedBatch;
  readonly #recorded: RecordingStore;
  readonly #context: AppContext;
  #run = 0;

  private constructor(
    inner: Store,
    type: MachineType,
    batch: PreparedBatch,
    settings: BenchSettings,
  ) {
    this.#inner = inner;
    this.#type = type;
    this.#batch = batch;
    this.#recorded = recordStoreCalls(inner, batch);
    this.#context = createBenchContext(this.#recorded.store, settings);
  }

  /** Records a batch of `count` executions of the machine in `three-tasks.ts`. */
  static async prepare(
    store: Store,
    count: number,
    settings: BenchSettings,
    type: MachineType = 'STANDARD',
  ): Promise<DurableBatch> {
    return new DurableBatch(store, type, await prepareBatch(store, count, type), settings);
  }

  get recording(): StoreRecording {
    return this.#recorded.recording;
  }

  /** Runs the next `count` executions with a worker of their own. */
  async run(count: number): Promise<PartTime> {
    const { id: batchId, executionIds } = this.#batch;
    const { worker } = createWorkerRoles(this.#context);
    const part = executionIds.slice(this.#run, this.#run + count);
    this.#run += part.length;
    await new Dispatcher(this.#context).dispatch(
      part.map((executionId) => ({ executionId, queue: 'default', batchId })),
    );
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    worker.start();
    await withTimeout(this.#recorded.untilEnded(this.#run));
    const seconds = (performance.now() - startedAt) / 1_000;
    const cpu = process.cpuUsage(cpuBefore);
    await worker.stop();
    return { seconds, cpuMicroseconds: cpu.user + cpu.system };
  }

  /** Throws unless every execution of the batch ended SUCCEEDED exactly once. */
  async check(): Promise<void> {
    const { id, executionIds } = this.#batch;
    await checkAllSucceeded(this.#inner, id, executionIds.length);
    if (this.#type === 'STANDARD') await checkHistories(this.#inner, executionIds);
  }
}

/** Runs a batch as a whole, and checks it. */
export async function runDurableBatch(
  store: Store,
  count: number,
  settings: BenchSettings,
  type: MachineType = 'STANDARD',
): Promise<DurableRun> {
  const batch = await DurableBatch.prepare(store, count, settings, type);
  const { seconds, cpuMicroseconds } = await batch.run(count);
  await batch.check();
  const { recording } = batch;
  const groups = recording.calls.flatMap(({ kind, members }) =>
    kind === 'commit' ? [members.length] : [],
  );
  const checkpoints = groups.reduce((sum, size) => sum + size, 0);
  return {
    executionsPerSecond: count / seconds,
    cpuMicrosecondsPerExecution: cpuMicroseconds / count,
    checkpointsPerCommit: checkpoints / groups.length,
    checkpointsInLargestCommit: groups.reduce((most, size) => Math.max(most, size), 0),
    recording,
  };
}

/** A worker that makes no progress is a wrong result, not a slow one. */
async function withTimeout(work: Promise<void>): Promise<void> {
  const cancel = new AbortController();
  const timeout = setTimeout(batchTimeoutMs, undefined, { signal: cancel.signal }).then(
    () => {
      throw new Error(`the batch had not ended after ${batchTimeoutMs / 1_000} s`);
    },
    () => {},
  );
  await Promise.race([work, timeout]);
  cancel.abort();
}
