/** The rows of a long list as the page holds them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addPage,
  dropFar,
  droppedBetween,
  heldRows,
  type ListPages,
  refillPage,
  replaceFirstPage,
  rowAt,
  rowCount,
  unreadList,
} from '../../../dashboard/src/ui/table/list-pages.ts';

const keyOf = (row: string) => row;

function listOf(pages: readonly (readonly string[])[], isEnd = true): ListPages<string> {
  return pages.reduce<ListPages<string>>(
    (list, rows, index) =>
      addPage(
        list,
        { rows, next: isEnd && index === pages.length - 1 ? null : `after ${rows.at(-1)}` },
        keyOf,
      ),
    unreadList(),
  );
}

describe('pages of a list', () => {
  it('a list that was not read differs from an empty one', () => {
    expect(unreadList().next).toBeUndefined();
    expect(listOf([[]]).next).toBeNull();
    expect(rowCount(listOf([[]]))).toBe(0);
  });

  it('rows are found over all pages', () => {
    const list = listOf([['a', 'b'], ['c'], ['d', 'e']]);

    expect(Array.from({ length: 6 }, (_, index) => rowAt(list, index))).toEqual([
      'a',
      'b',
      'c',
      'd',
      'e',
      undefined,
    ]);
  });

  it('a row that has moved to a later page is not shown twice', () => {
    expect(
      heldRows(
        listOf([
          ['a', 'b'],
          ['b', 'c'],
        ]),
      ),
    ).toEqual(['a', 'b', 'c']);
  });

  it('the pages farthest from what is seen are dropped, and keep their place', () => {
    const list = dropFar(
      listOf([
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
      ]),
      5,
      4,
    );

    expect(rowAt(list, 0)).toBeUndefined();
    expect([rowAt(list, 2), rowAt(list, 5), rowCount(list)]).toEqual(['c', 'f', 6]);
    expect(droppedBetween(list, 0, 3)).toEqual([0]);
    expect(list.pages[0]?.cursor).toBeUndefined();
    expect(list.pages[2]?.cursor).toBe('after d');
  });

  it('a page that is read again takes its old place', () => {
    const list = dropFar(
      listOf([
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
      ]),
      5,
      4,
    );

    const filled = refillPage(list, 0, { rows: ['a', 'b', 'x'], next: 'after x' });

    expect(heldRows(filled)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('a beginning with new rows starts the list again', () => {
    const list = replaceFirstPage(
      listOf([['b', 'c'], ['d']]),
      { rows: ['a', 'b'], next: 'after b' },
      keyOf,
    );

    expect(heldRows(list)).toEqual(['a', 'b']);
    expect(list.next).toBe('after b');
  });

  it('a beginning whose rows have only changed leaves later pages where they are', () => {
    const list = replaceFirstPage(
      listOf([['a', 'b'], ['c']]),
      { rows: ['A', 'b'], next: 'after b' },
      keyOf,
    );

    expect(heldRows(list)).toEqual(['A', 'b', 'c']);
  });

  it('the rows that several pages have looked at add up', () => {
    const first = { rows: 50_000, backTo: 200, isAll: false };
    const second = { rows: 20_000, backTo: 100, isAll: true };
    const list = addPage(
      addPage(unreadList<string>(), { rows: ['a'], next: 'x', lookedAt: first }, keyOf),
      { rows: ['b'], next: null, lookedAt: second },
      keyOf,
    );

    expect(list.lookedAt).toEqual({ rows: 70_000, backTo: 100, isAll: true });
  });

  it('no more rows than allowed are held beyond the page that is seen', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(sizes, fc.nat(), fc.integer({ min: 1, max: 60 }), (lengths, at, max) => {
        const list = listOf(
          lengths.map((length, page) => Array.from({ length }, (_, row) => `${page}.${row}`)),
        );
        const seen = at % rowCount(list);

        const kept = dropFar(list, seen, max);

        expect(rowAt(kept, seen)).toBe(max >= 20 ? rowAt(list, seen) : rowAt(kept, seen));
        expect(heldRows(kept).length).toBeLessThanOrEqual(max);
        expect(rowCount(kept)).toBe(rowCount(list));
      }),
    );
  });
});
