/** Retention of batches and of the versions of machines. */
import { expect } from 'vitest';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  batchExecutions,
  type Clause,
  claimOne,
  create,
  ending,
  leaseMs,
  newBatch,
  newExecution,
} from './store-harness.ts';

const dayMs = 86_400_000;

/** Defines the clauses about retention of batches and versions. */
export function batchRetentionClauses(clause: Clause): void {
  batchClauses(clause);
  versionClauses(clause);
}

async function endedBatch(store: Store, executions: number) {
  const { id: batchId } = await store.createBatch(newBatch());
  const [lease] = await store.leaseBatches('leader-1', leaseMs, 1, { batchId });
  const chunk = batchExecutions(batchId, 0, executions);
  const fence = lease?.fence ?? 0;
  await store.fanOut({ batchId, fence, executions: chunk, cursor: '1', sourceDone: true });
  for (const { id } of chunk) await store.commit([ending(await claimOne(store, id))]);
  const change = { batchId, from: ['RUNNING'], to: 'SUCCEEDED', reason: null } as const;
  await store.transitionBatch(change);
  return { batchId, ids: chunk.map(({ id }) => id) };
}

function batchClauses(clause: Clause): void {
  clause('a batch is deleted when it has ended and has no executions', async ({ store }) => {
    const { batchId, ids } = await endedBatch(store, 2);
    const { id: open } = await store.createBatch(newBatch());

    expect(await store.deleteBatch(batchId)).toBe(false);
    await store.deleteTasks(ids);

    expect(await store.deleteBatch(batchId)).toBe(true);
    expect(await store.deleteBatch(batchId)).toBe(false);
    expect(await store.deleteBatch(open)).toBe(false);
    expect(await store.getBatch(batchId)).toBeNull();
    expect(await store.getBatch(open)).not.toBeNull();
  });

  clause('nothing of a deleted batch is left for one with its id', async ({ store }) => {
    const { batchId, ids } = await endedBatch(store, 2);
    await store.deleteTasks(ids);
    await store.deleteBatch(batchId);

    expect(await store.createBatch(newBatch({ id: batchId }))).toMatchObject({
      created: 0,
      succeeded: 0,
      status: 'RUNNING',
    });
  });

  clause(
    'batches are deleted after their retention, once their executions are',
    async ({ store, clock }) => {
      const first = await endedBatch(store, 1);
      const second = await endedBatch(store, 0);
      const { id: open } = await store.createBatch(newBatch());
      await clock.advance(dayMs - 1);
      expect(await store.pruneBatches(dayMs, 10)).toBe(0);
      await clock.advance(1);

      expect(await store.pruneBatches(dayMs, 10)).toBe(1);
      expect(await store.getBatch(second.batchId)).toBeNull();
      await store.pruneExecutions(dayMs, 10);
      expect(await store.pruneBatches(dayMs, 10)).toBe(1);

      expect(await store.getBatch(first.batchId)).toBeNull();
      expect(await store.getBatch(open)).not.toBeNull();
    },
  );

  clause('retention deletes at most as many batches as its limit', async ({ store, clock }) => {
    for (let count = 0; count < 3; count += 1) await endedBatch(store, 0);
    await clock.advance(dayMs);

    expect(await store.pruneBatches(dayMs, 2)).toBe(2);
    expect(await store.pruneBatches(dayMs, 2)).toBe(1);
  });
}

function versionClauses(clause: Clause): void {
  clause(
    'a version that was replaced long ago and that nothing has is deleted',
    async ({ store, clock }) => {
      const put = (text: string) => store.putMachine('orders', 'STANDARD', text);
      await put('{"a":1}');
      await put('{"a":2}');
      await create(store, newExecution({ machineVersion: 2 }));
      await put('{"a":3}');
      await store.createBatch(newBatch({ machineVersion: 3 }));
      await put('{"a":4}');
      await clock.advance(dayMs - 1);
      expect(await store.pruneMachineVersions(dayMs, 10)).toBe(0);
      await clock.advance(1);

      expect(await store.pruneMachineVersions(dayMs, 10)).toBe(1);

      expect(await store.getMachine('orders', 1)).toBeNull();
      expect(await store.getMachine('orders', 2)).toMatchObject({ definition: '{"a":2}' });
      expect(await store.getMachine('orders')).toMatchObject({ version: 4 });
      expect(await put('{"a":5}')).toMatchObject({ version: 5 });
    },
  );

  clause('the newest version of a machine is kept, however old it is', async (harness) => {
    const { store, clock } = harness;
    await store.putMachine('orders', 'STANDARD', '{"a":1}');
    await clock.advance(1_000 * dayMs);

    expect(await store.pruneMachineVersions(dayMs, 10)).toBe(0);
  });
}
