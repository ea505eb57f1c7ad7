/** Permits of limits: who gets them, who waits, and how they come back. */
import { expect } from 'vitest';
import type { LimitRule } from '../../../lib/ports/store/limits/limit-store.ts';
import {
  ask,
  askAll,
  claimSome,
  get,
  giveBack,
  need,
  one,
  rate,
  scope,
  two,
} from './limit-requests.ts';
import { permitSweepClauses } from './permit-sweep-clauses.ts';
import {
  type Clause,
  checkpoint,
  claimOne,
  create,
  leaseMs,
  newExecutions,
  sleeping,
} from './store-harness.ts';

/** Defines the clauses about limits. */
export function limitClauses(clause: Clause): void {
  concurrencyClauses(clause);
  severalLimitClauses(clause);
  severalScopeClauses(clause);
  rateClauses(clause);
  fairnessClauses(clause);
  permitSweepClauses(clause);
  useClauses(clause);
}

function concurrencyClauses(clause: Clause): void {
  clause('no more permits of a concurrency are handed out than it has', async ({ store }) => {
    const { granted } = await askAll(store, await claimSome(store, 3), [need(two)]);

    expect(granted).toEqual([true, true, false]);
  });

  clause('each key of a limit has permits of its own', async ({ store }) => {
    const executions = await claimSome(store, 3);
    const requests = executions.map((each, index) => ask(each, [need(one, `key-${index % 2}`)]));

    expect(await store.acquirePermits(requests)).toEqual({
      granted: [true, true, false],
      nextMs: null,
    });
  });

  clause('an execution that has to wait for a limit is given up and asleep', async ({ store }) => {
    const executions = await claimSome(store, 2);
    await askAll(store, executions, [need(one)]);
    const { id } = get(executions, 1);

    expect(await store.getTask(id)).toMatchObject({
      workerId: null,
      status: 'PENDING',
      startedAt: null,
      dueAt: null,
    });
    const again = await store.claim('worker-2', leaseMs, [id]);
    expect(again.refused).toEqual([{ id, reason: 'notDue', ms: null }]);
    expect((await store.workAhead()).busy).toBe(true);
  });

  clause(
    'a permit that is given back wakes who is next, for its next worker',
    async ({ store }) => {
      const executions = await claimSome(store, 3);
      const { requests } = await askAll(store, executions, [need(one)]);

      const { wakeups } = await store.releasePermits([giveBack(get(requests, 0))], [one]);
      const repeated = await store.acquirePermits([get(requests, 1)]);

      const next = get(executions, 1);
      expect(wakeups).toEqual([{ executionId: next.id, queue: 'default', batchId: null }]);
      const claimed = await claimOne(store, next.id, 'worker-2');
      const { granted } = await store.acquirePermits([ask(claimed, [need(one)])]);
      expect([...repeated.granted, ...granted]).toEqual([false, true]);
    },
  );

  clause('a request that is repeated keeps its permit, or its turn', async ({ store }) => {
    const executions = await claimSome(store, 3);
    const { requests } = await askAll(store, executions, [need(one)]);

    const { granted } = await store.acquirePermits([...requests].reverse());
    const { wakeups } = await store.releasePermits([giveBack(get(requests, 0))], [one]);

    expect(granted).toEqual([false, false, true]);
    expect(wakeups.map(({ executionId }) => executionId)).toEqual([get(executions, 1).id]);
  });

  clause('a raised limit is used at the next release', async ({ store }) => {
    const { requests } = await askAll(store, await claimSome(store, 4), [need(one)]);

    const raised = { ...one, concurrency: 3 };
    const { wakeups } = await store.releasePermits([giveBack(get(requests, 0))], [raised]);

    expect(wakeups).toHaveLength(3);
  });

  clause('an execution that waits for a limit wakes at its deadline', async ({ store, clock }) => {
    const deadlineAt = clock.now() + 60_000;
    const ids = await create(store, ...newExecutions(2, () => ({ deadlineAt })));
    const { claimed } = await store.claim('worker-1', leaseMs, ids);
    await askAll(store, claimed, [need(one)]);

    await clock.advance(60_000);

    expect(await store.wakeDue(10)).toHaveLength(1);
  });

  clause('a call waits without giving up its execution', async ({ store }) => {
    const [first, second] = await claimSome(store, 2);
    if (first === undefined || second === undefined) throw new Error('not claimed');
    const call = { command: '2:0', parks: false };
    const taken = ask(first, [need(one)], call);
    await store.acquirePermits([taken, ask(second, [need(one)], call)]);

    const { wakeups } = await store.releasePermits([giveBack(taken)], [one]);
    const early = await store.wakeGranted([second.id]);
    const asleep = checkpoint(second, { lease: 'release', dueInMs: null });
    await store.commit([asleep]);
    const late = await store.wakeGranted([first.id, second.id]);

    expect(wakeups).toEqual([]);
    expect(early).toEqual([]);
    expect(late).toEqual([second.id]);
    expect((await claimOne(store, second.id)).fence).toBe(second.fence + 1);
  });
}

