/** What follows from the end of a batch or an execution: a file of results, and calls of hooks. */
import { expect } from 'vitest';
import type { Store } from '../../../lib/ports/store/store.ts';
import { type Clause, createClaimed, ending, newBatch, newExecution } from './store-harness.ts';

/** Defines the clauses about files of results and hooks. */
export function resultClauses(clause: Clause): void {
  fileClauses(clause);
  hookClauses(clause);
}

const file = { output: '/out/a.csv', format: 'csv' };

async function endBatch(store: Store, id: string): Promise<void> {
  await store.createBatch(newBatch({ id }));
  const change = { batchId: id, from: ['RUNNING'], to: 'SUCCEEDED', reason: null } as const;
  expect(await store.transitionBatch({ ...change, resultFile: file })).toBe(true);
}

function fileClauses(clause: Clause): void {
  clause(
    'a file of results is recorded by the end of its batch, and by no refused change',
    async ({ store }) => {
      await endBatch(store, 'a');
      const change = { batchId: 'a', from: ['RUNNING'], to: 'FAILED', reason: null } as const;
      const other = { output: '/out/b.csv', format: 'json' };

      expect(await store.transitionBatch({ ...change, resultFile: other })).toBe(false);

      expect(await store.getResultFile('a')).toEqual({
        ...file,
        status: 'PENDING',
        items: 0,
        bytes: 0,
        attempts: 0,
        reason: null,
        endedAt: null,
      });
      expect(await store.getResultFile('b')).toBeNull();
      expect(await store.workAhead()).toMatchObject({ busy: true });
    },
  );

  clause(
    'a file of results is leased by one writer, and by the next when the lease is over',
    async ({ store, clock }) => {
      await endBatch(store, 'a');

      const [first] = await store.leaseResultFiles(10, 1_000);
      expect(first).toEqual({
        ...file,
        batchId: 'a',
        fence: 1,
        attempts: 1,
        progress: null,
        items: 0,
        bytes: 0,
      });
      expect(await store.leaseResultFiles(10, 1_000)).toEqual([]);
      const progress = { progress: '{"at":1}', items: 5, bytes: 50 };
      expect(await store.saveResultProgress('a', 1, progress, 1_000)).toBe(true);
      await clock.advance(1_000);
      const [second] = await store.leaseResultFiles(10, 1_000);

      expect(second).toMatchObject({ fence: 2, attempts: 1, ...progress });
      expect(await store.saveResultProgress('a', 1, progress, 1_000)).toBe(false);
      const late = { ...progress, status: 'WRITTEN', reason: null, retryInMs: 0 } as const;
      expect(await store.settleResultFile('a', 1, late)).toBe(false);
      expect(await store.settleResultFile('a', 2, late)).toBe(true);
      expect(await store.getResultFile('a')).toMatchObject({
        status: 'WRITTEN',
        items: 5,
        bytes: 50,
        endedAt: clock.now(),
      });
      expect(await store.workAhead()).toEqual({ busy: false, nextDueMs: null });
    },
  );

  clause(
    'a file of results that fails is due again later, and its attempts add up',
    async ({ store, clock }) => {
      await endBatch(store, 'a');
      const none = { progress: null, items: 0, bytes: 0 };
      const failed = { ...none, status: 'PENDING', reason: 'no disk', retryInMs: 700 } as const;

      const [first] = await store.leaseResultFiles(1, 1_000);
      await store.settleResultFile('a', first?.fence ?? 0, failed);
      expect(await store.leaseResultFiles(1, 1_000)).toEqual([]);
      expect(await store.workAhead()).toEqual({ busy: false, nextDueMs: 700 });
      expect(await store.getResultFile('a')).toMatchObject({ attempts: 1, reason: 'no disk' });
      await clock.advance(700);

      expect(await store.leaseResultFiles(1, 1_000)).toMatchObject([{ attempts: 2 }]);
    },
  );

  clause(
    'a batch that ends again has its file written again, and a deleted one has none',
    async ({ store }) => {
      await endBatch(store, 'a');
      const [first] = await store.leaseResultFiles(1, 1_000);
      const written = { progress: null, items: 2, bytes: 9, reason: null, retryInMs: 0 } as const;
      await store.settleResultFile('a', first?.fence ?? 0, { ...written, status: 'WRITTEN' });

      const again = { batchId: 'a', from: ['SUCCEEDED'], to: 'RUNNING', reason: null } as const;
      await store.transitionBatch({ ...again, memory: '{}' });
      const end = { batchId: 'a', from: ['RUNNING'], to: 'SUCCEEDED', reason: null } as const;
      await store.transitionBatch({ ...end, resultFile: file });

      expect(await store.getResultFile('a')).toMatchObject({ status: 'PENDING', items: 0 });
      expect(await store.leaseResultFiles(1, 1_000)).toMatchObject([{ batchId: 'a', attempts: 1 }]);
      await store.deleteBatch('a');
      expect(await store.getResultFile('a')).toBeNull();
    },
  );
}

function hookClauses(clause: Clause): void {
  clause(
    'the calls of a batch are recorded by its end, as sent, and by no refused change',
    async ({ store }) => {
      await store.createBatch(newBatch({ id: 'a' }));
      const hook = newExecution({ name: 'call' });
      const change = { batchId: 'a', from: ['RUNNING'], to: 'SUCCEEDED', reason: null } as const;

      expect(await store.transitionBatch({ ...change, hooks: [hook] })).toBe(true);
      const refused = newExecution();
      expect(await store.transitionBatch({ ...change, hooks: [refused] })).toBe(false);

      expect(await store.getExecution(refused.id)).toBeNull();
      expect(await store.queueUnsent(10)).toEqual([]);
      expect(await store.getExecution(hook.id)).toMatchObject({ status: 'PENDING' });
    },
  );

  clause(
    'the call for an end is recorded once, also when its commit is repeated',
    async ({ store }) => {
      const claimed = await createClaimed(store);
      const plain = await createClaimed(store);
      const hook = newExecution({ input: '{"n":1}', retriesMax: 11 });
      const group = [{ ...ending(claimed, 'FAILED'), hook }, ending(plain, 'SUCCEEDED')];

      await store.commit(group);
      const again = { ...ending(claimed, 'FAILED'), hook: newExecution() };
      const written = await store.commit([again, ending(plain, 'SUCCEEDED')]);

      expect(written).toEqual(new Set([claimed.id, plain.id]));
      expect(await store.queueUnsent(10)).toEqual([]);
      expect((await store.listExecutions({}, { limit: 10 })).entries).toHaveLength(3);
      expect(await store.getExecution(hook.id)).toMatchObject({
        status: 'PENDING',
        input: '{"n":1}',
      });
    },
  );

  clause('a refused end calls no one', async ({ store }) => {
    const claimed = await createClaimed(store);
    const hook = newExecution();

    await store.commit([{ ...ending({ ...claimed, fence: claimed.fence + 1 }, 'FAILED'), hook }]);

    expect(await store.getExecution(hook.id)).toBeNull();
  });
}
