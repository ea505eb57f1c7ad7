/** Earlier executions as a source. */
import { describe, expect, it } from 'vitest';
import { executionSource } from '../../../lib/batch/sources/execution-source.ts';
import type { ChainFilter } from '../../../lib/ports/execution-store.ts';
import type { Page, PageRequest } from '../../../lib/ports/page.ts';
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
 * A store with these executions; the cursor is the last id seen, as keyset paging has it.
 * @param histories each execution's, by id, one event a chunk
 */
function storeOf(entries: Entry[], histories: Readonly<Record<string, object[]>> = {}) {
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

describe('earlier executions', () => {
  it('give their outputs, each with the link that keeps it from being taken twice', async () => {
    const store = storeOf([{ id: 'e1', name: 'one', output: '{"a":[1]}' }]);

    const chunk = await executionSource(store, filter).read(null, 10);

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

  it('give what a named state last put out, however long their histories are', async () => {
    const histories = {
      e1: [left('Parse', '1'), left('Other', '2'), ...Array(250).fill({}), left('Parse', '3')],
      e2: [left('Other', '4')],
    };
    const entries = ['e1', 'e2'].map((id) => ({ id, name: id, output: '0' }));

    const source = executionSource(storeOf(entries, histories), {
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

  it('are not linked when those that are linked already are wanted, too', async () => {
    const store = storeOf([{ id: 'e1', name: 'one', output: '1' }]);

    const { items } = await executionSource(store, { ...filter, unlinkedOnly: false }).read(
      null,
      1,
    );

    expect(items).toEqual([{ index: 0, value: 1 }]);
  });

  it('stay scalars and arrays when their outputs are', async () => {
    const outputs = ['7', '"x"', 'null', '[1]'];
    const store = storeOf(outputs.map((output, n) => ({ id: `e${n}`, name: `n${n}`, output })));

    const { items } = await executionSource(store, filter).read(null, 10);

    expect(contents(items)).toEqual([7, 'x', null, [1]]);
  });

  it('without output are problems that name them', async () => {
    const store = storeOf([{ id: 'e1', name: 'failed-one', output: null }]);

    const { items } = await executionSource(store, filter).read(null, 10);

    expect(items).toEqual([{ index: 0, problem: 'execution failed-one (e1) has no output' }]);
  });

  // W59
  it('are each seen once while others come and go between the pages', async () => {
    const entries = Array.from({ length: 7 }, (_, n) => ({
      id: `e${n}`,
      name: `${n}`,
      output: `${n}`,
    }));
    let reads = 0;
    const make = () => {
      reads += 1;
      // What was linked after the first page no longer matches; a newer one has come.
      const now =
        reads === 1 ? entries : [...entries.slice(2), { id: 'e7', name: '7', output: '7' }];
      return executionSource(storeOf(now), filter);
    };

    const items = await readAnew(make, 2);

    expect(contents(items)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(items.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('are asked for in pages that the store accepts', async () => {
    const store = storeOf([]);

    await executionSource(store, filter).read(null, 10_000);

    expect(store.asked[0]?.page.limit).toBe(1_000);
  });

  it('refuse a cursor of a file', async () => {
    await expect(executionSource(storeOf([]), filter).read({ byte: 1 }, 1)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});
