/** Commands for single tasks: cancel, make due, delete. */
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

/** Defines the clauses about cancelling, making due and deleting tasks. */
export function taskCommandClauses(clause: Clause): void {
  cancelClauses(clause);
  dueClauses(clause);
  deleteClauses(clause);
}

function cancelClauses(clause: Clause): void {
  clause('a cancellation affects only tasks that never started', async ({ store }) => {
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

    const { cancelled, wakeups } = await store.cancelUnstarted(all);

    expect(cancelled).toEqual([scheduled, pending].sort());
    expect(wokenIds(wakeups)).toEqual(cancelled);
    expect(await claimOne(store, scheduled)).toMatchObject({ abortRequested: true });
    expect(await store.heartbeat('worker-1', leaseMs)).toMatchObject({
      abortRequested: [scheduled],
    });
  });

  clause(
    'a task that was claimed and released before its first step is not cancelled',
    async ({ store }) => {
      const claimed = await createClaimed(store);
      const released = {
        status: 'PENDING',
        snapshot: null,
        lease: 'release',
        dueInMs: 0,
      } as const;
      await store.commit([checkpoint(claimed, released)]);

      expect(await store.cancelUnstarted([claimed.id])).toEqual({ cancelled: [], wakeups: [] });
    },
  );

  clause('one of a concurrent cancellation and claim wins', async ({ store }) => {
    const ids = await create(store, ...newExecutions(20));

    const outcomes = await Promise.all(
      ids.map(async (id) => {
        const [{ claimed }, { cancelled }] = await Promise.all([
          store.claim(`worker-${id}`, leaseMs, [id]),
          store.cancelUnstarted([id]),
        ]);
        return {
          isAborted: claimed[0]?.abortRequested ?? 'not handed out',
          won: cancelled.length === 1,
        };
      }),
    );

    for (const { isAborted, won } of outcomes) expect(isAborted).toBe(won);
  });
}

function dueClauses(clause: Clause): void {
  clause('scheduled and retried tasks can be made due at once', async ({ store }) => {
    const [scheduled = ''] = await create(store, newExecution({ startInMs: 60_000 }));
    const [retry, asleep] = [await createClaimed(store), await createClaimed(store)];
    const [pending = ''] = await create(store, newExecution());
    await store.commit([
      checkpoint(retry, { status: 'PENDING_REDRIVE', lease: 'release', dueInMs: 60_000 }),
      sleeping(asleep, 60_000),
    ]);

    const wakeups = await store.makeTasksDue([scheduled, retry.id, asleep.id, pending, 'no-uuid']);

    expect(wokenIds(wakeups)).toEqual([scheduled, retry.id].sort());
    expect(await claimOne(store, scheduled)).toMatchObject({ status: 'PENDING' });
    expect(await claimOne(store, retry.id)).toMatchObject({ status: 'PENDING_REDRIVE' });
    expect((await store.claim('worker-1', leaseMs, [asleep.id])).refused).toMatchObject([
      { reason: 'notDue' },
    ]);
  });
}

function deleteClauses(clause: Clause): void {
  clause(
    'deleting a task also deletes its history, archive entry, name and key',
    async ({ store }) => {
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
    },
  );

  clause(
    'deleting a task that had a key does not free the key of its new holder',
    async ({ store }) => {
      const old = await createEnded(store, 'SUCCEEDED', { uniqueKey: 'k' });
      const [heir = ''] = await create(store, newExecution({ uniqueKey: 'k' }));

      await store.deleteTasks([old]);

      const [result] = await store.createExecutions([newExecution({ uniqueKey: 'k' })], true);
      expect(result).toMatchObject({ id: heir, created: false });
    },
  );

  clause('a task that has started and not ended is not deleted', async ({ store }) => {
    const held = await createClaimed(store);
    const asleep = await createClaimed(store);
    await store.commit([sleeping(asleep, 60_000)]);
    const [awaited = ''] = await create(store, newExecution({ replyTo: '{"to":"a parent"}' }));

    expect(await store.deleteTasks([held.id, asleep.id, awaited])).toEqual([]);
    expect(await store.getTask(awaited)).not.toBeNull();
  });

  clause(
    'a task of a batch is deleted only when the task and the batch have ended',
    async ({ store }) => {
      const { id: batchId } = await store.createBatch(newBatch());
      const ended = await createEnded(store, 'SUCCEEDED', { batchId, batchIndex: 0 });
      const [unstarted = ''] = await create(store, newExecution({ batchId, batchIndex: 1 }));
      expect(await store.deleteTasks([ended, unstarted])).toEqual([]);

      await store.transitionBatch({ batchId, from: ['RUNNING'], to: 'FAILED', reason: null });

      expect(await store.deleteTasks([ended, unstarted])).toEqual([ended]);
      expect(await store.getBatch(batchId)).toMatchObject({ created: 2, succeeded: 1 });
    },
  );

  clause('the target of a link is deleted only after its source', async ({ store }) => {
    const source = await createEnded(store);
    const link = { sourceExecutionId: source, sourceState: '', transformer: '' };
    const target = await createEnded(store, 'SUCCEEDED', { machineId: 'invoices', link });

    expect(await store.deleteTasks([target])).toEqual([]);
    expect(await store.deleteTasks([source])).toEqual([source]);
    expect(await store.deleteTasks([target])).toEqual([target]);
  });
}
