/** Lists of executions: pages show no execution twice and leave none out. */
import { expect } from 'vitest';
import {
  batchExecutions,
  type Clause,
  create,
  createEnded,
  newExecution,
  newExecutions,
  readPages,
} from './store-harness.ts';

/** Defines the clauses about lists. */
export function listClauses(clause: Clause): void {
  pageClauses(clause);
  filterClauses(clause);
  outputClauses(clause);
}

function pageClauses(clause: Clause): void {
  clause('executions are listed newest first, page by page', async ({ store }) => {
    const ids = await create(store, ...newExecutions(25));

    const listed = await readPages(10, (page) => store.listExecutions({}, page));

    expect(listed.map(({ id }) => id)).toEqual(ids.toReversed());
  });

  clause('a full last page has no cursor', async ({ store }) => {
    await create(store, ...newExecutions(10));

    const page = await store.listExecutions({}, { limit: 10 });

    expect(page.entries).toHaveLength(10);
    expect(page.next).toBeNull();
  });

  clause('executions created between two pages do not shift the list', async ({ store }) => {
    const ids = await create(store, ...newExecutions(4));
    const first = await store.listExecutions({}, { limit: 2 });
    await create(store, ...newExecutions(3));

    const second = await store.listExecutions({}, { limit: 2, cursor: first.next ?? '' });

    expect(second.entries.map(({ id }) => id)).toEqual([ids[1], ids[0]]);
  });

  clause('an execution summary contains no documents', async ({ store }) => {
    await createEnded(store, 'FAILED');

    const [summary] = (await store.listExecutions({}, { limit: 1 })).entries;

    expect(summary).toMatchObject({ status: 'FAILED', error: 'Broken', cause: 'it broke' });
    expect(Object.keys(summary ?? {}).filter((key) => /input|output|snapshot/.test(key))).toEqual(
      [],
    );
  });

  clause('a list refuses an invalid limit or cursor', async ({ store }) => {
    for (const page of [
      { limit: 0 },
      { limit: 1_001 },
      { limit: 1.5 },
      { limit: 5, cursor: '?' },
    ]) {
      const calls = [
        store.listExecutions({}, page),
        store.listOutputs('b', page),
        store.listResults('b', page),
        store.listBatches({}, page),
        store.listArchive({}, page),
      ];
      for (const call of calls)
        await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });
}

function filterClauses(clause: Clause): void {
  clause('every condition of an execution filter must hold', async ({ store, clock }) => {
    const startMs = clock.now();
    const one = await createEnded(store, 'FAILED', { name: 'one', batchId: 'b', batchIndex: 0 });
    await clock.advance(1_000);
    const two = await createEnded(store, 'SUCCEEDED', { machineId: 'invoices', name: 'two' });
    await clock.advance(1_000);
    const [three] = await create(
      store,
      newExecution({ name: 'three', batchId: 'b', batchIndex: 1 }),
    );
    const listIds = async (filter: Parameters<typeof store.listExecutions>[0]) =>
      (await store.listExecutions(filter, { limit: 10 })).entries.map(({ id }) => id);

    expect(await listIds({ machineId: 'orders' })).toEqual([three, one]);
    expect(await listIds({ batchId: 'b' })).toEqual([three, one]);
    expect(await listIds({ batchId: 'b', status: 'FAILED' })).toEqual([one]);
    expect(await listIds({ name: 'two' })).toEqual([two]);
    expect(await listIds({ error: 'Broken' })).toEqual([one]);
    expect(await listIds({ createdFrom: startMs + 1_000 })).toEqual([three, two]);
    expect(await listIds({ createdFrom: startMs, createdBefore: startMs + 1_000 })).toEqual([one]);
    expect(await listIds({ machineId: 'orders', name: 'two' })).toEqual([]);
  });

  clause('an execution filter applies to every page', async ({ store }) => {
    await create(store, ...newExecutions(20, (index) => ({ machineId: index % 2 ? 'a' : 'b' })));

    const listed = await readPages(3, (page) => store.listExecutions({ machineId: 'a' }, page));

    expect(listed).toHaveLength(10);
  });
}

function outputClauses(clause: Clause): void {
  clause(
    'the outputs of a batch are listed in the order of its items, each once',
    async ({ store }) => {
      const executions = batchExecutions('b', 0, 23);
      await create(store, ...executions.toReversed());
      await createEnded(
        store,
        'SUCCEEDED',
        { batchId: 'b', batchIndex: 23 },
        { output: '{"n":23}' },
      );
      await createEnded(store, 'SUCCEEDED', { batchId: 'other', batchIndex: 0 });

      const listed = await readPages(5, (page) => store.listOutputs('b', page));

      expect(listed.map(({ batchIndex }) => batchIndex)).toEqual([...Array(24).keys()]);
      expect(listed.at(-1)).toMatchObject({ output: '{"n":23}', status: 'SUCCEEDED' });
      expect(listed[0]).toMatchObject({ output: null, status: 'PENDING' });

      const results = await readPages(5, (page) => store.listResults('b', page));
      expect(results.map(({ input, ...rest }) => rest)).toEqual(listed);
      expect(results[0]).toMatchObject({ input: '{}' });
    },
  );
}
