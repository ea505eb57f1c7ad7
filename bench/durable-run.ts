import { setTimeout } from 'node:timers/promises';
import { createWorkerRoles } from '../lib/app/compose/create-roles.ts';
import type { MachineType } from '../lib/asl/definition.ts';
import type { Store } from '../lib/ports/store/store.ts';
import { Dispatcher } from '../lib/roles/delivery/dispatcher.ts';
import { type BenchSettings, createBenchContext } from './bench-context.ts';
import { checkAllSucceeded, checkHistories, prepareBatch } from './prepared-batch.ts';
import { recordStoreCalls, type StoreRecording } from './store-recording.ts';

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

/**
 * Runs a prepared batch with the worker, executor and committer that an app composes. Measures from
 * the start of the worker to the end of the last execution; the executions are recorded and queued
 * before that. Throws unless every execution ends SUCCEEDED exactly once.
 */
export async function runDurableBatch(
  inner: Store,
  count: number,
  settings: BenchSettings,
  type: MachineType = 'STANDARD',
): Promise<DurableRun> {
  const batch = await prepareBatch(inner, count, type);
  const { store, recording, allEnded } = recordStoreCalls(inner, batch);
  const context = createBenchContext(store, settings);
  const { worker } = createWorkerRoles(context);
  const wakeUps = batch.executionIds.map((executionId) => ({ executionId, queue: 'default' }));
  await new Dispatcher(context).dispatch(wakeUps.map((each) => ({ ...each, batchId: batch.id })));

  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  worker.start();
  await withTimeout(allEnded);
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  await worker.stop();

  await checkAllSucceeded(inner, batch.id, count);
  if (type === 'STANDARD') await checkHistories(inner, batch.executionIds);
  const groups = recording.calls.flatMap(({ kind, members }) =>
    kind === 'commit' ? [members.length] : [],
  );
  const checkpoints = groups.reduce((sum, size) => sum + size, 0);
  return {
    executionsPerSecond: count / seconds,
    cpuMicrosecondsPerExecution: (cpu.user + cpu.system) / count,
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
