/** Wiring: the lines of a scope as hops from column to column, in the gaps between its rows. */
import { itemAt } from './item-at.ts';
import type { Lanes } from './lanes.ts';
import { type Layers, portAt, type Segment, type Way } from './layers.ts';
import type { Ranking } from './ranks.ts';
import type { ScopeGraph, ScopeLink } from './scope-graph.ts';
import type { Wire } from './tracks.ts';

/** A wire in the gap above the row with this number. */
export interface GapWire extends Wire {
  readonly gap: number;
  readonly tops: number[];
  readonly bottoms: number[];
}

/** One step of a line sideways. */
export interface Hop {
  readonly wire: GapWire;
  readonly from: number;
  readonly to: number;
}

/** The wires of a scope, and the hops of each link; none for a loop, a stub or a hidden line. */
export interface Wiring {
  readonly wires: readonly GapWire[];
  readonly hops: readonly (readonly Hop[])[];
}

/** Connects the items of a scope. Lines that leave a state in one column share a wire. */
export function wireScope(
  graph: ScopeGraph,
  ranking: Ranking,
  layers: Layers,
  ways: readonly Way[],
  columns: readonly number[],
  lanes: Lanes,
): Wiring {
  const wires = new Wires();
  const hops = graph.links.map((): Hop[] => []);
  const lines = countLines(layers.segments);
  for (const segment of layers.segments) {
    itemAt(hops, segment.link).push(acrossHop(wires, layers, columns, segment, lines));
  }
  for (const [number, link] of graph.links.entries()) {
    const lane = itemAt(lanes.columns, number);
    const way = itemAt(ways, number);
    if (lane === null || (way !== 'left' && way !== 'right')) continue;
    itemAt(hops, number).push(...laneHops(wires, ranking, layers, columns, link, way, lane));
  }
  return { wires: wires.all, hops };
}

class Wires {
  readonly #byKey = new Map<string, GapWire>();

  get all(): readonly GapWire[] {
    return [...this.#byKey.values()];
  }

  /** Returns the wire with this key, which begins as one without columns. */
  get(key: string, gap: number, kind: Wire['kind'], lane: number | null): GapWire {
    let wire = this.#byKey.get(key);
    if (wire === undefined) {
      wire = { gap, kind, lane, tops: [], bottoms: [] };
      this.#byKey.set(key, wire);
    }
    return wire;
  }
}

/** A line that is the only one at both ends is drawn straight if it is off by no more than this. */
const slideMax = 24;

/** Counts the lines at each port. */
function countLines(segments: readonly Segment[]): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const segment of segments) {
    for (const port of portsOf(segment)) lines.set(port, (lines.get(port) ?? 0) + 1);
  }
  return lines;
}

function portsOf({ upper, upperPort, lower, lowerPort }: Segment): readonly [string, string] {
  return [`out ${upper} ${upperPort}`, `in ${lower} ${lowerPort}`];
}

function acrossHop(
  wires: Wires,
  { items }: Layers,
  columns: readonly number[],
  segment: Segment,
  lines: ReadonlyMap<string, number>,
): Hop {
  const { upper, lower, upperPort, lowerPort } = segment;
  const { rank: gap, state } = itemAt(items, lower);
  let from = itemAt(columns, upper) + upperPort;
  let to = itemAt(columns, lower) + lowerPort;
  const isAlone = portsOf(segment).every((port) => lines.get(port) === 1);
  if (isAlone && Math.abs(from - to) <= slideMax) {
    // A bend has no width in which the line could move.
    if (itemAt(items, upper).state !== null) from = to;
    else if (state !== null) to = from;
  }
  const wire = wires.get(`across ${upper} ${upperPort}`, gap, 'across', null);
  wire.tops.push(from);
  wire.bottoms.push(to);
  return { wire, from, to };
}

function laneHops(
  wires: Wires,
  { ranks }: Ranking,
  { items }: Layers,
  columns: readonly number[],
  { from, to, kind }: ScopeLink,
  side: 'left' | 'right',
  lane: number,
): Hop[] {
  const exitPort = portAt(itemAt(items, from).width, kind === 'catch' ? 'catch' : side);
  const start = itemAt(columns, from) + exitPort;
  const end = itemAt(columns, to) + portAt(itemAt(items, to).width, side);
  const out = wires.get(`out ${from} ${exitPort} ${lane}`, itemAt(ranks, from) + 1, 'out', lane);
  const into = wires.get(`in ${to} ${lane}`, itemAt(ranks, to), 'in', lane);
  out.tops.push(start);
  into.bottoms.push(end);
  return [
    { wire: out, from: start, to: lane },
    { wire: into, from: lane, to: end },
  ];
}
