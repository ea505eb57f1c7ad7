/** What an execution is given on its way: when to start, how long to take, how long to be kept. */
import { expect } from 'vitest';
import {
  type Clause,
  claimOne,
  create,
  createEnded,
  leaseMs,
  newExecution,
  wokenIds,
} from './store-harness.ts';

const hourMs = 3_600_000;

/** Clauses about starting later, limits and retention. */
export function wishClauses(clause: Clause): void {
  clause('what starts later has no task until it is due', async ({ store, clock }) => {
    const [id = ''] = await create(store, newExecution({ startInMs: hourMs }));
    const { refused } = await store.claim('worker-1', leaseMs, [id]);

    expect(refused).toEqual([{ id, reason: 'notDue', ms: hourMs }]);
    expect(await store.takeUnsent(10)).toEqual([]);
    expect(await store.wakeDue(10)).toEqual([]);
    expect(await store.nextDueMs()).toBe(hourMs);
    await clock.advance(hourMs);
    expect(wokenIds(await store.wakeDue(10))).toEqual([id]);
    expect(await claimOne(store, id)).toMatchObject({ status: 'PENDING', stalls: 0 });
  });

  clause('a start that is not later is a start at once', async ({ store }) => {
    const ids = await create(
      store,
      newExecution({ startInMs: 0 }),
      newExecution({ startInMs: -5 }),
    );

    expect(await store.wakeDue(10)).toEqual([]);
    expect((await store.claim('worker-1', leaseMs, ids)).claimed).toHaveLength(2);
  });

  clause('a claim and the record tell the limits that were given', async ({ store }) => {
    const limits = { timeoutMs: 5_000, deadlineAt: Date.UTC(2100, 0, 1) };
    const [id = '', plain = ''] = await create(
      store,
      newExecution({ ...limits, retentionMs: hourMs }),
      newExecution(),
    );

    expect(await store.getExecution(id)).toMatchObject({ ...limits, retentionMs: hourMs });
    expect(await claimOne(store, id)).toMatchObject(limits);
    expect(await claimOne(store, plain)).toMatchObject({ timeoutMs: null, deadlineAt: null });
    expect(await store.getExecution(plain)).toMatchObject({ retentionMs: null, uniqueKey: null });
  });

  clause('one with a retention of its own goes by it', async ({ store, clock }) => {
    const brief = await createEnded(store, 'SUCCEEDED', { retentionMs: hourMs });
    const long = await createEnded(store, 'SUCCEEDED', { retentionMs: 10 * hourMs });
    const plain = await createEnded(store);
    const left = async () => {
      await store.prune(5 * hourMs, 10);
      const found = await Promise.all([brief, plain, long].map((id) => store.getExecution(id)));
      return found.map((record) => record?.id);
    };

    await clock.advance(hourMs - 1);
    expect(await left()).toEqual([brief, plain, long]);
    await clock.advance(1);
    expect(await left()).toEqual([undefined, plain, long]);
    await clock.advance(4 * hourMs);
    expect(await left()).toEqual([undefined, undefined, long]);
    await clock.advance(5 * hourMs - 1);
    expect(await left()).toEqual([undefined, undefined, long]);
    await clock.advance(1);
    expect(await left()).toEqual([undefined, undefined, undefined]);
  });

  clause('a prune of both kinds deletes no more than asked', async ({ store, clock }) => {
    for (const retentionMs of [1, 1, 1]) await createEnded(store, 'SUCCEEDED', { retentionMs });
    for (let count = 0; count < 3; count += 1) await createEnded(store);
    await clock.advance(hourMs);

    expect(await store.prune(1, 4)).toBe(4);
    expect(await store.prune(1, 4)).toBe(2);
  });
}
