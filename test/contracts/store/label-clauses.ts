/** Labels: executions are found by them, in lists, archives and chains. */
import { expect } from 'vitest';
import type { ExecutionFilter } from '../../../lib/ports/store/execution-queries.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  type Clause,
  create,
  createEnded,
  deadLetter,
  newBatch,
  newExecution,
  readPages,
} from './store-harness.ts';

/** Defines the clauses about labels. */
export function labelClauses(clause: Clause): void {
  clause(
    'an execution is shown with its labels, and without the field when it has none',
    async ({ store }) => {
      const [labelled = '', plain = ''] = await create(
        store,
        newExecution({ labels: { customer: '7', '@': "it's" } }),
        newExecution({ labels: {} }),
      );

      expect(await store.getExecution(labelled)).toHaveProperty('labels', {
        customer: '7',
        '@': "it's",
      });
      expect(await store.getExecution(plain)).not.toHaveProperty('labels');
      expect((await store.listExecutions({}, { limit: 10 })).entries.map((e) => e.labels)).toEqual([
        undefined,
        { customer: '7', '@': "it's" },
      ]);
    },
  );

  clause(
    'a list of executions by labels has those with all of them, newest first, by pages',
    async ({ store }) => {
      const ids = await create(
        store,
        newExecution({ labels: { customer: '7' } }),
        newExecution({ labels: { customer: '7', region: 'eu' } }),
        newExecution({ labels: { customer: '8', region: 'eu' } }),
        newExecution({ labels: { customer: '7', region: 'eu' }, machineId: 'other' }),
        newExecution({ labels: { region: '7' } }),
        newExecution(),
      );

      expect(await idsOf(store, { labels: { customer: '7' } })).toEqual([ids[3], ids[1], ids[0]]);
      expect(await idsOf(store, { labels: { customer: '7', region: 'eu' } })).toEqual([
        ids[3],
        ids[1],
      ]);
      expect(await idsOf(store, { labels: { region: 'eu' }, machineId: 'orders' })).toEqual([
        ids[2],
        ids[1],
      ]);
      expect(await idsOf(store, { labels: { customer: '9' } })).toEqual([]);
      expect(await idsOf(store, { labels: {} })).toHaveLength(6);
    },
  );

  clause('the executions of a chunk have their labels', async ({ store }) => {
    await store.createBatch(newBatch({ id: 'b' }));
    const [{ fence = 0 } = {}] = await store.leaseBatches('leader', 30_000, 1);
    const item = (batchIndex: number, labels?: Record<string, string>) =>
      newExecution({ batchId: 'b', batchIndex, ...(labels && { labels }) });
    const executions = [item(0, { sku: 'a' }), item(1), item(2, { sku: 'a' })];

    await store.fanOut({ batchId: 'b', fence, executions, cursor: '1', sourceDone: true });

    const found = await idsOf(store, { batchId: 'b', labels: { sku: 'a' } });
    expect(found).toEqual([executions[2]?.id, executions[0]?.id]);
    const { entries } = await store.listResults('b', { limit: 10 });
    expect(entries.map(({ labels }) => labels)).toEqual([{ sku: 'a' }, undefined, { sku: 'a' }]);
  });

  clause(
    'the archive is listed, counted and emptied by the labels of executions',
    async ({ store }) => {
      const seven = await createEnded(store, 'FAILED', { labels: { customer: '7' } });
      const eight = await createEnded(store, 'FAILED', { labels: { customer: '8' } });
      await store.archive([deadLetter(seven), deadLetter(eight), deadLetter('no-execution')]);
      const filter = { labels: { customer: '7' } };

      expect((await store.listArchive(filter, { limit: 10 })).entries).toMatchObject([
        { taskId: seven },
      ]);
      expect(await store.countArchive(filter)).toBe(1);
      expect(await store.countArchive({ labels: {} })).toBe(3);
      expect(await store.deleteArchived(filter, 10)).toBe(1);
      expect(await store.countArchive({})).toBe(2);
    },
  );

  clause('a chain continues the executions with a label', async ({ store }) => {
    const seven = await createEnded(store, 'SUCCEEDED', { labels: { customer: '7' } });
    await createEnded(store, 'SUCCEEDED', { labels: { customer: '8' } });
    const chain = {
      targetMachineId: 'next',
      sourceState: '',
      transformer: '',
      unlinkedOnly: true,
    };

    const found = await store.listForChaining(
      { ...chain, labels: { customer: '7' } },
      { limit: 10 },
    );

    expect(found.entries.map(({ id }) => id)).toEqual([seven]);
  });

  clause('a deleted execution is not found by its labels', async ({ store }) => {
    const id = await createEnded(store, 'SUCCEEDED', { labels: { customer: '7' } });

    await store.deleteTasks([id]);
    await create(store, newExecution({ id, labels: { customer: '8' } }));

    expect(await idsOf(store, { labels: { customer: '7' } })).toEqual([]);
    expect(await idsOf(store, { labels: { customer: '8' } })).toEqual([id]);
  });
}

async function idsOf(store: Store, filter: ExecutionFilter): Promise<string[]> {
  const found = await readPages(2, (page) => store.listExecutions(filter, page));
  return found.map(({ id }) => id);
}
