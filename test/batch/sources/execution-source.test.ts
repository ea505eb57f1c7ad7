/** Earlier executions as a source. */
import { describe, expect, it } from 'vitest';
import { createExecutionSource } from '../../../lib/batch/sources/execution-source.ts';
import type { ChainFilter } from '../../../lib/ports/store/execution-queries.ts';
import type { Page, PageRequest } from '../../../lib/ports/store/page.ts';
import { contents, readAnew } from '../../support/read-source.ts';

const filter: ChainFilter = {
  machineId: 'import',
  status: 'SUCCEEDED',
  targetMachineId: 'export',
  sourceState: '',
  transformer: 'toExport',
  unlinkedOnly: true,
};

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly output: string | null;
}

/**
 * A store with these executions, whose cursor is the last id, as in keyset paging.
 * @param histories the history of each execution by id, one event per chunk
 */
function createStore(entries: Entry[], histories: Readonly<Record<string, object[]>> = {}) {
  const asked: { readonly filter: ChainFilter; readonly page: PageRequest }[] = [];
  return {
    asked,
    async listForChaining(chain: ChainFilter, page: PageRequest): Promise<Page<Entry>> {
      asked.push({ filter: chain, page });
      const after = entries.filter(({ id }) => id > (page.cursor ?? ''));
      const shown = after.slice(0, page.limit);
      return {
        entries: shown,
        next: after.length > shown.length ? (shown.at(-1)?.id ?? '') : null,
      };
    },
    async readHistory(id: string, from: number, chunksMax: number): Promise<string[]> {
      const chunks = (histories[id] ?? []).map((event, at) =>
        JSON.stringify([{ ...event, id: at + 1 }]),
      );
      return chunks.slice(from - 1, from - 1 + chunksMax);
    },
  };
}

const left = (name: string, output: string) => ({ stateExitedEventDetails: { name, output } });

describe('executions as a source', () => {
  it('earlier executions become items with their output and a link that prevents taking them twice', async () => {
    const store = createStore([{ id: 'e1', name: 'one', output: '{"a":[1]}' }]);

    const chunk = await createExecutionSource(store, filter).read(null, 10);

    expect(chunk.items).toEqual([
      {
        index: 0,
        value: { a: [1] },
        link: { sourceExecutionId: 'e1', sourceState: '', transformer: 'toExport' },
      },
    ]);
    expect(chunk.done).toBe(true);
    expect(store.asked).toEqual([{ filter, page: { limit: 10 } }]);
  });

  it('the last output of a named state is found, however long the history is', async () => {
    const histories = {
      e1: [left('Parse', '1'), left('Other', '2'), ...Array(250).fill({}), left('Parse', '3')],
      e2: [left('Other', '4')],
    };
    const entries = ['e1', 'e2'].map((id) => ({ id, name: id, output: '0' }));

    const source = createExecutionSource(createStore(entries, histories), {
      ...filter,
      sourceState: 'Parse',
    });
    const { items } = await source.read(null, 10);

    const link = { sourceExecutionId: 'e1', sourceState: 'Parse', transformer: 'toExport' };
    const problem = "execution e2 (e2) has no output of the state 'Parse'";
    expect(items).toEqual([
      { index: 0, value: 3, link },
      { index: 1, problem },
    ]);
  });

  it('items get no link when linked executions are wanted too', async () => {
    const store = createStore([{ id: 'e1', name: 'one', output: '1' }]);

    const { items } = await createExecutionSource(store, { ...filter, unlinkedOnly: false }).read(
      null,
      1,
    );

    expect(items).toEqual([{ index: 0, value: 1 }]);
  });

  it('outputs that are scalars or arrays become items unchanged', async () => {
    const outputs = ['7', '"x"', 'null', '[1]'];
    const store = createStore(outputs.map((output, n) => ({ id: `e${n}`, name: `n${n}`, output })));

    const { items } = await createExecutionSource(store, filter).read(null, 10);

    expect(contents(items)).toEqual([7, 'x', null, [1]]);
  });

  it('an execution without output is a problem that names it', async () => {
    const store = createStore([{ id: 'e1', name: 'failed-one', output: null }]);

    const { items } = await createExecutionSource(store, filter).read(null, 10);

    expect(items).toEqual([{ index: 0, problem: 'execution failed-one (e1) has no output' }]);
  });

  it('each execution is read once while others start and end between the pages', async () => {
    const entries = Array.from({ length: 7 }, (_, n) => ({
      id: `e${n}`,
      name: `${n}`,
      output: `${n}`,
    }));
    let reads = 0;
    const make = () => {
      reads += 1;
      // An execution that was linked after the first page no longer matches, and one was added.
      const now =
        reads === 1 ? entries : [...entries.slice(2), { id: 'e7', name: '7', output: '7' }];
      return createExecutionSource(createStore(now), filter);
    };

    const items = await readAnew(make, 2);

    expect(contents(items)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(items.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('executions are read in pages of at most the store’s maximum', async () => {
    const store = createStore([]);

    await createExecutionSource(store, filter).read(null, 10_000);

    expect(store.asked[0]?.page.limit).toBe(1_000);
  });

  it('the source of executions refuses a cursor of a file', async () => {
    await expect(
      createExecutionSource(createStore([]), filter).read({ byte: 1 }, 1),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});
