/**
 * The order of items in each row: sweeps put each item at the mean position of its neighbours above
 * or below, and the order with the fewest crossings is kept.
 */
import { itemAt } from './item-at.ts';
import type { Layers } from './layers.ts';

const sweepsMax = 8;

/** Returns the rows, each in the order in which its items are drawn from left to right. */
export function orderRows(layers: Layers): number[][] {
  const { items } = layers;
  const above = neighbours(layers, 'lower', 'upper');
  const below = neighbours(layers, 'upper', 'lower');
  let rows = layers.rows.map((row) =>
    row.toSorted((a, b) => itemAt(items, a).walked - itemAt(items, b).walked || a - b),
  );
  let best = rows;
  let fewest = countCrossings(rows, below, items.length);
  for (let sweep = 0; sweep < sweepsMax && fewest > 0; sweep++) {
    rows = sweep % 2 === 0 ? sweepRows(rows, above) : sweepRows(rows.toReversed(), below).reverse();
    const crossings = countCrossings(rows, below, items.length);
    if (crossings < fewest) [best, fewest] = [rows, crossings];
  }
  return best;
}

function neighbours(
  { items, segments }: Layers,
  of: 'upper' | 'lower',
  at: 'upper' | 'lower',
): number[][] {
  const lists = items.map((): number[] => []);
  for (const segment of segments) itemAt(lists, segment[of]).push(segment[at]);
  return lists;
}

/** Orders each row but the first by the neighbours in the row before it. */
function sweepRows(
  rows: readonly (readonly number[])[],
  before: readonly (readonly number[])[],
): number[][] {
  const places = new Map<number, number>();
  return rows.map((row) => {
    const wanted = row.map((item, place) => {
      const found = itemAt(before, item);
      if (found.length === 0) return place;
      return found.reduce((sum, each) => sum + (places.get(each) ?? 0), 0) / found.length;
    });
    const ordered = [...row.keys()]
      .sort((a, b) => itemAt(wanted, a) - itemAt(wanted, b) || a - b)
      .map((place) => itemAt(row, place));
    for (const [place, item] of ordered.entries()) places.set(item, place);
    return ordered;
  });
}

function countCrossings(
  rows: readonly (readonly number[])[],
  below: readonly (readonly number[])[],
  count: number,
): number {
  const places = new Array<number>(count).fill(0);
  for (const row of rows) for (const [place, item] of row.entries()) places[item] = place;
  let crossings = 0;
  for (const [index, row] of rows.slice(0, -1).entries()) {
    const ends = row.flatMap((item) =>
      itemAt(below, item)
        .map((each) => itemAt(places, each))
        .sort((a, b) => a - b),
    );
    crossings += countInversions(ends, itemAt(rows, index + 1).length);
  }
  return crossings;
}

/** Counts the pairs that are out of order, with a tree of sums. */
function countInversions(ends: readonly number[], width: number): number {
  const sums = new Array<number>(width + 1).fill(0);
  let inversions = 0;
  for (const [seen, end] of ends.entries()) {
    let notGreater = 0;
    for (let node = end + 1; node > 0; node -= node & -node) notGreater += sums[node] ?? 0;
    inversions += seen - notGreater;
    for (let node = end + 1; node <= width; node += node & -node)
      sums[node] = (sums[node] ?? 0) + 1;
  }
  return inversions;
}
