/** Documents by their parts, things by their names, and sums of the archive. */
import { expect } from 'vitest';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  type Clause,
  create,
  createClaimed,
  createEnded,
  deadLetter,
  ending,
  newBatch,
  newExecution,
  newExecutions,
} from './store-harness.ts';

/** Defines the clauses about what is looked up. */
export function lookupClauses(clause: Clause): void {
  documentClauses(clause);
  findClauses(clause);
  summaryClauses(clause);
  batchListClauses(clause);
}

function documentClauses(clause: Clause): void {
  clause('a part of a document is read by its bytes', async ({ store }) => {
    const input = `"${'aü€😀'.repeat(1_000)}"`;
    const whole = Buffer.from(input);
    const id = await createEnded(store, 'SUCCEEDED', { input });
    const read = (from: number, bytes: number) => store.readDocument(id, 'input', from, bytes);

    const part = await read(5_001, 333);

    expect(part?.bytes).toBe(whole.length);
    expect(Buffer.from(part?.part ?? [])).toEqual(whole.subarray(5_001, 5_334));
    expect((await read(0, 99_999))?.part).toHaveLength(whole.length);
    expect((await read(99_999, 10))?.part).toHaveLength(0);
    expect((await store.readDocument(id, 'output', 0, 9))?.bytes).toBe('"done"'.length);
  });

  clause('a document that does not exist has no parts', async ({ store }) => {
    const [id] = await create(store, newExecution());

    expect(await store.readDocument(id ?? '', 'output', 0, 9)).toBeNull();
    expect(await store.readDocument('no-uuid', 'input', 0, 9)).toBeNull();
  });

  clause('a history is read backwards, chunk by chunk', async ({ store }) => {
    const claimed = await createClaimed(store);
    const chunk = (firstEventId: number, events: string) => ({
      ...ending(claimed, 'RUNNING', { error: null, cause: null, lease: 'keep' }),
      events,
      firstEventId,
    });
    for (const [first, events] of [
      [1, '[1,2]'],
      [3, '[3]'],
      [4, '[4,5,6]'],
    ] as const) {
      await store.commit([chunk(first, events)]);
    }

    expect(await store.readHistoryBack(claimed.id, 999_999_999, 2)).toEqual(['[4,5,6]', '[3]']);
    expect(await store.readHistoryBack(claimed.id, 5, 1)).toEqual(['[4,5,6]']);
    expect(await store.readHistoryBack(claimed.id, 3, 9)).toEqual(['[3]', '[1,2]']);
    expect(await store.readHistoryBack(claimed.id, 0, 9)).toEqual([]);
    expect(await store.readHistoryBack('no-uuid', 9, 9)).toEqual([]);
  });
}

function findClauses(clause: Clause): void {
  clause('things are found by the beginning of their names and ids', async ({ store }) => {
    await store.putMachine('orders', 'STANDARD', '{}');
    await store.putMachine('orders-eu', 'STANDARD', '{}');
    const id = await createEnded(
      store,
      'FAILED',
      { name: 'A-77' },
      { error: 'OrdersLost', archiveReason: 'exhausted' },
    );
    await create(store, newExecution({ machineId: 'invoices', name: 'A-7' }));
    await store.createBatch(newBatch({ id: 'batch-1', name: 'orders nightly' }));
    const found = async (text: string) =>
      (await store.find(text, 5)).map(({ kind, label, status }) => [kind, label, status]);

    expect(await found('A-7')).toEqual([
      ['execution', 'invoices:A-7', 'PENDING'],
      ['execution', 'orders:A-77', 'FAILED'],
    ]);
    expect(await found('orders:A')).toEqual([['execution', 'orders:A-77', 'FAILED']]);
    expect(await found(id)).toEqual([['execution', 'orders:A-77', 'FAILED']]);
    expect(await found(id.slice(0, 36).toUpperCase())).toEqual([
      ['execution', 'orders:A-77', 'FAILED'],
    ]);
    expect(await found('orders')).toEqual([
      ['batch', 'orders nightly', 'RUNNING'],
      ['machine', 'orders', null],
      ['machine', 'orders-eu', null],
    ]);
    expect(await found('batch-')).toEqual([['batch', 'orders nightly', 'RUNNING']]);
    expect(await found('OrdersL')).toEqual([['error', 'OrdersLost', null]]);
    expect(await found('nothing')).toEqual([]);
    expect(await found('%')).toEqual([]);
  });

  clause('a search finds at most so many of a kind, each once', async ({ store }) => {
    const executions = newExecutions(9, (index) => ({
      machineId: `m${index % 3}`,
      name: `same-${index}`,
    }));
    await create(store, ...executions);
    for (let count = 0; count < 7; count += 1) {
      await store.createBatch(newBatch({ id: `same-${count}`, name: 'same' }));
    }

    const found = await store.find('same', 5);

    expect(found.map(({ kind }) => kind)).toEqual([
      ...Array<string>(5).fill('execution'),
      ...Array<string>(5).fill('batch'),
    ]);
    expect(new Set(found.map(({ id }) => id)).size).toBe(10);
    expect((await store.find('m1:same-', 2)).map(({ label }) => label)).toEqual([
      'm1:same-1',
      'm1:same-4',
    ]);
  });
}