function severalLimitClauses(clause: Clause): void {
  clause('a holder gets the permits of all its limits, or none', async ({ store }) => {
    const executions = await claimSome(store, 4);
    const needs = ['a', 'b', 'b', 'c'].map((key) => [need(one, key), need(two)]);
    const requests = executions.map((each, index) => ask(each, get(needs, index)));

    const { granted } = await store.acquirePermits(requests);
    const [limitOne, limitTwo] = await store.listLimits(5, 100);

    expect(granted).toEqual([true, true, false, false]);
    expect(limitOne).toMatchObject({ rule: 'one', inUse: 2, waiting: 1 });
    expect(limitTwo).toMatchObject({ rule: 'two', inUse: 2, waiting: 1 });
  });

  clause('a permit that its first waiter cannot use goes to the next', async ({ store }) => {
    const executions = await claimSome(store, 4);
    const keys = ['a', 'b', 'a', 'c'];
    const requests = executions.map((each, index) =>
      ask(each, [need(one, get(keys, index)), need(two)], { fairKey: get(keys, index) }),
    );
    await store.acquirePermits(requests);

    const { wakeups } = await store.releasePermits([giveBack(get(requests, 1))], [one, two]);

    expect(wakeups.map(({ executionId }) => executionId)).toEqual([get(executions, 3).id]);
  });
}

/** A limit of a scope that executions ask for after `scope`. */
const later: LimitRule = { ...one, scope: 'handler:ship' };
const inLater = { scope: later.scope };

function severalScopeClauses(clause: Clause): void {
  clause('a rate is used up once by an execution that waits in a later scope', async (harness) => {
    const { store } = harness;
    const executions = await claimSome(store, 3);
    const inFirst = { nextScopes: [later.scope] };
    await askAll(store, executions, [need(rate)], () => inFirst);
    const { requests } = await askAll(store, executions.slice(0, 2), [need(later)], () => inLater);

    await store.releasePermits([giveBack(get(requests, 0))], [rate, later]);
    const woken = await claimOne(store, get(executions, 1).id, 'worker-2');
    const { granted: first } = await store.acquirePermits([ask(woken, [need(rate)], inFirst)]);
    const { granted: second } = await store.acquirePermits([ask(woken, [need(later)], inLater)]);
    const { granted: again } = await store.acquirePermits([ask(woken, [need(rate)], inFirst)]);

    expect([...first, ...second, ...again]).toEqual([true, true, false]);
  });

  clause('a sweep leaves what an execution has that waits in a later scope', async (harness) => {
    const { store, clock } = harness;
    const executions = await claimSome(store, 2);
    const [holder, failed] = [get(executions, 0), get(executions, 1)];
    await store.acquirePermits([ask(holder, [need(later)], inLater)]);
    await store.commit([{ ...sleeping(failed, 0), status: 'PENDING_REDRIVE', attempts: 1 }]);
    const redriven = await claimOne(store, failed.id);
    await store.acquirePermits([ask(redriven, [need(one)], { nextScopes: [later.scope] })]);
    await store.acquirePermits([ask(redriven, [need(later)], inLater)]);

    await clock.advance(60_000);
    await store.sweepPermits([one, later]);

    const uses = await store.listLimits(1, 10);
    expect(uses.find((use) => use.scope === scope)).toMatchObject({ rule: 'one', inUse: 1 });
  });
}

