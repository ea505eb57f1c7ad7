/** Abort requests of executions. */
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

/** Defines the clauses about aborts. */
export function abortClauses(clause: Clause): void {
  clause(
    'a worker learns from its heartbeat that an execution is to be aborted',
    async ({ store }) => {
      const { id } = await createClaimed(store);
      const other = await createClaimed(store, {}, 'worker-2');

      const wakeups = await store.requestAbort([id, other.id]);

      expect(wakeups).toEqual([]);
      expect(await store.heartbeat('worker-1', leaseMs)).toMatchObject({ abortRequested: [id] });
      expect(await store.heartbeat('worker-2', leaseMs)).toMatchObject({
        abortRequested: [other.id],
      });
      expect(await store.heartbeat('worker-3', leaseMs)).toMatchObject({ abortRequested: [] });
    },
  );

  clause('an abort request makes a sleeping execution runnable at once', async ({ store }) => {
    const claimed = await createClaimed(store);
    const waiting = await createClaimed(store);
    await store.commit([sleeping(claimed, 3_600_000), sleeping(waiting, null)]);

    const wakeups = await store.requestAbort([claimed.id, waiting.id]);

    expect(wokenIds(wakeups)).toEqual([claimed.id, waiting.id]);
    expect(await claimOne(store, claimed.id, 'worker-2')).toMatchObject({ abortRequested: true });
    expect(await claimOne(store, waiting.id, 'worker-2')).toMatchObject({ abortRequested: true });
  });

  clause(
    'an execution that was never claimed learns of its abort request from the first claim',
    async ({ store }) => {
      const [id = ''] = await create(store, newExecution());

      expect(wokenIds(await store.requestAbort([id]))).toEqual([id]);

      expect(await claimOne(store, id)).toMatchObject({ abortRequested: true, status: 'PENDING' });
    },
  );

  clause(
    'an execution that falls asleep after its abort request is woken by the next sweep',
    async ({ store }) => {
      const claimed = await createClaimed(store);
      await store.requestAbort([claimed.id]);

      await store.commit([sleeping(claimed, 3_600_000, true)]);

      expect(wokenIds(await store.wakeDue(10))).toEqual([claimed.id]);
      expect(await claimOne(store, claimed.id)).toMatchObject({ abortRequested: true });
    },
  );

  clause('an abort request changes no ended or unknown execution', async ({ store }) => {
    const id = await createEnded(store);

    expect(await store.requestAbort([id, nextId(), 'no-uuid'])).toEqual([]);
    expect(await store.requestAbort([])).toEqual([]);
    expect(await store.getExecution(id)).toMatchObject({ status: 'SUCCEEDED' });
  });
}
