/** Asking for executions to be aborted. */
import { expect } from 'vitest';
import {
  type Clause,
  claimOne,
  create,
  createClaimed,
  createEnded,
  leaseMs,
  newExecution,
  nextId,
  sleeping,
  wokenIds,
} from './store-harness.ts';

/** Clauses about aborts. */
export function abortClauses(clause: Clause): void {
  clause('the holder learns of an abort by its heartbeat', async ({ store }) => {
    const { id } = await createClaimed(store);
    const other = await createClaimed(store, {}, 'worker-2');

    const wakeups = await store.requestAbort([id, other.id]);

    expect(wakeups).toEqual([]);
    expect(await store.heartbeat('worker-1', leaseMs)).toMatchObject({ abortRequested: [id] });
    expect(await store.heartbeat('worker-2', leaseMs)).toMatchObject({
      abortRequested: [other.id],
    });
    expect(await store.heartbeat('worker-3', leaseMs)).toMatchObject({ abortRequested: [] });
  });

  clause('a sleeper that is to be aborted is runnable at once', async ({ store }) => {
    const claimed = await createClaimed(store);
    const waiting = await createClaimed(store);
    await store.commit([sleeping(claimed, 3_600_000), sleeping(waiting, null)]);

    const wakeups = await store.requestAbort([claimed.id, waiting.id]);

    expect(wokenIds(wakeups)).toEqual([claimed.id, waiting.id]);
    expect(await claimOne(store, claimed.id, 'worker-2')).toMatchObject({ abortRequested: true });
    expect(await claimOne(store, waiting.id, 'worker-2')).toMatchObject({ abortRequested: true });
  });

  clause('an execution that waits for its first claim is told by it', async ({ store }) => {
    const [id = ''] = await create(store, newExecution());

    expect(wokenIds(await store.requestAbort([id]))).toEqual([id]);

    expect(await claimOne(store, id)).toMatchObject({ abortRequested: true, status: 'PENDING' });
  });

  clause(
    'one that falls asleep after the request is woken by the next sweep',
    async ({ store }) => {
      const claimed = await createClaimed(store);
      await store.requestAbort([claimed.id]);

      await store.commit([sleeping(claimed, 3_600_000, true)]);

      expect(wokenIds(await store.wakeDue(10))).toEqual([claimed.id]);
      expect(await claimOne(store, claimed.id)).toMatchObject({ abortRequested: true });
    },
  );

  clause('what has ended, or is not there, is left alone', async ({ store }) => {
    const id = await createEnded(store);

    expect(await store.requestAbort([id, nextId(), 'no-uuid'])).toEqual([]);
    expect(await store.requestAbort([])).toEqual([]);
    expect(await store.getExecution(id)).toMatchObject({ status: 'SUCCEEDED' });
  });
}