function rateClauses(clause: Clause): void {
  clause('a rate hands out what it saved up, and then one at a time', async (harness) => {
    const { store, clock } = harness;
    const { granted, nextMs } = await askAll(store, await claimSome(store, 5), [need(rate)]);

    const early = await store.grantPermits([rate]);
    await clock.advance(100);
    const first = await store.grantPermits([rate]);
    await clock.advance(200);
    const both = await store.grantPermits([rate]);

    expect(granted).toEqual([true, true, false, false, false]);
    expect(nextMs).toBe(100);
    expect(early).toEqual({ wakeups: [], nextMs: 100 });
    expect([first.wakeups.length, first.nextMs]).toEqual([1, 100]);
    expect([both.wakeups.length, both.nextMs]).toEqual([2, null]);
  });

  clause('a newcomer does not overtake those that wait for a rate', async ({ store, clock }) => {
    const executions = await claimSome(store, 4);
    await askAll(store, executions.slice(0, 3), [need(rate)]);
    await clock.advance(100);

    const { granted } = await askAll(store, executions.slice(3), [need(rate)]);
    const { wakeups } = await store.grantPermits([rate]);

    expect(granted).toEqual([false]);
    expect(wakeups.map(({ executionId }) => executionId)).toEqual([get(executions, 2).id]);
  });

  clause('a clock that is set back does not stop a rate', async ({ store, clock }) => {
    await clock.advance(3_600_000);
    await askAll(store, await claimSome(store, 2), [need(rate)]);
    clock.step(-3_600_000);

    const { granted, nextMs } = await askAll(store, await claimSome(store, 1), [need(rate)]);

    expect(granted).toEqual([false]);
    expect(nextMs).toBe(100);
  });

  clause('a permit of a rate that was granted is not used up twice', async ({ store, clock }) => {
    const executions = await claimSome(store, 3);
    await askAll(store, executions, [need(rate)]);
    await clock.advance(100);
    await store.grantPermits([rate]);
    const claimed = await claimOne(store, get(executions, 2).id);

    const { granted } = await askAll(store, [claimed], [need(rate)]);
    await clock.advance(100);
    const next = await askAll(store, await claimSome(store, 1), [need(rate)]);

    expect(granted).toEqual([true]);
    expect(next.granted).toEqual([true]);
  });
}

function fairnessClauses(clause: Clause): void {
  clause('keys take turns, however many of one key wait', async ({ store }) => {
    const executions = await claimSome(store, 6);
    const keys = ['a', 'a', 'a', 'a', 'b', 'b'];
    const { requests } = await askAll(store, executions, [need(one)], (index) => ({
      fairKey: get(keys, index),
    }));

    const order: string[] = [];
    let holder = get(requests, 0);
    for (let turns = 0; turns < 5; turns += 1) {
      const { wakeups } = await store.releasePermits([giveBack(holder)], [one]);
      const index = executions.findIndex(({ id }) => id === wakeups[0]?.executionId);
      order.push(get(keys, index));
      holder = get(requests, index);
      await store.claim('worker-2', leaseMs, [holder.executionId]);
      await store.acquirePermits([holder]);
    }

    expect(order.join('')).toBe('ababa');
  });
}

function useClauses(clause: Clause): void {
  clause('limits are listed with the keys that have most', async ({ store, clock }) => {
    const executions = await claimSome(store, 6);
    const keys = ['a', 'b', 'b', 'b', 'c', 'c'];
    const requests = executions.map((each, index) => ask(each, [need(one, get(keys, index))]));
    await store.acquirePermits(requests);
    await clock.advance(2_000);

    expect(await store.listLimits(2, 100)).toEqual([
      {
        scope,
        rule: 'one',
        inUse: 3,
        waiting: 3,
        oldestMs: 2_000,
        keys: [
          { key: 'b', inUse: 1, waiting: 2 },
          { key: 'c', inUse: 1, waiting: 1 },
        ],
      },
    ]);
  });
}
