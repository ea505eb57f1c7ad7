/** A person's orders for single tasks: cancel, hurry, delete. */
import { expect } from 'vitest';
import {
  type Clause,
  checkpoint,
  claimOne,
  create,
  createClaimed,
  createEnded,
  ending,
  leaseMs,
  newBatch,
  newExecution,
  newExecutions,
  nextId,
  sleeping,
  wokenIds,
} from './store-harness.ts';

/** Clauses about cancelling, hurrying and deleting tasks. */
export function taskOrderClauses(clause: Clause): void {
  cancelClauses(clause);
  hurryClauses(clause);
  deleteClauses(clause);
}

function cancelClauses(clause: Clause): void {
  clause('what never started is cancelled, and nothing else', async ({ store }) => {
    const [scheduled = '', pending = ''] = await create(
      store,
      newExecution({ startInMs: 60_000 }),
      newExecution(),
    );
    const claimed = await createClaimed(store);
    const asleep = await createClaimed(store);
    await store.commit([sleeping(asleep, 60_000)]);
    const ended = await createEnded(store);
    const all = [scheduled, pending, claimed.id, asleep.id, ended, nextId(), 'no-uuid'];

    const { cancelled, wakeups } = await store.abortUnstarted(all);

    expect(cancelled).toEqual([scheduled, pending].sort());
    expect(wokenIds(wakeups)).toEqual(cancelled);
    expect(await claimOne(store, scheduled)).toMatchObject({ abortRequested: true });
    expect(await store.heartbeat('worker-1', leaseMs)).toMatchObject({
      abortRequested: [scheduled],
    });
  });

  clause('what was claimed and handed back unbegun is not cancelled', async ({ store }) => {
    const claimed = await createClaimed(store);
    const handedBack = { status: 'PENDING', snapshot: null, lease: 'release', dueInMs: 0 } as const;
    await store.commit([checkpoint(claimed, handedBack)]);

    expect(await store.abortUnstarted([claimed.id])).toEqual({ cancelled: [], wakeups: [] });
  });

  clause('of a cancellation and a claim at the same time one wins', async ({ store }) => {
    const ids = await create(store, ...newExecutions(20));

    const outcomes = await Promise.all(
      ids.map(async (id) => {
        const [{ claimed }, { cancelled }] = await Promise.all([
          store.claim(`worker-${id}`, leaseMs, [id]),
          store.abortUnstarted([id]),
        ]);
        return {
          told: claimed[0]?.abortRequested ?? 'not handed out',
          won: cancelled.length === 1,
        };
      }),
    );

    for (const { told, won } of outcomes) expect(told).toBe(won);
  });
}

function hurryClauses(clause: Clause): void {
  clause('what starts later, or is tried again later, can be hurried', async ({ store }) => {
    const [scheduled = ''] = await create(store, newExecution({ startInMs: 60_000 }));
    const [retry, asleep] = [await createClaimed(store), await createClaimed(store)];
    const [pending = ''] = await create(store, newExecution());
    await store.commit([
      checkpoint(retry, { status: 'PENDING_REDRIVE', lease: 'release', dueInMs: 60_000 }),
      sleeping(asleep, 60_000),
    ]);

    const wakeups = await store.hurryTasks([scheduled, retry.id, asleep.id, pending, 'no-uuid']);

    expect(wokenIds(wakeups)).toEqual([scheduled, retry.id].sort());
    expect(await claimOne(store, scheduled)).toMatchObject({ status: 'PENDING' });
    expect(await claimOne(store, retry.id)).toMatchObject({ status: 'PENDING_REDRIVE' });
    expect((await store.claim('worker-1', leaseMs, [asleep.id])).refused).toMatchObject([
      { reason: 'notDue' },
    ]);
  });
}

function deleteClauses(clause: Clause): void {
  clause('a deleted task is gone whole: history, archive, name and key', async ({ store }) => {
    const claimed = await createClaimed(store, { name: 'once' });
    const events = { events: '[1]', firstEventId: 1, archiveReason: 'exhausted' };
    await store.commit([ending(claimed, 'FAILED', events)]);
    const [unstarted = ''] = await create(store, newExecution({ uniqueKey: 'k', startInMs: 1 }));

    const deleted = await store.deleteTasks([claimed.id, unstarted, claimed.id, 'no-uuid']);

    expect(deleted).toEqual([claimed.id, unstarted].sort());
    expect(await store.getTask(claimed.id)).toBeNull();
    expect(await store.getArchived(claimed.id)).toBeNull();
    expect(await store.readHistory(claimed.id, 1, 10)).toEqual([]);
    expect(await store.nextDueMs()).toBeNull();
    const again = [newExecution({ name: 'once' }), newExecution({ uniqueKey: 'k' })];
    const results = await store.createExecutions(again, true);
    expect(results.map(({ created }) => created)).toEqual([true, true]);
  });

  clause('deleting what had a key leaves it to whom has it now', async ({ store }) => {
    const old = await createEnded(store, 'SUCCEEDED', { uniqueKey: 'k' });
    const [heir = ''] = await create(store, newExecution({ uniqueKey: 'k' }));

    await store.deleteTasks([old]);

    const [result] = await store.createExecutions([newExecution({ uniqueKey: 'k' })], true);
    expect(result).toMatchObject({ id: heir, created: false });
  });

  clause('what has begun and not ended is not deleted', async ({ store }) => {
    const held = await createClaimed(store);
    const asleep = await createClaimed(store);
    await store.commit([sleeping(asleep, 60_000)]);
    const [awaited = ''] = await create(store, newExecution({ replyTo: '{"to":"a parent"}' }));

    expect(await store.deleteTasks([held.id, asleep.id, awaited])).toEqual([]);
    expect(await store.getTask(awaited)).not.toBeNull();
  });

  clause("a batch's tasks are deleted when both have ended", async ({ store }) => {
    const { id: batchId } = await store.createBatch(newBatch());
    const ended = await createEnded(store, 'SUCCEEDED', { batchId, batchIndex: 0 });
    const [unstarted = ''] = await create(store, newExecution({ batchId, batchIndex: 1 }));
    expect(await store.deleteTasks([ended, unstarted])).toEqual([]);

    await store.transitionBatch({ batchId, from: ['RUNNING'], to: 'FAILED', reason: null });

    expect(await store.deleteTasks([ended, unstarted])).toEqual([ended]);
    expect(await store.getBatch(batchId)).toMatchObject({ created: 2, succeeded: 1 });
  });

  clause('the target of a link is deleted once its source is gone', async ({ store }) => {
    const source = await createEnded(store);
    const link = { sourceExecutionId: source, sourceState: '', transformer: '' };
    const target = await createEnded(store, 'SUCCEEDED', { machineId: 'invoices', link });

    expect(await store.deleteTasks([target])).toEqual([]);
    expect(await store.deleteTasks([source])).toEqual([source]);
    expect(await store.deleteTasks([target])).toEqual([target]);
  });
}
