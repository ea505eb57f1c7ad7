/** Batches on hold: what has not begun is held back, and comes back when they are resumed. */
import { expect } from 'vitest';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  batchExecutions,
  type Clause,
  checkpoint,
  claimOne,
  ending,
  leaseMs,
  newBatch,
  sleeping,
  wokenIds,
} from './store-harness.ts';

/** Defines the clauses about holds. */
export function holdClauses(clause: Clause): void {
  holdBackClauses(clause);
  resumeClauses(clause);
  abortClauses(clause);
  placeClauses(clause);
  pausedEndClauses(clause);
}

/** Records a batch with so many executions; returns its id and theirs. */
async function fannedOut(store: Store, count: number) {
  const { id: batchId } = await store.createBatch(newBatch());
  await store.leaseBatches('leader-1', leaseMs, 10);
  const executions = batchExecutions(batchId, 0, count);
  await store.fanOut({ batchId, fence: 1, executions, cursor: '1', sourceDone: true });
  return { batchId, ids: executions.map(({ id }) => id) };
}

function hold(store: Store, batchId: string): Promise<boolean> {
  const from = ['RUNNING'] as const;
  return store.transitionBatch({ batchId, from, to: 'PAUSED', reason: 'why', hold: true });
}

function resume(store: Store, batchId: string): Promise<boolean> {
  return store.transitionBatch({ batchId, from: ['PAUSED'], to: 'RUNNING', reason: null });
}

function retrying(claimed: Awaited<ReturnType<typeof claimOne>>, dueInMs: number) {
  return checkpoint(claimed, {
    status: 'PENDING_REDRIVE',
    lease: 'release',
    dueInMs,
    attempts: 1,
    error: 'Down',
    failedState: '',
    events: '[1]',
    firstEventId: 1,
  });
}

