/**
 * Tracks: the heights at which wires run sideways between two rows. Wires that would overlap get
 * different tracks, and a wire that comes down a column is above one that goes on in it.
 */
import { itemAt } from './item-at.ts';

/** What connects items of one row with items of the next, or with a lane. */
export interface Wire {
  /** `out` goes to a lane, `in` comes from one, `across` goes from row to row. */
  readonly kind: 'out' | 'across' | 'in';
  /** The columns in which it arrives from above, and in which it goes on below. */
  readonly tops: readonly number[];
  readonly bottoms: readonly number[];
  readonly lane: number | null;
}

/** The track of each wire; -1 for one that runs straight down. */
export interface Tracks {
  readonly tracks: readonly number[];
  readonly count: number;
}

const kindOrder = { out: 0, across: 1, in: 2 } as const;

/** Assigns tracks to the wires between two rows, from the top. */
export function assignTracks(wires: readonly Wire[]): Tracks {
  const tracks = new Array<number>(wires.length).fill(-1);
  const bent = [...wires.keys()].filter((wire) => !isStraight(itemAt(wires, wire)));
  const under = wiresUnder(wires, bent);
  const least = new Array<number>(wires.length).fill(0);
  const taken: Span[][] = [];
  for (const wire of orderWires(wires, bent, under)) {
    const span = spanOf(itemAt(wires, wire));
    let track = itemAt(least, wire);
    while (overlaps(taken[track] ?? [], span)) track += 1;
    while (taken.length <= track) taken.push([]);
    itemAt(taken, track).push(span);
    tracks[wire] = track;
    for (const lower of under.get(wire) ?? []) {
      least[lower] = Math.max(itemAt(least, lower), track + 1);
    }
  }
  return { tracks, count: taken.length };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Least distance between two wires of one track. */
const spanGap = 16;

function isStraight({ tops, bottoms, lane }: Wire): boolean {
  const [column] = tops;
  return lane === null && [...tops, ...bottoms].every((each) => each === column);
}

function spanOf({ tops, bottoms, lane }: Wire): Span {
  const columns = [...tops, ...bottoms, ...(lane === null ? [] : [lane])];
  return {
    from: columns.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY),
    to: columns.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY),
  };
}

function overlaps(spans: readonly Span[], { from, to }: Span): boolean {
  return spans.some((span) => from < span.to + spanGap && to > span.from - spanGap);
}

/** Returns, for each wire, those that go on below in a column in which it arrives from above. */
function wiresUnder(wires: readonly Wire[], bent: readonly number[]): Map<number, number[]> {
  const byBottom = new Map<number, number[]>();
  for (const wire of bent) {
    for (const column of itemAt(wires, wire).bottoms) {
      byBottom.set(column, [...(byBottom.get(column) ?? []), wire]);
    }
  }
  return new Map(
    bent.map((wire) => {
      const lower = itemAt(wires, wire).tops.flatMap((column) => byBottom.get(column) ?? []);
      return [wire, lower.filter((each) => each !== wire)];
    }),
  );
}

/** Orders wires so that each comes before those under it, except in a circle. */
function orderWires(
  wires: readonly Wire[],
  bent: readonly number[],
  under: ReadonlyMap<number, readonly number[]>,
): Iterable<number> {
  const preferred = bent.toSorted((a, b) => compareWires(itemAt(wires, a), itemAt(wires, b)));
  const waiting = new Map(bent.map((wire) => [wire, 0]));
  for (const lower of under.values()) {
    for (const wire of lower) waiting.set(wire, (waiting.get(wire) ?? 0) + 1);
  }
  const ordered = new Set(preferred.filter((wire) => waiting.get(wire) === 0));
  for (const wire of ordered) {
    for (const lower of under.get(wire) ?? []) {
      const count = (waiting.get(lower) ?? 0) - 1;
      waiting.set(lower, count);
      if (count === 0) ordered.add(lower);
    }
  }
  for (const wire of preferred) ordered.add(wire);
  return ordered;
}

/** Of wires to the right, the rightmost is first, and of those to the left, the leftmost. */
function compareWires(a: Wire, b: Wire): number {
  const byKind = kindOrder[a.kind] - kindOrder[b.kind];
  if (byKind !== 0) return byKind;
  const [aStart, bStart] = [meanOf(a.tops), meanOf(b.tops)];
  const [aRight, bRight] = [headsRight(a), headsRight(b)];
  if (aRight !== bRight) return aRight ? -1 : 1;
  return aRight ? bStart - aStart : aStart - bStart;
}

function headsRight({ tops, bottoms, lane }: Wire): boolean {
  return (lane ?? meanOf(bottoms)) >= meanOf(tops.length === 0 ? bottoms : tops);
}

function meanOf(columns: readonly number[]): number {
  if (columns.length === 0) return 0;
  return columns.reduce((sum, each) => sum + each, 0) / columns.length;
}
