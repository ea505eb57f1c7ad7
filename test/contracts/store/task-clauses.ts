/** The states of executions as tasks, in lists and counts. */
import { expect } from 'vitest';
import type { Store } from '../../../lib/ports/store/store.ts';
import { type QueueTaskState, queueTaskStates } from '../../../lib/ports/store/task-store.ts';
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

/** Creates at least one task of each state in the queue 'default'; returns ids by state, sorted. */
async function oneOfEach(
  store: Store,
  clock: SimulatedClock,
): Promise<Record<QueueTaskState, string[]>> {
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
    sleeping(sleeper, 60_000),
    sleeping(signalOnly, null),
    sleeping(withTask, 60_000, true),
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

/** Defines the clauses about the states of tasks. */
export function taskClauses(clause: Clause): void {
  clause('every execution is listed in exactly one task state', async ({ store, clock }) => {
    const expected = await oneOfEach(store, clock);

    for (const state of queueTaskStates) {
      const { entries } = await store.listTasks({ state }, { limit: 100 });
      expect(entries.map(({ id }) => id).sort(), state).toEqual(expected[state]);
      for (const entry of entries) {
        const { status, workerId } = (await store.getTask(entry.id)) ?? {};
        expect(entry).toMatchObject({ state, status, workerId });
        expect(await store.getTask(entry.id)).toMatchObject({ state });
      }
    }
  });

  clause('the task counts equal the lengths of the lists', async ({ store, clock }) => {
    const expected = await oneOfEach(store, clock);

    expect(await store.countTasks(null, 100)).toEqual(
      queueTaskStates.map((state) => ({ queue: 'default', state, count: expected[state].length })),
    );
  });

  clause('tasks are counted per queue, for the given queues', async ({ store }) => {
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

  clause('no task count is above the cap', async ({ store }) => {
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

  clause('a list of ended tasks looks at a bounded number of executions', async ({ store }) => {
    const high = await createEnded(store, 'SUCCEEDED', { queue: 'high' });
    for (let count = 0; count < 3; count += 1)
      await createEnded(store, 'SUCCEEDED', { queue: 'low' });
    const query = { state: 'succeeded', queue: 'high' } as const;

    const first = await store.listTasks(query, { limit: 5 }, 2);
    const second = await store.listTasks(query, { limit: 5, cursor: first.next ?? '' }, 2);

    expect(first).toMatchObject({ entries: [], lookedAt: { rows: 2, isAll: false } });
    expect(second.entries).toMatchObject([{ id: high, state: 'succeeded', workerId: null }]);
    expect((await store.listTasks(query, { limit: 5 })).lookedAt.isAll).toBe(true);
  });

  clause('tasks are listed page by page, newest first, by filter', async ({ store }) => {
    const executions = newExecutions(7, (index) => ({ queue: index < 5 ? 'high' : 'low' }));
    await create(store, ...executions);
    await create(store, newExecution({ queue: 'high', machineId: 'invoices' }));
    const filter = { state: 'pending', queue: 'high', machineId: 'orders' } as const;

    const tasks = await readPages(2, (page) => store.listTasks(filter, page));

    const expected = executions.slice(0, 5).map(({ id }) => id);
    expect(tasks.map(({ id }) => id)).toEqual(expected.reverse());
  });

  clause(
    'getting a task returns the whole execution and its archive entry',
    async ({ store, clock }) => {
      const id = await createEnded(store, 'FAILED', {}, { archiveReason: 'exhausted' });
      const record = await store.getExecution(id);

      expect(await store.getTask(id)).toEqual({
        ...record,
        state: 'archived',
        abortRequested: false,
        archivedAt: clock.now(),
        archiveReason: 'exhausted',
      });
      await store.redriveArchived({}, 1);
      expect(await store.getTask(id)).toMatchObject({ state: 'pending', archivedAt: null });
      expect(await store.getTask('no-uuid')).toBeNull();
    },
  );

  clause(
    'a retried execution that sleeps after its claim is in the state waiting',
    async ({ store, clock }) => {
      const claimed = await createClaimed(store);
      await store.commit([checkpoint(claimed, retryIn)]);
      await clock.advance(60_000);
      expect(await store.getTask(claimed.id)).toMatchObject({ state: 'pending' });

      await store.commit([sleeping(await claimOne(store, claimed.id), 1_000)]);

      expect(await store.getTask(claimed.id)).toMatchObject({ state: 'waiting' });
      expect((await store.listTasks({ state: 'retry' }, { limit: 10 })).entries).toEqual([]);
    },
  );

  clause('an archive entry can be read by id and by time', async ({ store, clock }) => {
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
