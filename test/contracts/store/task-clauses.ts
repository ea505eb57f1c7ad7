/** What an execution is called as a task, in lists and counts. */
import { expect } from 'vitest';
import type { Store } from '../../../lib/ports/store.ts';
import { type TaskState, taskStates } from '../../../lib/ports/task-store.ts';
import type { SimulatedClock } from '../../support/simulated-clock.ts';
import {
  type Clause,
  checkpoint,
  claimOne,
  create,
  createClaimed,
  createEnded,
  leaseMs,
  newExecution,
  newExecutions,
  readPages,
  sleeping,
} from './store-harness.ts';

const retryIn = { status: 'PENDING_REDRIVE', lease: 'release', dueInMs: 60_000 } as const;

/** At least one of each state in the queue 'default'; ids by state, sorted. */
async function oneOfEach(
  store: Store,
  clock: SimulatedClock,
): Promise<Record<TaskState, string[]>> {
  const archivedAs = { archiveReason: 'exhausted' };
  const dead = await createClaimed(store, {}, 'dies');
  await clock.advance(leaseMs);
  const [sent = ''] = await create(store, newExecution());
  const [unsent] = await store.createExecutions([newExecution()], false);
  const [scheduled = ''] = await create(store, newExecution({ startInMs: 60_000 }));
  const [due = ''] = await create(store, newExecution({ startInMs: 1 }));
  const sleeper = await createClaimed(store);
  const signalOnly = await createClaimed(store);
  const withTask = await createClaimed(store);
  const [retry, retrySent] = [await createClaimed(store), await createClaimed(store)];
  await store.commit([
    ...[sleeping(sleeper, 60_000), sleeping(signalOnly, null), sleeping(withTask, 60_000, true)],
    checkpoint(retry, retryIn),
    checkpoint(retrySent, { ...retryIn, wakeupSent: true }),
  ]);
  const ended = {
    succeeded: [await createEnded(store)],
    failed: [await createEnded(store, 'FAILED'), await createEnded(store, 'ABORTED')],
    archived: [await createEnded(store, 'TIMED_OUT', {}, archivedAs)],
  };
  await clock.advance(1);
  const active = await createClaimed(store);
  return {
    scheduled: [scheduled],
    pending: [dead.id, sent, unsent?.id ?? '', due].sort(),
    active: [active.id],
    waiting: [sleeper.id, signalOnly.id, withTask.id],
    retry: [retry.id, retrySent.id],
    ...ended,
  };
}

