/** Documents and results above the size limits of the Data API. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  batchExecutions,
  checkpoint,
  create,
  createClaimed,
  ending,
  leaseMs,
  newBatch,
  newExecutions,
} from '../../contracts/store/store-harness.ts';
import { hasPostgres } from '../../support/test-database.ts';
import { truncateAll } from '../../support/truncate-all.ts';
import { type DataApi, startDataApi } from './data-api.ts';

/** Returns a document of about `chars` characters, with quotes as in most documents. */
function createDocument(chars: number): string {
  return JSON.stringify(Array.from({ length: chars / 20 }, (_, n) => ({ key: `wörd ${n % 10}` })));
}

describe.skipIf(!hasPostgres)('the Data API with documents beyond its limits', () => {
  let api: DataApi;
  let store: Store;

  beforeAll(async () => {
    api = await startDataApi();
    store = api.open();
    await store.migrate();
  });
  beforeEach(async () => {
    await api.database.query(truncateAll);
  });
  afterAll(async () => {
    await store?.close();
    await api?.close();
  });

  /** Returns the number of calls that `work` makes. */
  async function countCalls(work: () => Promise<unknown>): Promise<number> {
    const before = api.server.requests.ExecuteStatement;
    await work();
    return api.server.requests.ExecuteStatement - before;
  }

  async function piecesLeft(): Promise<number> {
    const rows = await api.database.query('SELECT 1 FROM millrace.pieces');
    return rows.length;
  }

  it('inputs and snapshots of a megabyte and more come back whole', async () => {
    const input = createDocument(1_000_000);
    const snapshot = createDocument(1_500_000);
    const claimed = await createClaimed(store, { input });
    await store.commit([checkpoint(claimed, { snapshot, events: `[${input}]`, firstEventId: 1 })]);

    const record = await store.getExecution(claimed.id);

    expect(claimed.input === input).toBe(true);
    expect(record?.input === input && record.snapshot === snapshot).toBe(true);
    expect((await store.readHistory(claimed.id, 1, 10))[0] === `[${input}]`).toBe(true);
    expect(await piecesLeft()).toBe(0);
  });

  it('a checkpoint can be larger than a request', async () => {
    const claimed = await createClaimed(store);
    const snapshot = createDocument(9_000_000);

    const written = await store.commit([checkpoint(claimed, { snapshot })]);

    expect(written.has(claimed.id)).toBe(true);
    expect((await store.getExecution(claimed.id))?.snapshot === snapshot).toBe(true);
    expect(await piecesLeft()).toBe(0);
  });

  it('one claim returns more executions than fit into a response', async () => {
    const input = createDocument(200_000);
    const ids = await create(store, ...newExecutions(40, () => ({ input })));

    const { claimed, refused } = await store.claim('worker-1', leaseMs, ids);

    expect(refused).toEqual([]);
    expect(claimed.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(claimed.every((execution) => execution.input === input)).toBe(true);
  });

  it('a group that is too large for a request is written in several', async () => {
    const input = createDocument(300_000);
    const results = await store.createExecutions(
      newExecutions(20, () => ({ input })),
      true,
    );
    const ids = results.map(({ id }) => id);
    const { claimed } = await store.claim('worker-1', leaseMs, ids);

    const written = await store.commit(
      claimed.map((each) => ending(each, 'SUCCEEDED', { output: input, snapshot: null })),
    );

    expect(results.every(({ created }) => created)).toBe(true);
    expect(written).toEqual(new Set(ids));
  });

  it('a fan-out writes a thousand items of 10 KB in one transaction, and their results can be listed', async () => {
    const { id: batchId } = await store.createBatch(newBatch());
    const [batch] = await store.leaseBatches('leader-1', leaseMs, 1);
    const input = createDocument(10_000);
    const executions = batchExecutions(batchId, 0, 1_000).map((each) => ({ ...each, input }));

    const created = await store.fanOut({
      batchId,
      fence: batch?.fence ?? -1,
      executions,
      cursor: '{"at":1000}',
      sourceDone: true,
    });

    expect(created?.filter((each) => each.created)).toHaveLength(1_000);
    const { entries } = await store.listResults(batchId, { limit: 1_000 });
    expect(entries.map(({ batchIndex }) => batchIndex)).toEqual([...Array(1_000).keys()]);
    expect(entries.every((entry) => entry.input === input)).toBe(true);
  });

  it('a claim and a group commit of usual size make one call each', async () => {
    const input = createDocument(1_000);
    const ids = await create(store, ...newExecutions(100, () => ({ input })));
    let claimed: Awaited<ReturnType<Store['claim']>>['claimed'] = [];

    const claiming = await countCalls(async () => {
      ({ claimed } = await store.claim('worker-1', leaseMs, ids));
    });
    const committing = await countCalls(() =>
      store.commit(claimed.map((each) => checkpoint(each, { snapshot: input }))),
    );

    expect([claiming, committing]).toEqual([1, 1]);
  });

  it('pieces of unfinished calls are deleted later', async () => {
    await api.database.query(`INSERT INTO millrace.pieces (call_id, number, bytes, kept_at)
      VALUES (gen_random_uuid(), 0, '', now() - interval '2 hours')`);
    const claimed = await createClaimed(store, { input: createDocument(1_000_000) });

    await store.commit([ending(claimed)]);

    expect(await piecesLeft()).toBe(0);
  });
});
