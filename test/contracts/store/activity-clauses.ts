/** The tasks of activities. */
import { expect } from 'vitest';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  type Clause,
  checkpoint,
  claimOne,
  createClaimed,
  createEnded,
  sleeping,
} from './store-harness.ts';

/** Creates a sleeping execution and returns the activity task that it waits for. */
async function createWaiting(store: Store, activity = 'paint') {
  const claimed = await createClaimed(store);
  await store.commit([sleeping(claimed, null)]);
  return newActivityTask(claimed.id, activity);
}

function newActivityTask(executionId: string, activity = 'paint') {
  return { activity, executionId, command: '2:0', taskToken: 'token', input: '{"a": 1.0}' };
}

/** Defines the clauses about activities. */
export function activityClauses(clause: Clause): void {
  clause(
    "an activity task is handed out once, and its execution is signalled with the worker's name",
    async ({ store }) => {
      const work = await createWaiting(store);
      await store.scheduleActivity(work);
      await store.scheduleActivity(work);

      const taken = await store.takeActivityTask('paint', 'Ann "A"', true);

      expect(taken).toEqual({
        task: work,
        isRunning: true,
        held: [],
        wakeups: [{ executionId: work.executionId, queue: 'default', batchId: null }],
      });
      const [signal] = (await claimOne(store, work.executionId)).signals;
      expect(JSON.parse(signal?.event ?? '')).toEqual({
        type: 'commandStarted',
        command: '2:0',
        workerName: 'Ann "A"',
      });
      expect(await store.takeActivityTask('paint', null, true)).toBeNull();
    },
  );

  clause('the event of a worker without a name contains no name', async ({ store }) => {
    const held = await createClaimed(store);
    await store.commit([checkpoint(held)]);
    await store.scheduleActivity(newActivityTask(held.id));

    const taken = await store.takeActivityTask('paint', null, true);

    expect(taken).toMatchObject({ isRunning: true, wakeups: [], held: [held.id] });
    const [signal] = (await store.readSignals([held.id])).get(held.id) ?? [];
    expect(JSON.parse(signal?.event ?? '')).toEqual({ type: 'commandStarted', command: '2:0' });
  });

  clause('the oldest task of an activity is handed out first', async ({ store, clock }) => {
    const first = await createWaiting(store);
    const other = await createWaiting(store, 'sand');
    const second = await createWaiting(store);
    for (const work of [first, other, second]) {
      await store.scheduleActivity(work);
      await clock.advance(1_000);
    }

    expect(await store.listActivities()).toEqual([
      { activity: 'paint', tasks: 2, oldestAt: clock.now() - 3_000 },
      { activity: 'sand', tasks: 1, oldestAt: clock.now() - 2_000 },
    ]);
    expect((await store.takeActivityTask('paint', null, true))?.task).toEqual(first);
    expect((await store.takeActivityTask('paint', null, true))?.task).toEqual(second);
  });

  clause('concurrent workers get different activity tasks', async ({ store }) => {
    const executionIds = [];
    for (let count = 0; count < 8; count += 1) {
      const work = await createWaiting(store);
      await store.scheduleActivity(work);
      executionIds.push(work.executionId);
    }

    const taken = await Promise.all(
      executionIds.map(() => store.takeActivityTask('paint', null, true)),
    );

    expect(taken.map((each) => each?.task.executionId).sort()).toEqual(executionIds.sort());
  });

  clause(
    'an activity task that was removed, or whose execution has ended, is of no use',
    async (bench) => {
      const { store } = bench;
      const work = await createWaiting(store);
      await store.scheduleActivity(work);
      await store.removeActivityTask(work.executionId, work.command);
      expect(await store.takeActivityTask('paint', null, true)).toBeNull();

      await store.scheduleActivity(newActivityTask(await createEnded(store)));
      expect(await store.takeActivityTask('paint', null, true)).toMatchObject({ isRunning: false });
      expect(await store.takeActivityTask('paint', null, true)).toBeNull();
    },
  );
}
