/** Items in memory as a source. */
import { describe, expect, it } from 'vitest';
import { createInlineSource } from '../../../lib/batch/sources/inline-source.ts';
import { readAll, readAnew } from '../../support/read-source.ts';

describe('items in memory', () => {
  it('items in memory are read by index, whatever kind of JSON they are', async () => {
    const items = [{ a: 1 }, [1], 'x', 7, null];

    expect(await readAll(createInlineSource(items), 2)).toEqual(
      items.map((value, index) => ({ index, value })),
    );
    expect(await readAnew(() => createInlineSource(items), 2)).toEqual(
      items.map((value, index) => ({ index, value })),
    );
  });

  it('an empty list of items is read to its end at once', async () => {
    expect(await createInlineSource([]).read(null, 5)).toEqual({
      items: [],
      cursor: 0,
      done: true,
    });
  });

  it('items in memory refuse a cursor of another kind of source', async () => {
    await expect(createInlineSource([1]).read({ page: 'x' }, 1)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});
