/** Lanes: columns beside all rows of a scope, for lines that go up and for long ways down. */
import { itemAt } from './item-at.ts';
import type { Way } from './layers.ts';
import type { Ranking } from './ranks.ts';
import type { ScopeGraph } from './scope-graph.ts';

/** Distance between two lanes, and between the first and the items. */
const lanePitch = 16;

/** The edges of a scope's items. */
export interface Extent {
  readonly left: number;
  readonly right: number;
}

/** The lanes of a scope, and the room that they take. */
export interface Lanes {
  /** Column of each link's lane; null for a link without one. */
  readonly columns: readonly (number | null)[];
  readonly extent: Extent;
}

interface Group {
  readonly side: 'left' | 'right';
  readonly links: number[];
  top: number;
  bottom: number;
}

/**
 * Chooses lanes. Lines to the same state share one; the shortest are inside. Stubs share the
 * outermost, as only those of one state are shown at a time.
 */
export function chooseLanes(
  graph: ScopeGraph,
  ranking: Ranking,
  ways: readonly Way[],
  items: Extent,
): Lanes {
  const columns = new Array<number | null>(graph.links.length).fill(null);
  const groups = [...groupLinks(graph, ranking, ways)].sort(
    (a, b) => a.bottom - a.top - (b.bottom - b.top),
  );
  const taken = { left: [] as Group[][], right: [] as Group[][] };
  for (const group of groups) {
    const lanes = taken[group.side];
    const free = lanes.findIndex((lane) => lane.every((other) => isApart(group, other)));
    const lane = free === -1 ? lanes.push([]) - 1 : free;
    itemAt(lanes, lane).push(group);
    const column = laneColumn(items, group.side, lane);
    for (const link of group.links) columns[link] = column;
  }
  const stubLane = laneColumn(items, 'right', taken.right.length);
  const hasStubs = ways.includes('stub');
  for (const [link, way] of ways.entries()) if (way === 'stub') columns[link] = stubLane;
  return {
    columns,
    extent: {
      left: laneColumn(items, 'left', taken.left.length - 1),
      right: laneColumn(items, 'right', taken.right.length - (hasStubs ? 0 : 1)),
    },
  };
}

function laneColumn({ left, right }: Extent, side: 'left' | 'right', lane: number): number {
  const offset = (lane + 1) * lanePitch;
  return side === 'left' ? left - offset : right + offset;
}

function isApart(a: Group, b: Group): boolean {
  return a.bottom < b.top || a.top > b.bottom;
}

/** Groups links by target; a group reaches from gap to gap, where gap 0 is above row 0. */
function groupLinks(
  { links }: ScopeGraph,
  { ranks }: Ranking,
  ways: readonly Way[],
): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const [link, { from, to, kind }] of links.entries()) {
    const side = itemAt(ways, link);
    if (side !== 'left' && side !== 'right') continue;
    const gaps = [itemAt(ranks, from) + 1, itemAt(ranks, to)] as const;
    const [top, bottom] = [Math.min(...gaps), Math.max(...gaps)];
    const key = `${side} ${to} ${kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { side, links: [link], top, bottom });
    else {
      group.links.push(link);
      group.top = Math.min(group.top, top);
      group.bottom = Math.max(group.bottom, bottom);
    }
  }
  return groups.values();
}
