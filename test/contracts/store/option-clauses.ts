/** Options of an execution: when it starts, how long it may take, how long it is kept. */
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

/** Defines the clauses about starting later, limits and retention. */
export function optionClauses(clause: Clause): void {
  clause('an execution that starts later has no task until it is due', async ({ store, clock }) => {
    const [id = ''] = await create(store, newExecution({ startInMs: hourMs }));
    const { refused } = await store.claim('worker-1', leaseMs, [id]);

    expect(refused).toEqual([{ id, reason: 'notDue', ms: hourMs }]);
    expect(await store.queueUnsent(10)).toEqual([]);
    expect(await store.wakeDue(10)).toEqual([]);
    expect(await store.nextDueMs()).toBe(hourMs);
    await clock.advance(hourMs);
    expect(wokenIds(await store.wakeDue(10))).toEqual([id]);
    expect(await claimOne(store, id)).toMatchObject({ status: 'PENDING', stalls: 0 });
  });

  clause('a start delay of zero or less starts an execution at once', async ({ store }) => {
    const ids = await create(
      store,
      newExecution({ startInMs: 0 }),
      newExecution({ startInMs: -5 }),
    );

    expect(await store.wakeDue(10)).toEqual([]);
    expect((await store.claim('worker-1', leaseMs, ids)).claimed).toHaveLength(2);
  });

  clause('the claim and the record have the given time limits', async ({ store }) => {
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

  clause("an execution's own retention replaces the general one", async ({ store, clock }) => {
    const brief = await createEnded(store, 'SUCCEEDED', { retentionMs: hourMs });
    const long = await createEnded(store, 'SUCCEEDED', { retentionMs: 10 * hourMs });
    const plain = await createEnded(store);
    const left = async () => {
      await store.pruneExecutions(5 * hourMs, 10);
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

  clause(
    'a prune of both kinds of executions deletes no more than its limit',
    async ({ store, clock }) => {
      for (const retentionMs of [1, 1, 1]) await createEnded(store, 'SUCCEEDED', { retentionMs });
      for (let count = 0; count < 3; count += 1) await createEnded(store);
      await clock.advance(hourMs);

      expect(await store.pruneExecutions(1, 4)).toBe(4);
      expect(await store.pruneExecutions(1, 4)).toBe(2);
    },
  );
}