/** Clauses about the states of tasks. */
export function taskClauses(clause: Clause): void {
  clause('every execution is listed in the one state that it is in', async ({ store, clock }) => {
    const expected = await oneOfEach(store, clock);

    for (const state of taskStates) {
      const { entries } = await store.listTasks({ state }, { limit: 100 });
      expect(entries.map(({ id }) => id).sort(), state).toEqual(expected[state]);
      for (const entry of entries) {
        const { status, workerId } = (await store.getTask(entry.id)) ?? {};
        expect(entry).toMatchObject({ state, status, workerId });
        expect(await store.getTask(entry.id)).toMatchObject({ state });
      }
    }
  });

  clause('the counts are those of the lists', async ({ store, clock }) => {
    const expected = await oneOfEach(store, clock);

    expect(await store.countTasks(null, 100)).toEqual(
      taskStates.map((state) => ({ queue: 'default', state, count: expected[state].length })),
    );
  });

  clause('tasks are counted queue by queue, of those that are asked for', async ({ store }) => {
    await create(store, newExecution({ queue: 'high' }), newExecution({ queue: 'low' }));
    await create(store, newExecution({ queue: 'low', startInMs: 1_000 }));
    await createEnded(store, 'SUCCEEDED', { queue: 'high', retentionMs: 1_000 });

    expect(await store.countTasks(['low', 'none'], 10)).toEqual([
      { queue: 'low', state: 'scheduled', count: 1 },
      { queue: 'low', state: 'pending', count: 1 },
    ]);
    expect(await store.countTasks(null, 10)).toEqual([
      { queue: 'high', state: 'pending', count: 1 },
      { queue: 'high', state: 'succeeded', count: 1 },
      { queue: 'low', state: 'scheduled', count: 1 },
      { queue: 'low', state: 'pending', count: 1 },
    ]);
    expect(await store.countTasks([], 10)).toEqual([]);
  });

  clause('no count is above the cap', async ({ store }) => {
    await create(store, ...newExecutions(5));
    await store.createExecutions(newExecutions(5), false);
    await create(store, ...newExecutions(5, () => ({ startInMs: 1_000 })));
    const running = newExecutions(5);
    await create(store, ...running);
    await store.claim(
      'worker-1',
      leaseMs,
      running.map(({ id }) => id),
    );
    for (let count = 0; count < 5; count += 1) await createEnded(store);

    const counts = await store.countTasks(null, 3);

    expect(counts.map(({ state, count }) => `${count} ${state}`)).toEqual([
      '3 scheduled',
      '3 pending',
      '3 active',
      '3 succeeded',
    ]);
  });

  clause('a list of tasks comes page by page, newest first, as filtered', async ({ store }) => {
    const executions = newExecutions(7, (index) => ({ queue: index < 5 ? 'high' : 'low' }));
    await create(store, ...executions);
    await create(store, newExecution({ queue: 'high', machineId: 'invoices' }));
    const filter = { state: 'pending', queue: 'high', machineId: 'orders' } as const;

    const tasks = await readPages(2, (page) => store.listTasks(filter, page));

    const expected = executions.slice(0, 5).map(({ id }) => id);
    expect(tasks.map(({ id }) => id)).toEqual(expected.reverse());
  });

  clause('one task is told whole, with its entry in the archive', async ({ store, clock }) => {
    const id = await createEnded(store, 'FAILED', {}, { archiveReason: 'exhausted' });
    const record = await store.getExecution(id);

    expect(await store.getTask(id)).toEqual({
      ...record,
      ...{ state: 'archived', archivedAt: clock.now(), archiveReason: 'exhausted' },
    });
    await store.redriveArchived({}, 1);
    expect(await store.getTask(id)).toMatchObject({ state: 'pending', archivedAt: null });
    expect(await store.getTask('no-uuid')).toBeNull();
  });

  clause('a retry that is claimed and sleeps in its work waits', async ({ store, clock }) => {
    const claimed = await createClaimed(store);
    await store.commit([checkpoint(claimed, retryIn)]);
    await clock.advance(60_000);
    expect(await store.getTask(claimed.id)).toMatchObject({ state: 'pending' });

    await store.commit([sleeping(await claimOne(store, claimed.id), 1_000)]);

    expect(await store.getTask(claimed.id)).toMatchObject({ state: 'waiting' });
    expect((await store.listTasks({ state: 'retry' }, { limit: 10 })).entries).toEqual([]);
  });

  clause('the archive is asked for one entry, and by its time', async ({ store, clock }) => {
    const early = await createEnded(store, 'FAILED', {}, { archiveReason: 'first' });
    await clock.advance(1_000);
    const late = await createEnded(store, 'FAILED', {}, { archiveReason: 'second' });
    const at = clock.now();
    const found = async (filter: { archivedFrom?: number; archivedBefore?: number }) =>
      (await store.listArchive(filter, { limit: 10 })).entries.map(({ taskId }) => taskId);

    expect(await store.getArchived(early)).toMatchObject({ taskId: early, reason: 'first' });
    expect(await store.getArchived('unknown')).toBeNull();
    expect(await found({ archivedFrom: at })).toEqual([late]);
    expect(await found({ archivedBefore: at })).toEqual([early]);
    expect(await store.countArchive({ archivedFrom: at + 1 })).toBe(0);
  });
}
