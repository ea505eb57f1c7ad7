/** Permits that crashes leave, and what sweeps make of them. */
import { expect } from 'vitest';
import { ask, askAll, claimSome, get, giveBack, need, one, two } from './limit-requests.ts';
import { type Clause, claimOne, ending, leaseMs, sleeping } from './store-harness.ts';

/** Defines the clauses about permits that are left. */
export function permitSweepClauses(clause: Clause): void {
  lossClauses(clause);
  sweepClauses(clause);
}

function lossClauses(clause: Clause): void {
  clause('the permit of a lost worker stays with the execution', async ({ store, clock }) => {
    const executions = await claimSome(store, 2);
    await askAll(store, executions, [need(one)]);
    await clock.advance(leaseMs + 1);

    const swept = await store.sweepPermits([one]);
    const claimed = await claimOne(store, get(executions, 0).id, 'worker-2');
    const { granted } = await store.acquirePermits([ask(claimed, [need(one)])]);

    expect(swept.wakeups).toEqual([]);
    expect(granted).toEqual([true]);
  });

  clause('a worker that lost its execution cannot give back its permit', async (harness) => {
    const { store, clock } = harness;
    const executions = await claimSome(store, 2);
    const { requests } = await askAll(store, executions, [need(one)]);
    await clock.advance(leaseMs + 1);
    const claimed = await claimOne(store, get(executions, 0).id, 'worker-2');
    await store.acquirePermits([ask(claimed, [need(one)])]);

    const late = await store.releasePermits([giveBack(get(requests, 0))], [one]);
    const timely = await store.releasePermits([giveBack(get(requests, 0), claimed.fence)], [one]);

    expect(late.wakeups).toEqual([]);
    expect(timely.wakeups).toHaveLength(1);
  });
}

function sweepClauses(clause: Clause): void {
  clause('a sweep takes back the permit of an execution that has ended', async ({ store }) => {
    const executions = await claimSome(store, 2);
    await askAll(store, executions, [need(one)]);
    await store.commit([ending(get(executions, 0))]);

    const { wakeups } = await store.sweepPermits([one]);

    expect(wakeups.map(({ executionId }) => executionId)).toEqual([get(executions, 1).id]);
  });

  clause('a permit of an execution that has ended or is gone is work ahead', async ({ store }) => {
    const executions = await claimSome(store, 2);
    await askAll(store, executions, [need(two)]);
    await store.commit([sleeping(get(executions, 0), null), ending(get(executions, 1))]);

    const ended = await store.workAhead();
    await store.sweepPermits([two]);
    const asleep = await store.workAhead();
    const unknown = { id: '00000000-0000-4000-8000-000000000000', fence: 1 };
    await store.acquirePermits([ask(unknown, [need(two)])]);
    const gone = await store.workAhead();

    expect([ended.busy, asleep.busy, gone.busy]).toEqual([true, false, true]);
  });

  clause('a sweep takes back a permit that no one takes', async ({ store, clock }) => {
    const executions = await claimSome(store, 3);
    const { requests } = await askAll(store, executions, [need(one)]);
    await store.releasePermits([giveBack(get(requests, 0))], [one]);

    await clock.advance(30_000);
    const early = await store.sweepPermits([one]);
    await clock.advance(30_000);
    const late = await store.sweepPermits([one]);

    expect(early.wakeups).toEqual([]);
    expect(late.wakeups.map(({ executionId }) => executionId)).toEqual([get(executions, 2).id]);
  });

  clause('a sweep wakes an execution that slept through its grant', async ({ store, clock }) => {
    const executions = await claimSome(store, 2);
    const call = { command: '2:0', parks: false };
    const { requests } = await askAll(store, executions, [need(one)], () => call);
    await store.releasePermits([giveBack(get(requests, 0))], [one]);
    const sleeper = get(executions, 1);
    await store.commit([sleeping(sleeper, null)]);

    await clock.advance(60_000);
    const { wakeups } = await store.sweepPermits([one]);
    const claimed = await claimOne(store, sleeper.id);
    const { granted } = await store.acquirePermits([ask(claimed, [need(one)], call)]);

    expect(wakeups.map(({ executionId }) => executionId)).toEqual([sleeper.id]);
    expect(granted).toEqual([true]);
  });

  clause('a sweep takes back the permit of a call that was not repeated', async (harness) => {
    const { store, clock } = harness;
    const executions = await claimSome(store, 2);
    await askAll(store, executions, [need(one)], () => ({ command: '2:0', parks: false }));
    await clock.advance(60_000);
    await claimOne(store, get(executions, 0).id, 'worker-2');

    await store.sweepPermits([one]);

    const [limit] = await store.listLimits(1, 10);
    expect(limit).toMatchObject({ inUse: 1, waiting: 0 });
  });

  clause('a sweep lets go on what waits for a limit that was removed', async ({ store }) => {
    const executions = await claimSome(store, 3);
    await askAll(store, executions, [need(one)]);

    const { wakeups } = await store.sweepPermits([]);

    expect(wakeups).toHaveLength(2);
  });

  clause('a sweep forgets what waits when its execution is deleted', async ({ store }) => {
    const executions = await claimSome(store, 2);
    await askAll(store, executions, [need(one)]);
    await store.deleteTasks([get(executions, 1).id]);

    await store.sweepPermits([one]);

    const [limit] = await store.listLimits(1, 10);
    expect(limit).toMatchObject({ inUse: 1, waiting: 0 });
  });
}
