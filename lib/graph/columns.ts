/**
 * Columns: where the middle of each item is, from left to right. Rows keep their order and their
 * distances; among the places that allows, lines are as straight as they can be.
 */
import { itemAt } from './item-at.ts';
import type { LayerItem, Layers, Segment } from './layers.ts';

/** Distances between items of a row. */
const gapBetweenStates = 48;
const gapAtBend = 16;

/** All positions are multiples of this, so that lines in one column meet exactly. */
export const gridStep = 8;

const passesMax = 24;

/** Once no item moves further than this, positions on the grid change no more. */
const settledMove = 0.1;

/**
 * Weight of the middle of the picture, which every item is drawn to. Without it, a long machine in
 * which each row moves a little to one side would drift across the page.
 */
const centreWeight = 0.04;

/** Returns the middle of each item; the leftmost positions may be below 0. */
export function placeColumns(layers: Layers, rows: readonly (readonly number[])[]): number[] {
  const columns = new Columns(layers, rows);
  for (let pass = 0; pass < passesMax; pass++) {
    if (columns.sweep(pass % 2 === 1) < settledMove) break;
  }
  columns.straighten();
  return columns.middles.map((middle) => Math.round(middle / gridStep) * gridStep);
}

/** Where an item would be if it were alone, and how much that matters. */
interface Wanted {
  readonly middle: number;
  readonly weight: number;
}

/** A row, and how far each item is from the first when they stand as closely as they may. */
interface PackedRow {
  readonly items: readonly number[];
  readonly offsets: readonly number[];
}

/** Items of a row that stand as closely as they may, because they all want to be elsewhere. */
interface Pool {
  sum: number;
  weight: number;
  length: number;
}

/** The positions while they are found. */
class Columns {
  readonly middles: number[];
  readonly #rows: readonly PackedRow[];
  readonly #above: readonly (readonly Segment[])[];
  readonly #below: readonly (readonly Segment[])[];

  constructor({ items, segments }: Layers, rows: readonly (readonly number[])[]) {
    this.middles = new Array<number>(items.length).fill(0);
    const above = items.map((): Segment[] => []);
    const below = items.map((): Segment[] => []);
    for (const segment of segments) {
      itemAt(above, segment.lower).push(segment);
      itemAt(below, segment.upper).push(segment);
    }
    this.#above = above;
    this.#below = below;
    this.#rows = rows.map((row) => ({
      items: row,
      offsets: offsetsOf(row.map((item) => itemAt(items, item))),
    }));
    for (const row of this.#rows) this.#packRow(row);
  }

  /**
   * Moves every row towards its neighbours above and below, beginning at one end. Returns the
   * longest way that an item has moved.
   */
  sweep(fromBelow: boolean): number {
    return (fromBelow ? this.#rows.toReversed() : this.#rows).reduce(
      (longest, row) => Math.max(longest, this.#moveRow(row)),
      0,
    );
  }

  /** Puts items with one line above and one below exactly in line, where their row leaves room. */
  straighten(): void {
    for (let round = 0; round < 2; round++) {
      for (const row of this.#rows.toReversed()) {
        this.#alignRow(row, (item) => this.#onlyBelow(item));
      }
      for (const row of this.#rows) this.#alignRow(row, (item) => this.#onlyAbove(item));
    }
  }

  #packRow({ items, offsets }: PackedRow): void {
    const half = (offsets.at(-1) ?? 0) / 2;
    for (const [place, item] of items.entries()) {
      this.middles[item] = itemAt(offsets, place) - half;
    }
  }

  /**
   * Moves a row to the positions nearest to the wanted ones, by least squares, that keep the
   * distances: without them, positions would only have to ascend, so neighbours that do not are
   * pooled at their mean.
   */
  #moveRow({ items, offsets }: PackedRow): number {
    const pools: Pool[] = [];
    for (const [place, item] of items.entries()) {
      const { middle, weight } = this.#wanted(item);
      const pool = { sum: (middle - itemAt(offsets, place)) * weight, weight, length: 1 };
      for (let last = pools.at(-1); last !== undefined; last = pools.at(-1)) {
        if (last.sum / last.weight < pool.sum / pool.weight) break;
        pool.sum += last.sum;
        pool.weight += last.weight;
        pool.length += last.length;
        pools.pop();
      }
      pools.push(pool);
    }
    let longest = 0;
    let place = 0;
    for (const { sum, weight, length } of pools) {
      for (const end = place + length; place < end; place++) {
        const middle = sum / weight + itemAt(offsets, place);
        const item = itemAt(items, place);
        longest = Math.max(longest, Math.abs(middle - itemAt(this.middles, item)));
        this.middles[item] = middle;
      }
    }
    return longest;
  }

  /** Returns the mean of where the lines of an item would have it. */
  #wanted(item: number): Wanted {
    let weights = centreWeight;
    let sum = 0;
    for (const { upper, upperPort, lowerPort, weight } of itemAt(this.#above, item)) {
      weights += weight;
      sum += weight * (itemAt(this.middles, upper) + upperPort - lowerPort);
    }
    for (const { lower, upperPort, lowerPort, weight } of itemAt(this.#below, item)) {
      weights += weight;
      sum += weight * (itemAt(this.middles, lower) + lowerPort - upperPort);
    }
    return { middle: sum / weights, weight: weights };
  }

  #alignRow(row: PackedRow, find: (item: number) => number | undefined): void {
    for (const [place, item] of row.items.entries()) {
      const wanted = find(item);
      if (wanted === undefined) continue;
      const [left, right] = this.#room(row, place);
      if (wanted >= left && wanted <= right) this.middles[item] = wanted;
    }
  }

  /** Returns the outermost positions that the neighbours of a row leave to an item. */
  #room({ items, offsets }: PackedRow, place: number): readonly [left: number, right: number] {
    const before = items[place - 1];
    const after = items[place + 1];
    const offset = itemAt(offsets, place);
    return [
      before === undefined
        ? Number.NEGATIVE_INFINITY
        : itemAt(this.middles, before) + offset - itemAt(offsets, place - 1),
      after === undefined
        ? Number.POSITIVE_INFINITY
        : itemAt(this.middles, after) + offset - itemAt(offsets, place + 1),
    ];
  }

  #onlyAbove(item: number): number | undefined {
    const segment = onlyMain(itemAt(this.#above, item));
    if (segment === undefined) return undefined;
    if (onlyMain(itemAt(this.#below, segment.upper)) === undefined) return undefined;
    return itemAt(this.middles, segment.upper) + segment.upperPort - segment.lowerPort;
  }

  #onlyBelow(item: number): number | undefined {
    const segment = onlyMain(itemAt(this.#below, item));
    if (segment === undefined) return undefined;
    if (onlyMain(itemAt(this.#above, segment.lower)) === undefined) return undefined;
    return itemAt(this.middles, segment.lower) + segment.lowerPort - segment.upperPort;
  }
}

function offsetsOf(row: readonly LayerItem[]): number[] {
  let offset = 0;
  return row.map((item, place) => {
    const before = row[place - 1];
    if (before === undefined) return 0;
    const areStates = before.state !== null && item.state !== null;
    offset += (before.width + item.width) / 2 + (areStates ? gapBetweenStates : gapAtBend);
    return offset;
  });
}

/** Returns the one segment that is not a catcher's; undefined when there are none or several. */
function onlyMain(segments: readonly Segment[]): Segment | undefined {
  let found: Segment | undefined;
  for (const segment of segments) {
    if (segment.isCatch) continue;
    if (found !== undefined) return undefined;
    found = segment;
  }
  return found;
}