function holdBackClauses(clause: Clause): void {
  clause(
    'an execution of a batch on hold that has not begun is not handed out',
    async (harness) => {
      const { store } = harness;
      const { batchId, ids } = await fannedOut(store, 2);
      await hold(store, batchId);

      const first = await store.claim('worker-1', leaseMs, ids);
      const again = await store.claim('worker-2', leaseMs, ids);

      const refused = [...ids].sort().map((id) => ({ id, reason: 'onHold' }));
      expect(first.claimed).toEqual([]);
      expect(first.refused.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(refused);
      expect(again.refused).toHaveLength(2);
      expect(await store.getTask(ids[0] ?? '')).toMatchObject({
        status: 'PENDING',
        state: 'pending',
        dueAt: null,
        startedAt: null,
      });
    },
  );

  clause('executions that are held back need no task and are no work', async (harness) => {
    const { store, clock } = harness;
    const { batchId, ids } = await fannedOut(store, 3);
    await hold(store, batchId);
    await store.claim('worker-1', leaseMs, ids);
    await clock.advance(10 * leaseMs);

    expect(await store.queueUnsent(10)).toEqual([]);
    expect(await store.wakeDue(10)).toEqual([]);
    expect(await store.requeueOldest('default', 10, 0)).toEqual([]);
    expect(await store.countRunnable(10)).toEqual([]);
    expect(await store.nextDueMs()).toBeNull();
    expect(await store.workAhead()).toEqual({ busy: false, nextDueMs: null });
    expect(await store.countTasks(null, 10)).toEqual([
      { queue: 'default', state: 'pending', count: 3 },
    ]);
    expect((await store.listTasks({ state: 'pending' }, { limit: 10 })).entries).toHaveLength(3);
    expect((await store.listTasks({ state: 'scheduled' }, { limit: 10 })).entries).toEqual([]);
    expect(await store.makeTasksDue(ids)).toEqual([]);
  });

  clause('a retry is held back when it is due, and not before', async ({ store, clock }) => {
    const { batchId, ids } = await fannedOut(store, 1);
    const claimed = await claimOne(store, ids[0] ?? '');
    await store.commit([retrying(claimed, 5_000)]);
    await hold(store, batchId);

    expect((await store.claim('worker-1', leaseMs, ids)).refused).toMatchObject([
      { reason: 'notDue', ms: 5_000 },
    ]);
    await clock.advance(5_000);

    expect((await store.claim('worker-1', leaseMs, ids)).refused).toMatchObject([
      { reason: 'onHold' },
    ]);
  });

  clause('an execution that has begun goes on while its batch is on hold', async (harness) => {
    const { store, clock } = harness;
    const { batchId, ids } = await fannedOut(store, 2);
    const [first = '', second = ''] = ids;
    const running = await claimOne(store, first);
    const asleep = await claimOne(store, second);
    await store.commit([sleeping(asleep, 1_000)]);
    await hold(store, batchId);
    await clock.advance(1_000);

    expect(await store.commit([ending(running)])).toEqual(new Set([first]));
    expect((await store.claim('worker-2', leaseMs, [second])).claimed).toHaveLength(1);
  });

  clause('a pause without a hold holds nothing back', async ({ store }) => {
    const { batchId, ids } = await fannedOut(store, 1);
    await store.transitionBatch({ batchId, from: ['RUNNING'], to: 'PAUSED', reason: 'why' });

    expect((await store.claim('worker-1', leaseMs, ids)).claimed).toHaveLength(1);
    expect(await store.getBatch(batchId)).toMatchObject({ status: 'PAUSED', onHold: false });
  });
}

function resumeClauses(clause: Clause): void {
  clause('a resumed batch gets its tasks for what was held back', async ({ store }) => {
    const { batchId, ids } = await fannedOut(store, 3);
    const other = await fannedOut(store, 1);
    await hold(store, batchId);
    await hold(store, other.batchId);
    await store.claim('worker-1', leaseMs, [...ids, ...other.ids]);

    await resume(store, batchId);

    expect(await store.getBatch(batchId)).toMatchObject({ status: 'RUNNING', onHold: false });
    expect(await store.workAhead()).toMatchObject({ busy: true });
    expect(wokenIds(await store.queueUnsent(2))).toHaveLength(2);
    expect(wokenIds(await store.queueUnsent(2))).toHaveLength(1);
    expect(await store.queueUnsent(2)).toEqual([]);
    expect((await store.claim('worker-1', leaseMs, ids)).claimed).toHaveLength(3);
  });
}

function abortClauses(clause: Clause): void {
  clause('an execution that is held back and to be aborted is handed out', async ({ store }) => {
    const { batchId, ids } = await fannedOut(store, 1);
    await hold(store, batchId);
    await store.claim('worker-1', leaseMs, ids);

    expect(wokenIds(await store.requestAbort(ids))).toEqual(ids);

    const { claimed } = await store.claim('worker-1', leaseMs, ids);
    expect(claimed).toMatchObject([{ abortRequested: true }]);
  });

  clause('an abort of what has not begun leaves alone what runs or sleeps', async ({ store }) => {
    const { batchId, ids } = await fannedOut(store, 5);
    const [runs = '', sleeps = '', failed = '', ...fresh] = ids;
    await claimOne(store, runs);
    await store.commit([sleeping(await claimOne(store, sleeps), 1_000)]);
    await store.commit([retrying(await claimOne(store, failed), 1_000)]);
    await hold(store, batchId);
    await store.claim('worker-1', leaseMs, fresh.slice(0, 1));

    const woken = wokenIds(await store.requestAbort(ids, true));

    expect(woken).toEqual([failed, ...fresh].sort());
    expect(await store.getTask(runs)).toMatchObject({ abortRequested: false });
    expect(await store.getTask(failed)).toMatchObject({ abortRequested: true });
  });

  clause('a batch that is to be aborted is on hold no more', async ({ store }) => {
    const { batchId } = await fannedOut(store, 1);
    await hold(store, batchId);

    await store.requestBatchAbort(batchId, 'a person');

    expect(await store.getBatch(batchId)).toMatchObject({ status: 'RUNNING', onHold: false });
  });
}

function placeClauses(clause: Clause): void {
  clause('the open executions of a batch are counted by where they are', async ({ store }) => {
    const { batchId, ids } = await fannedOut(store, 7);
    const claims = await Promise.all(ids.slice(0, 5).map((id) => claimOne(store, id)));
    const [runs, sleeps, waits, failed, ended] = claims;
    if (!runs || !sleeps || !waits || !failed || !ended) throw new Error('five were claimed');
    await store.commit([
      sleeping(sleeps, 60_000),
      sleeping(waits, null),
      retrying(failed, 60_000),
      ending(ended, 'FAILED'),
    ]);
    await hold(store, batchId);
    await store.claim('worker-1', leaseMs, ids.slice(5, 6));

    expect(await store.getBatchStats(batchId)).toMatchObject({
      open: { running: 1, sleeping: 1, waiting: 1, retrying: 1, heldBack: 1, pending: 1 },
      byRetriedError: { Down: 1 },
      byError: { Broken: 1 },
    });
    expect(await store.getBatch(batchId)).toMatchObject({ retried: 1, failed: 1 });
  });
}

function pausedEndClauses(clause: Clause): void {
  clause('a paused batch is leased when nothing of it is left to do', async ({ store }) => {
    const { batchId, ids } = await fannedOut(store, 1);
    await store.releaseBatch(batchId, 1);
    await hold(store, batchId);
    expect(await store.leaseBatches('leader-2', leaseMs, 10)).toEqual([]);
    await resume(store, batchId);
    const claimed = await claimOne(store, ids[0] ?? '');
    await store.commit([ending(claimed)]);
    await hold(store, batchId);

    expect(await store.workAhead()).toMatchObject({ busy: true });
    expect(await store.leaseBatches('leader-2', leaseMs, 10)).toMatchObject([
      { id: batchId, status: 'PAUSED' },
    ]);
  });

  clause('a paused batch whose source has more is not leased', async ({ store }) => {
    const { id: batchId } = await store.createBatch(newBatch());
    await hold(store, batchId);

    expect(await store.leaseBatches('leader-1', leaseMs, 10)).toEqual([]);
  });
}
