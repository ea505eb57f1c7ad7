/** The layout of one scope: where its states are, and the points of the lines between them. */
import { gridStep, placeColumns } from './columns.ts';
import { itemAt } from './item-at.ts';
import { chooseLanes, type Extent, type Lanes } from './lanes.ts';
import { createLayers, type LayerItem, portAt, type Way } from './layers.ts';
import type { Ranking } from './ranks.ts';
import { orderRows } from './row-order.ts';
import { placeRows, type RowPlaces } from './row-places.ts';
import type { ScopeGraph } from './scope-graph.ts';
import { type Hop, type Wiring, wireScope } from './wiring.ts';

/** A place in a picture, in pixels from its top left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The size of a box, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A line of a scope. */
export interface ScopeLine {
  /** Position of its link. */
  readonly link: number;
  readonly points: readonly Point[];
  /** The middle of its label; null for one without. */
  readonly labelAt: Point | null;
  /** Whether it is drawn only while its state is looked at. */
  readonly isStub: boolean;
}

/** A scope laid out alone; its top left corner is 0, 0. */
export interface ScopeLayout extends Size {
  /** The top left corner of each state and mark. */
  readonly corners: readonly Point[];
  readonly lines: readonly ScopeLine[];
}

/** What a layout is made of. */
export interface ScopePlan {
  readonly graph: ScopeGraph;
  readonly ranking: Ranking;
  readonly ways: readonly Way[];
  /** Sizes of the states and marks. */
  readonly sizes: readonly Size[];
  /** Widths of the labels of the links; 0 for a link without one. */
  readonly labelWidths: readonly number[];
}

/** Width of a loop beside its state. */
const loopWidth = 16;

/** Lays out a scope. */
export function layoutScope(plan: ScopePlan): ScopeLayout {
  const { graph, ranking, ways, sizes, labelWidths } = plan;
  const widths = sizes.map(({ width }) => width);
  const layers = createLayers(graph, ranking, ways, widths, labelWidths);
  const rows = orderRows(layers);
  const columns = placeColumns(layers, rows);
  const lanes = chooseLanes(graph, ranking, ways, extentOf(plan, layers.items, columns));
  const wiring = wireScope(graph, ranking, layers, ways, columns, lanes);
  const places = placeRows(wiring, labelWidths, rowHeights(plan, rows.length), ways);
  return new ScopeDrawing(plan, columns, lanes, wiring, places).draw();
}

function extentOf(
  { graph, ways }: ScopePlan,
  items: readonly LayerItem[],
  columns: readonly number[],
): Extent {
  const looped = new Set(
    graph.links.flatMap(({ from }, link) => (ways[link] === 'loop' ? [from] : [])),
  );
  let [left, right] = [0, 0];
  for (const [number, { state, width }] of items.entries()) {
    const middle = itemAt(columns, number);
    left = Math.min(left, middle - width / 2);
    const loop = state !== null && looped.has(state) ? loopWidth : 0;
    right = Math.max(right, middle + width / 2 + loop);
  }
  return {
    left: Math.floor(left / gridStep) * gridStep,
    right: Math.ceil(right / gridStep) * gridStep,
  };
}

function rowHeights({ ranking, sizes }: ScopePlan, count: number): number[] {
  const heights = new Array<number>(count).fill(0);
  for (const [state, { height }] of sizes.entries()) {
    const rank = itemAt(ranking.ranks, state);
    heights[rank] = Math.max(itemAt(heights, rank), height);
  }
  return heights;
}

/** Turns columns and rows into points. */
class ScopeDrawing {
  readonly #plan: ScopePlan;
  readonly #columns: readonly number[];
  readonly #lanes: Lanes;
  readonly #wiring: Wiring;
  readonly #places: RowPlaces;

  constructor(
    plan: ScopePlan,
    columns: readonly number[],
    lanes: Lanes,
    wiring: Wiring,
    places: RowPlaces,
  ) {
    this.#plan = plan;
    this.#columns = columns.map((column) => column - lanes.extent.left);
    this.#lanes = lanes;
    this.#wiring = wiring;
    this.#places = places;
  }

