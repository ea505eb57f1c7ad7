/** Runs a prepared batch as an app does: worker, executor and committer as `compose` wires them. */
import { setTimeout } from 'node:timers/promises';
import { createWorkerRoles } from '../lib/app/compose/create-roles.ts';
import type { MachineType } from '../lib/asl/definition.ts';
import type { Store } from '../lib/ports/store/store.ts';
import { Dispatcher } from '../lib/roles/delivery/dispatcher.ts';
import { type ContextKnobs, newContext } from './new-world.ts';
import { checkAllSucceeded, checkHistories, prepareBatch } from './prepared-batch.ts';
import { type Recording, recordCalls } from './recording.ts';

/** One durable run. */
export interface DurableRun {
  readonly executionsPerSecond: number;
  /** CPU time of this process: with PGlite the database is in it, with PostgreSQL it is not. */
  readonly cpuMicrosecondsPerExecution: number;
  readonly checkpointsPerCommit: number;
  readonly checkpointsInLargestCommit: number;
  readonly recording: Recording;
}

const longestMs = 600_000;

/**
 * Measures from the worker's start to the last execution's end; recording and queueing them comes
 * before. Throws when an execution did not end SUCCEEDED exactly once.
 */
export async function runDurably(
  inner: Store,
  count: number,
  knobs: ContextKnobs,
  type: MachineType = 'STANDARD',
): Promise<DurableRun> {
  const batch = await prepareBatch(inner, count, type);
  const { store, recording, allEnded } = recordCalls(inner, batch);
  const context = newContext(store, knobs);
  const { worker } = createWorkerRoles(context);
  const wakeups = batch.executionIds.map((executionId) => ({ executionId, queue: 'default' }));
  await new Dispatcher(context).dispatch(wakeups.map((each) => ({ ...each, batchId: batch.id })));

  const cpuBefore = process.cpuUsage();
  const begunAt = performance.now();
  worker.start();
  await withinLimit(allEnded);
  const seconds = (performance.now() - begunAt) / 1_000;
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

/** A worker that stands still is a wrong result, not a slow one. */
async function withinLimit(work: Promise<void>): Promise<void> {
  const giveUp = new AbortController();
  const limit = setTimeout(longestMs, undefined, { signal: giveUp.signal }).then(
    () => {
      throw new Error(`the batch had not ended after ${longestMs / 1_000} s`);
    },
    () => {},
  );
  await Promise.race([work, limit]);
  giveUp.abort();
}
