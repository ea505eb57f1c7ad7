/** The heights of a scope's rows, and of the tracks and labels in the gaps between them. */
import { itemAt } from './item-at.ts';
import type { Way } from './layers.ts';
import { assignTracks } from './tracks.ts';
import type { GapWire, Hop, Wiring } from './wiring.ts';

/** Where rows, wires and labels are, from the top of the scope. */
export interface RowPlaces {
  readonly height: number;
  readonly topOf: (row: number) => number;
  /** The bottom of the row's highest item. */
  readonly bottomOf: (row: number) => number;
  readonly wireAt: (wire: GapWire) => number;
  /** The middle of a link's label; null when it has none. */
  readonly labelAt: (link: number) => number | null;
}

const marginAbove = 16;
const marginBelow = 24;
const trackPitch = 8;
const labelPitch = 16;

/** Height of the gaps before the first and after the last row, where stubs pass. */
const outerGap = 16;

/** Places rows one below the other, each gap as high as its wires and labels need. */
export function placeRows(
  wiring: Wiring,
  labelWidths: readonly number[],
  rowHeights: readonly number[],
  ways: readonly Way[],
): RowPlaces {
  const tracks = new Map<GapWire, number>();
  const labels = new Map<number, number>();
  const tops: number[] = [];
  const byGap = Map.groupBy(wiring.wires, ({ gap }) => gap);
  const labelled = labelsByGap(wiring, labelWidths);
  let reached = 0;
  for (let gap = 0; gap <= rowHeights.length; gap++) {
    const wires = byGap.get(gap) ?? [];
    const assigned = assignTracks(wires);
    const stacks = stackLabels(labelled.get(gap) ?? []);
    const firstTrack = reached + marginAbove + stacks.upperRows * labelPitch;
    for (const [place, wire] of wires.entries()) {
      tracks.set(wire, firstTrack + Math.max(0, itemAt(assigned.tracks, place)) * trackPitch);
    }
    const lowerLabels = firstTrack + Math.max(0, assigned.count - 1) * trackPitch;
    for (const { link, isUpper, row } of stacks.placed) {
      labels.set(link, (isUpper ? reached : lowerLabels) + labelPitch * (row + 1));
    }
    const isOuter = gap === 0 || gap === rowHeights.length;
    if (isOuter && wires.length === 0) reached += ways.includes('stub') ? outerGap : 0;
    else reached = lowerLabels + stacks.lowerRows * labelPitch + marginBelow;
    if (gap === rowHeights.length) break;
    tops.push(reached);
    reached += itemAt(rowHeights, gap);
  }
  return {
    height: reached,
    topOf: (row) => itemAt(tops, row),
    bottomOf: (row) => itemAt(tops, row) + itemAt(rowHeights, row),
    wireAt: (wire) => tracks.get(wire) ?? 0,
    labelAt: (link) => labels.get(link) ?? null,
  };
}

interface Label {
  readonly link: number;
  /** Above the tracks, at a line that goes to a lane; otherwise below them. */
  readonly isUpper: boolean;
  readonly from: number;
  readonly to: number;
}

function labelsByGap(
  { hops }: Wiring,
  labelWidths: readonly number[],
): Map<number, readonly Label[]> {
  const labels = hops.flatMap(([hop], link) => {
    const width = itemAt(labelWidths, link);
    return hop === undefined || width === 0
      ? []
      : [{ gap: hop.wire.gap, ...labelOf(hop, link, width) }];
  });
  return Map.groupBy(labels, ({ gap }) => gap);
}

function labelOf(hop: Hop, link: number, width: number): Label {
  const isUpper = hop.wire.kind !== 'across';
  const middle = isUpper ? hop.from : hop.to;
  return { link, isUpper, from: middle - width / 2, to: middle + width / 2 };
}

interface Stacks {
  readonly upperRows: number;
  readonly lowerRows: number;
  readonly placed: readonly {
    readonly link: number;
    readonly isUpper: boolean;
    readonly row: number;
  }[];
}

/** Puts labels that would overlap one above the other. */
function stackLabels(labels: readonly Label[]): Stacks {
  const ends = { upper: [] as number[], lower: [] as number[] };
  const placed = labels
    .toSorted((a, b) => a.from - b.from || a.link - b.link)
    .map(({ link, isUpper, from, to }) => {
      const rows = isUpper ? ends.upper : ends.lower;
      const free = rows.findIndex((end) => end <= from);
      const row = free === -1 ? rows.length : free;
      rows[row] = to;
      return { link, isUpper, row };
    });
  return { upperRows: ends.upper.length, lowerRows: ends.lower.length, placed };
}