  draw(): ScopeLayout {
    const { graph, sizes } = this.#plan;
    const { left, right } = this.#lanes.extent;
    return {
      width: right - left,
      height: this.#places.height,
      corners: sizes.map(({ width }, state) => ({
        x: itemAt(this.#columns, state) - width / 2,
        y: this.#top(state),
      })),
      lines: graph.links.flatMap((_, link) => this.#line(link)),
    };
  }

  #line(link: number): ScopeLine[] {
    const hops = itemAt(this.#wiring.hops, link);
    switch (itemAt(this.#plan.ways, link)) {
      case 'hidden':
        return [];
      case 'loop':
        return [{ link, points: this.#loop(link), labelAt: null, isStub: false }];
      case 'stub':
        return [{ link, points: this.#stub(link), labelAt: null, isStub: true }];
      default:
        return [
          {
            link,
            points: this.#path(link, hops),
            labelAt: this.#labelAt(link, hops),
            isStub: false,
          },
        ];
    }
  }

  #path(link: number, hops: readonly Hop[]): Point[] {
    const { from, to } = itemAt(this.#plan.graph.links, link);
    const { left } = this.#lanes.extent;
    const first = itemAt(hops, 0);
    const last = itemAt(hops, hops.length - 1);
    return withoutNeedless([
      { x: first.from - left, y: this.#bottom(from) },
      ...hops.flatMap((hop) => {
        const y = this.#places.wireAt(hop.wire);
        return [
          { x: hop.from - left, y },
          { x: hop.to - left, y },
        ];
      }),
      { x: last.to - left, y: this.#top(to) },
    ]);
  }

  #labelAt(link: number, hops: readonly Hop[]): Point | null {
    const y = this.#places.labelAt(link);
    const [first] = hops;
    if (y === null || first === undefined) return null;
    const x = first.wire.kind === 'across' ? first.to : first.from;
    return { x: x - this.#lanes.extent.left, y };
  }

  #loop(link: number): Point[] {
    const { from } = itemAt(this.#plan.graph.links, link);
    const x = itemAt(this.#columns, from) + itemAt(this.#plan.sizes, from).width / 2;
    const y = this.#top(from);
    return [
      { x, y: y + 32 },
      { x: x + loopWidth, y: y + 32 },
      { x: x + loopWidth, y: y + 16 },
      { x, y: y + 16 },
    ];
  }

  /** The full line of a stub, over whatever else there is: it is shown alone. */
  #stub(link: number): Point[] {
    const { from, to } = itemAt(this.#plan.graph.links, link);
    const lane = (itemAt(this.#lanes.columns, link) ?? 0) - this.#lanes.extent.left;
    const start = this.#catchPort(from);
    const end = this.#catchPort(to);
    const out = this.#places.bottomOf(itemAt(this.#plan.ranking.ranks, from)) + gridStep;
    const into = this.#top(to) - gridStep;
    return [
      { x: start, y: this.#bottom(from) },
      { x: start, y: out },
      { x: lane, y: out },
      { x: lane, y: into },
      { x: end, y: into },
      { x: end, y: this.#top(to) },
    ];
  }

  #catchPort(state: number): number {
    const { width } = itemAt(this.#plan.sizes, state);
    return itemAt(this.#columns, state) + portAt(width, 'catch');
  }

  #top(state: number): number {
    return this.#places.topOf(itemAt(this.#plan.ranking.ranks, state));
  }

  #bottom(state: number): number {
    return this.#top(state) + itemAt(this.#plan.sizes, state).height;
  }
}

/** Leaves out points that are repeated, and points on a straight line between two others. */
function withoutNeedless(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    const before = kept.at(-2);
    if (last !== undefined && last.x === point.x && last.y === point.y) continue;
    if (last !== undefined && before !== undefined && isBetween(before, last, point)) kept.pop();
    kept.push(point);
  }
  return kept;
}

function isBetween(before: Point, point: Point, after: Point): boolean {
  const isVertical = before.x === point.x && point.x === after.x;
  const isHorizontal = before.y === point.y && point.y === after.y;
  return isVertical || isHorizontal;
}
