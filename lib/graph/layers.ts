/**
 * Layers: a scope's states in rows, and for each line that passes a row a bend in it, so that every
 * part of a line runs from one row to the next.
 */
import { itemAt } from './item-at.ts';
import { catchesDrawnMax, nearRanksMax, type Ranking } from './ranks.ts';
import type { ScopeGraph, ScopeLink } from './scope-graph.ts';

/**
 * How a link is drawn: `down` from row to row; `left` and `right` in a lane beside all rows, for
 * long ways down and for ways up; `loop` at its own state; `stub` only when asked for, as is
 * `hidden`, for ends that are far from the mark of the end.
 */
export type Way = 'down' | 'left' | 'right' | 'loop' | 'stub' | 'hidden';

/** A state in a row, or the bend of a line that passes the row. */
export interface LayerItem {
  readonly rank: number;
  /** Number of the state; null for a bend. */
  readonly state: number | null;
  readonly width: number;
  /** Position in a depth-first walk; a bend has that of its line's beginning. */
  readonly walked: number;
}

/** Part of a line, from an item of a row to an item of the next. */
export interface Segment {
  readonly link: number;
  readonly upper: number;
  readonly lower: number;
  /** Where the line leaves and enters, from the middle of each item. */
  readonly upperPort: number;
  readonly lowerPort: number;
  /** How much a crooked segment would disturb: the lines of bends are kept straight. */
  readonly weight: number;
  /** Whether it belongs to a catcher, which straightens nothing. */
  readonly isCatch: boolean;
}

/** A scope's items, by row, and the segments between them. */
export interface Layers {
  readonly items: readonly LayerItem[];
  /** Numbers of items, by row; an item with the number of a state is that state. */
  readonly rows: readonly (readonly number[])[];
  readonly segments: readonly Segment[];
}

/** Lines over more rows than this run in a lane. */
const rowsPassedMax = 6;

/** A line from a state to the end is drawn up to this many rows. */
const endRowsMax = 3;

/** Returns where lines leave a state of this width below and enter it above, from its middle. */
export function portAt(width: number, side: 'flow' | 'catch' | 'left' | 'right'): number {
  if (side === 'flow') return 0;
  if (side === 'catch') return Math.min(40, Math.floor(width / 32) * 8);
  const outer = Math.min(64, Math.floor(width / 16) * 8 - 24);
  return side === 'left' ? -outer : outer;
}

/** Chooses how each link of a scope is drawn. */
export function chooseWays({ links }: ScopeGraph, { ranks }: Ranking): Way[] {
  const catchers = new Map<number, number>();
  for (const { kind, to } of links) {
    if (kind === 'catch') catchers.set(to, (catchers.get(to) ?? 0) + 1);
  }
  return links.map(({ from, to, kind }) => {
    const down = itemAt(ranks, to) - itemAt(ranks, from);
    if (kind === 'mark') return down <= endRowsMax ? 'down' : 'hidden';
    if (from === to) return kind === 'catch' ? 'stub' : 'loop';
    const isFar = Math.abs(down) > nearRanksMax || (catchers.get(to) ?? 0) > catchesDrawnMax;
    if (kind === 'catch' && isFar) return 'stub';
    if (down <= 0) return 'right';
    return down > rowsPassedMax ? 'left' : 'down';
  });
}

/**
 * Creates the layers of a scope.
 * @param widths of the states
 * @param labelWidths of the links; 0 for one without a label
 */
export function createLayers(
  { links, count }: ScopeGraph,
  { ranks, walked }: Ranking,
  ways: readonly Way[],
  widths: readonly number[],
  labelWidths: readonly number[],
): Layers {
  const items: LayerItem[] = Array.from({ length: count }, (_, state) => ({
    state,
    rank: itemAt(ranks, state),
    width: itemAt(widths, state),
    walked: itemAt(walked, state),
  }));
  const segments = links.flatMap((link, number) => {
    if (ways[number] !== 'down') return [];
    return addLine(items, link, number, itemAt(labelWidths, number));
  });
  const rows: number[][] = [];
  for (const [number, { rank }] of items.entries()) {
    while (rows.length <= rank) rows.push([]);
    itemAt(rows, rank).push(number);
  }
  return { items, rows, segments };
}

/** What happens without errors is drawn straight first. */
const kindWeights = { flow: 1, mark: 0.5, catch: 0.05 } as const;

/** A line that passes rows is kept straight; so is a row of states, against what passes it. */
function shapeWeight(isFromState: boolean, isToState: boolean): number {
  if (isFromState && isToState) return 4;
  return isFromState || isToState ? 2 : 6;
}

/** Narrowest room that a bend takes. */
const bendWidth = 16;

/** Adds the bends of a line and returns its segments. */
function addLine(
  items: LayerItem[],
  { from, to, kind }: ScopeLink,
  link: number,
  labelWidth: number,
): Segment[] {
  const side = kind === 'catch' ? 'catch' : 'flow';
  const { walked, rank: first, width: fromWidth } = itemAt(items, from);
  const { rank: last, width: toWidth } = itemAt(items, to);
  const segments: Segment[] = [];
  let upper = from;
  for (let rank = first + 1; rank <= last; rank++) {
    const lower = rank === last ? to : items.length;
    // The label stands at the first bend, which takes its room.
    const width = Math.max(bendWidth, rank === first + 1 ? labelWidth : 0);
    if (rank < last) items.push({ rank, state: null, width, walked });
    segments.push({
      link,
      upper,
      lower,
      upperPort: upper === from ? portAt(fromWidth, side) : 0,
      lowerPort: lower === to ? portAt(toWidth, side) : 0,
      isCatch: kind === 'catch',
      weight: kindWeights[kind] * shapeWeight(upper === from, lower === to),
    });
    upper = lower;
  }
  return segments;
}