function summaryClauses(clause: Clause): void {
  clause('the archive is summed up by error, machine and queue', async ({ store }) => {
    const archived = { archiveReason: 'exhausted' };
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.push(await createEnded(store, 'FAILED', {}, archived));
    }
    await createEnded(store, 'FAILED', { queue: 'low' }, { ...archived, error: 'Other' });
    await store.archive([deadLetter('x', { queue: 'low' }), deadLetter('y', { queue: 'low' })]);
    const counts = async () => {
      const { rows, total } = await store.summarizeArchive(10);
      expect(total).toBe(await store.countArchive({}));
      return rows.map(({ error, machineId, queue, count }) => [error, machineId, queue, count]);
    };

    expect(await counts()).toEqual([
      ['Broken', 'orders', 'default', 3],
      [null, null, 'low', 2],
      ['Other', 'orders', 'low', 1],
    ]);
    await store.redriveArchived({ error: 'Broken' }, 1);
    await store.deleteArchived({ taskIds: ['x'] }, 1);
    await store.deleteTasks([ids[2] ?? '']);
    expect(await counts()).toEqual([
      ['Broken', 'orders', 'default', 1],
      ['Other', 'orders', 'low', 1],
      [null, null, 'low', 1],
    ]);
    expect((await store.summarizeArchive(1)).rows).toHaveLength(1);
    expect((await store.summarizeArchive(1)).total).toBe(3);
  });

  clause('an entry that gets its error later moves in the summary', async ({ store }) => {
    const claimed = await createClaimed(store);
    await store.archive([deadLetter(claimed.id)]);

    await store.commit([ending(claimed, 'FAILED', { archiveReason: 'exhausted' })]);
    const { rows } = await store.summarizeArchive(10);
    await store.deleteArchived({}, 10);
    await store.pruneExecutions(1_000_000, 10);

    expect(rows).toEqual([{ error: 'Broken', machineId: 'orders', queue: 'default', count: 1 }]);
    expect(await store.summarizeArchive(10)).toEqual({ total: 0, isMinimum: false, rows: [] });
  });

  clause('a count of the archive stops at its cap', async ({ store }) => {
    await store.archive(['a', 'b', 'c'].map((id) => deadLetter(id)));

    expect(await store.countArchive({}, 2)).toBe(2);
    expect(await store.countArchive({ queue: 'default' }, 9)).toBe(3);
    expect(await store.countArchive({ queue: 'low' }, 9)).toBe(0);
  });
}

function batchListClauses(clause: Clause): void {
  clause('every condition of a batch filter must hold', async ({ store, clock }) => {
    const startMs = clock.now();
    await store.createBatch(newBatch({ id: 'one', name: 'x' }));
    await clock.advance(10);
    await store.createBatch(newBatch({ id: 'two', machineId: 'invoices' }));
    await clock.advance(10);
    await store.createBatch(newBatch({ id: 'three', name: 'x' }));
    await store.transitionBatch({ batchId: 'one', from: ['RUNNING'], to: 'FAILED', reason: null });
    await store.transitionBatch({ batchId: 'two', from: ['RUNNING'], to: 'PAUSED', reason: null });
    const ids = async (filter: Parameters<Store['listBatches']>[0]) =>
      (await store.listBatches(filter, { limit: 9 })).entries.map(({ id }) => id);

    expect(await ids({ statuses: ['FAILED', 'PAUSED'] })).toEqual(['two', 'one']);
    expect(await ids({ statuses: [] })).toEqual([]);
    expect(await ids({ status: 'FAILED', statuses: ['PAUSED'] })).toEqual([]);
    expect(await ids({ status: 'RUNNING' })).toEqual(['three']);
    expect(await ids({ machineId: 'orders' })).toEqual(['three', 'one']);
    expect(await ids({ name: 'x', statuses: ['FAILED'] })).toEqual(['one']);
    expect(await ids({ createdFrom: startMs + 10, createdBefore: startMs + 20 })).toEqual(['two']);
    expect(await ids({ name: 'x', machineId: 'orders', status: 'FAILED' })).toEqual(['one']);
    expect(await ids({ name: 'x', machineId: 'invoices' })).toEqual([]);
  });

  clause('a list of batches looks at a bounded number of them', async ({ store, clock }) => {
    for (const machineId of ['rare', 'orders', 'orders']) {
      await store.createBatch(newBatch({ machineId, name: 'x' }));
      await clock.advance(10);
    }
    const filter = { name: 'x', machineId: 'rare' };

    const first = await store.listBatches(filter, { limit: 5 }, 2);
    const second = await store.listBatches(filter, { limit: 5, cursor: first.next ?? '' }, 2);
    const whole = await store.listBatches({ machineId: 'rare' }, { limit: 5 }, 2);

    expect(first).toMatchObject({ entries: [], lookedAt: { rows: 2, isAll: false } });
    expect(second).toMatchObject({ entries: [{ machineId: 'rare' }], next: null });
    expect(whole).toMatchObject({ lookedAt: { rows: 1, isAll: true }, next: null });
    expect(whole.entries).toHaveLength(1);
  });
}
