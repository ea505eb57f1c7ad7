/**
 * Suspension: a sleeping execution has no worker, and is woken when it is due, by its task or by
 * the sweep.
 */
import { expect } from 'vitest';
import {
  type Clause,
  checkpoint,
  claimOne,
  createClaimed,
  leaseMs,
  sleeping,
  wokenIds,
} from './store-harness.ts';

const hourMs = 3_600_000;

/** Defines the clauses about sleep. */
export function sleepClauses(clause: Clause): void {
  dueClauses(clause);
  nextDueClauses(clause);
}

function dueClauses(clause: Clause): void {
  clause('a sleeping execution has no worker and cannot be claimed', async ({ store, clock }) => {
    const claimed = await createClaimed(store);
    await store.commit([sleeping(claimed, hourMs)]);
    await clock.advance(60_000);

    const { refused } = await store.claim('worker-2', leaseMs, [claimed.id]);

    expect(refused).toEqual([{ id: claimed.id, reason: 'notDue', ms: hourMs - 60_000 }]);
    expect(await store.getExecution(claimed.id)).toMatchObject({
      status: 'RUNNING',
      workerId: null,
      dueAt: clock.now() - 60_000 + hourMs,
    });
  });

  clause('the sweep wakes a sleeping execution once, when it is due', async ({ store, clock }) => {
    const claimed = await createClaimed(store, { queue: 'low', batchId: 'b', batchIndex: 0 });
    await store.commit([sleeping(claimed, hourMs)]);
    await clock.advance(hourMs - 1);
    expect(await store.wakeDue(10)).toEqual([]);
    await clock.advance(1);

    const woken = await store.wakeDue(10);

    expect(woken).toEqual([{ executionId: claimed.id, queue: 'low', batchId: 'b' }]);
    expect(await store.wakeDue(10)).toEqual([]);
    expect(await claimOne(store, claimed.id, 'worker-2')).toMatchObject({ fence: 2, stalls: 0 });
  });

  clause(
    'a sleeping execution that is due can be claimed before the sweep finds it',
    async ({ store, clock }) => {
      const claimed = await createClaimed(store);
      await store.commit([sleeping(claimed, hourMs)]);
      await clock.advance(hourMs);

      await claimOne(store, claimed.id, 'worker-2');

      expect(await store.wakeDue(10)).toEqual([]);
    },
  );

  clause(
    'the sweep does not wake a sleeping execution that has a task',
    async ({ store, clock }) => {
      const claimed = await createClaimed(store);
      await store.commit([sleeping(claimed, hourMs, true)]);

      expect((await store.claim('worker-2', leaseMs, [claimed.id])).refused).toEqual([
        { id: claimed.id, reason: 'notDue', ms: hourMs },
      ]);
      await clock.advance(hourMs);
      expect(await store.wakeDue(10)).toEqual([]);
      await claimOne(store, claimed.id, 'worker-2');
    },
  );

  clause(
    'a sleeping execution whose task was lost is found by the search for old tasks',
    async ({ store, clock }) => {
      const claimed = await createClaimed(store);
      await store.commit([sleeping(claimed, hourMs, true)]);
      await clock.advance(hourMs + 59_999);
      expect(await store.requeueOldest('default', 10, 60_000)).toEqual([]);
      await clock.advance(1);

      expect(wokenIds(await store.requeueOldest('default', 10, 60_000))).toEqual([claimed.id]);
    },
  );

  clause(
    'an execution that waits only for a signal never becomes due',
    async ({ store, clock }) => {
      const claimed = await createClaimed(store);
      await store.commit([sleeping(claimed, null)]);
      await clock.advance(1_000 * hourMs);

      const { refused } = await store.claim('worker-2', leaseMs, [claimed.id]);

      expect(refused).toEqual([{ id: claimed.id, reason: 'notDue', ms: null }]);
      expect(await store.wakeDue(10)).toEqual([]);
      expect(await store.nextDueMs()).toBeNull();
      expect(await store.getExecution(claimed.id)).toMatchObject({ dueAt: null });
    },
  );

  clause('an execution released without a task is due at once', async ({ store }) => {
    const claimed = await createClaimed(store);
    await store.commit([sleeping(claimed, 0)]);

    expect(wokenIds(await store.wakeDue(10))).toEqual([claimed.id]);
  });

  clause('an execution released with its task is left to that task', async ({ store }) => {
    const claimed = await createClaimed(store);
    await store.commit([checkpoint(claimed, { lease: 'release', dueInMs: 0, wakeupSent: true })]);

    expect(await store.wakeDue(10)).toEqual([]);
    await claimOne(store, claimed.id, 'worker-2');
  });

  clause(
    'the earliest due executions are woken first, up to the limit',
    async ({ store, clock }) => {
      const sleepers = [];
      for (const dueInMs of [3_000, 1_000, 2_000]) {
        const claimed = await createClaimed(store);
        await store.commit([sleeping(claimed, dueInMs)]);
        sleepers.push(claimed.id);
      }
      await clock.advance(hourMs);

      expect(wokenIds(await store.wakeDue(2))).toEqual([sleepers[1], sleepers[2]].sort());
      expect(wokenIds(await store.wakeDue(2))).toEqual([sleepers[0]]);
    },
  );

  clause('two concurrent sweeps wake each sleeping execution once', async ({ store, clock }) => {
    const ids = [];
    for (let count = 0; count < 20; count += 1) {
      const claimed = await createClaimed(store);
      await store.commit([sleeping(claimed, 1_000)]);
      ids.push(claimed.id);
    }
    await clock.advance(1_000);

    const woken = await Promise.all([store.wakeDue(100), store.wakeDue(100), store.wakeDue(100)]);

    expect(wokenIds(woken.flat())).toEqual(ids.sort());
  });
}

function nextDueClauses(clause: Clause): void {
  clause(
    'the next due time is that of the earliest sleeping execution',
    async ({ store, clock }) => {
      expect(await store.nextDueMs()).toBeNull();
      for (const dueInMs of [hourMs, 5_000]) {
        await store.commit([sleeping(await createClaimed(store), dueInMs)]);
      }
      await clock.advance(1_000);

      expect(await store.nextDueMs()).toBe(4_000);
    },
  );

  clause('the time to an execution that is already due is zero', async ({ store, clock }) => {
    await store.commit([sleeping(await createClaimed(store), 5_000)]);
    await clock.advance(60_000);

    expect(await store.nextDueMs()).toBe(0);
    await store.wakeDue(10);
    expect(await store.nextDueMs()).toBeNull();
  });

  clause(
    'a sleeping execution with a task has no effect on the next due time',
    async ({ store }) => {
      await store.commit([sleeping(await createClaimed(store), 5_000, true)]);

      expect(await store.nextDueMs()).toBeNull();
    },
  );
}
