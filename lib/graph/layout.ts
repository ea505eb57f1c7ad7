/**
 * The layout of a machine's graph, from top to bottom. No edge leaves a scope, so each scope is
 * laid out alone and is a box of known size in its owner. The picture is the same whatever the
 * order in which a definition has its states, and takes a time that is proportional to their
 * number, even if every state has a catcher: what is far is a stub at its state.
 */

import { shortText } from '../asl/plain-text.ts';
import { itemAt } from './item-at.ts';
import { chooseWays, type Way } from './layers.ts';
import {
  type GraphEdge,
  type GraphScope,
  type GraphState,
  type MachineGraph,
  rootScope,
} from './machine-graph.ts';
import { type Ranking, rankStates } from './ranks.ts';
import { createScopeGraph, type ScopeGraph, type ScopeLink } from './scope-graph.ts';
import {
  layoutScope,
  type Point,
  type ScopeLayout,
  type ScopeLine,
  type Size,
} from './scope-layout.ts';

/** A rectangle in a picture, in pixels. */
export interface Box extends Point, Size {}

/** A state in a picture. */
export interface PlacedState extends Box {
  readonly name: string;
  readonly scope: string;
  /** Whether its scopes are drawn inside of it. */
  readonly isOpen: boolean;
  /** Height of what is above its scopes, without stubs; the whole height of a closed state. */
  readonly headerHeight: number;
  /** The targets of its catchers that are not drawn. */
  readonly stubs: readonly string[];
}

/** The mark of the machine's start or end. */
export interface PlacedMark extends Box {
  readonly kind: 'start' | 'end';
}

/** A branch of a Parallel or the processor of a Map, inside of its owner. */
export interface PlacedScope extends Box {
  readonly id: string;
  readonly owner: string;
}

/** A line in a picture. */
export interface DrawnEdge {
  readonly id: string;
  /** Null for the mark of the start. */
  readonly from: string | null;
  /** Null for the mark of the end. */
  readonly to: string | null;
  readonly kind: 'flow' | 'catch' | 'mark';
  readonly label: string;
  /** The middle of the label, and its text, which may be shortened; null when none is drawn. */
  readonly labelAt: (Point & { readonly text: string }) | null;
  readonly points: readonly Point[];
  /** Whether it is drawn only while its state is looked at. */
  readonly isStub: boolean;
}

/** A graph with places. */
export interface GraphPicture extends Size {
  readonly states: readonly PlacedState[];
  readonly scopes: readonly PlacedScope[];
  readonly marks: readonly PlacedMark[];
  readonly edges: readonly DrawnEdge[];
}

/** Options of {@link layoutGraph}. */
export interface LayoutOptions {
  /** States whose scopes are not drawn. @default none */
  readonly folded?: ReadonlySet<string>;
  /** Width of a state without scopes, in pixels, a multiple of 16. @default 176 */
  readonly stateWidth?: number;
  /** Width of a label's character, in pixels. @default 6.4 */
  readonly characterWidth?: number;
}

/** Heights of the parts of a state, in pixels. */
export const stateHeights = Object.freeze({ closed: 48, stubs: 24, header: 40, mapHeader: 64 });

/** Maximum length of a label in a picture, in characters. */
const labelLengthMax = 26;

const padding = 16;
const markSize = 24;

/** Lays out a machine's graph. */
export function layoutGraph(graph: MachineGraph, options: LayoutOptions = {}): GraphPicture {
  return new GraphLayout(graph, options).draw();
}

/** A scope with its layout. */
interface Measured {
  readonly states: readonly MeasuredState[];
  readonly graph: ScopeGraph;
  readonly layout: ScopeLayout;
}

interface MeasuredState extends Size {
  readonly state: GraphState;
  readonly stubs: readonly string[];
  readonly headerHeight: number;
  readonly inner: readonly (Measured & { readonly scope: GraphScope })[];
}

class GraphLayout {
  readonly #scopes: ReadonlyMap<string | null, readonly GraphScope[]>;
  readonly #states: ReadonlyMap<string, readonly GraphState[]>;
  readonly #edges: ReadonlyMap<string, readonly GraphEdge[]>;
  readonly #folded: ReadonlySet<string>;
  readonly #stateWidth: number;
  readonly #characterWidth: number;
  readonly #picture = {
    states: [] as PlacedState[],
    scopes: [] as PlacedScope[],
    marks: [] as PlacedMark[],
    edges: [] as DrawnEdge[],
  };

  constructor({ scopes, states, edges }: MachineGraph, options: LayoutOptions) {
    this.#scopes = Map.groupBy(scopes, ({ owner }) => owner);
    this.#states = Map.groupBy(states, ({ scope }) => scope);
    this.#edges = Map.groupBy(edges, ({ from }) => from);
    this.#folded = options.folded ?? new Set();
    this.#stateWidth = options.stateWidth ?? 176;
    this.#characterWidth = options.characterWidth ?? 6.4;
  }

  draw(): GraphPicture {
    const [root] = this.#scopes.get(null) ?? [];
    if (root === undefined) return { width: 0, height: 0, ...this.#picture };
    const measured = this.#measure(root);
    this.#place(measured, rootScope, { x: padding, y: padding });
    const { width, height } = measured.layout;
    return { width: width + 2 * padding, height: height + 2 * padding, ...this.#picture };
  }

  #measure(scope: GraphScope): Measured {
    const own = this.#states.get(scope.id) ?? [];
    const graph = createScopeGraph(scope, own, this.#edges);
    const ranking = rankStates(graph);
    const ways = chooseWays(graph, ranking);
    const stubs = stubsOf(graph, ways, own);
    const states = own.map((state, number) => this.#measureState(state, stubs.get(number) ?? []));
    return { states, graph, layout: this.#layout(graph, ranking, ways, states) };
  }

  #layout(
    graph: ScopeGraph,
    ranking: Ranking,
    ways: readonly Way[],
    states: readonly MeasuredState[],
  ): ScopeLayout {
    const mark = { width: markSize, height: markSize };
    return layoutScope({
      graph,
      ranking,
      ways,
      sizes: graph.marks === null ? states : [...states, mark, mark],
      labelWidths: graph.links.map((link) => this.#labelWidth(link)),
    });
  }

  /** The labels of catchers are shown with their state: most of them are `States.ALL`. */
  #labelWidth({ kind, label }: ScopeLink): number {
    if (kind !== 'flow' || label === '') return 0;
    const width = shortText(label, labelLengthMax).length * this.#characterWidth + 8;
    return Math.ceil(width / 16) * 16;
  }

  #measureState(state: GraphState, stubs: readonly string[]): MeasuredState {
    const inner = this.#folded.has(state.name) ? [] : (this.#scopes.get(state.name) ?? []);
    const stubHeight = stubs.length > 0 ? stateHeights.stubs : 0;
    if (inner.length === 0) {
      const headerHeight = stateHeights.closed;
      const height = headerHeight + stubHeight;
      return { state, stubs, headerHeight, inner: [], width: this.#stateWidth, height };
    }
    const measured = inner.map((scope) => ({ scope, ...this.#measure(scope) }));
    const headerHeight = state.type === 'Map' ? stateHeights.mapHeader : stateHeights.header;
    const boxes = measured.map(({ layout }) => boxOf(layout, this.#stateWidth));
    const width = boxes.reduce((sum, box) => sum + box.width + padding, padding);
    const height = boxes.reduce((most, box) => Math.max(most, box.height), 0);
    return {
      state,
      stubs,
      headerHeight,
      inner: measured,
      width: Math.ceil(width / 16) * 16,
      height: headerHeight + stubHeight + height + padding,
    };
  }

  #place({ states, graph, layout }: Measured, scope: string, at: Point): void {
    for (const [number, measured] of states.entries()) {
      this.#placeState(measured, scope, shift(itemAt(layout.corners, number), at));
    }
    if (graph.marks !== null) {
      for (const kind of ['start', 'end'] as const) {
        const corner = shift(itemAt(layout.corners, graph.marks[kind]), at);
        this.#picture.marks.push({ kind, ...corner, width: markSize, height: markSize });
      }
    }
    for (const line of layout.lines) this.#picture.edges.push(drawEdge(line, graph, states, at));
  }

  #placeState(measured: MeasuredState, scope: string, at: Point): void {
    const { state, stubs, headerHeight, inner, width, height } = measured;
    const isOpen = inner.length > 0;
    const { name } = state;
    this.#picture.states.push({ name, scope, isOpen, headerHeight, stubs, ...at, width, height });
    const top = headerHeight + (stubs.length > 0 ? stateHeights.stubs : 0);
    let x = at.x + padding;
    for (const each of inner) {
      const box = boxOf(each.layout, this.#stateWidth);
      const corner = { x, y: at.y + top };
      const innerHeight = height - top - padding;
      this.#picture.scopes.push({
        id: each.scope.id,
        owner: name,
        ...corner,
        width: box.width,
        height: innerHeight,
      });
      const inset = Math.round((box.width - each.layout.width) / 16) * 8;
      this.#place(each, each.scope.id, { x: x + inset, y: corner.y + padding });
      x += box.width + padding;
    }
  }
}

/** Returns the size of the box of an inner scope. */
function boxOf({ width, height }: Size, leastWidth: number): Size {
  return { width: Math.max(width, leastWidth) + padding, height: height + 2 * padding };
}

function stubsOf(
  { links }: ScopeGraph,
  ways: readonly Way[],
  states: readonly GraphState[],
): Map<number, string[]> {
  const stubs = new Map<number, string[]>();
  for (const [link, { from, to }] of links.entries()) {
    if (ways[link] !== 'stub') continue;
    stubs.set(from, [...(stubs.get(from) ?? []), itemAt(states, to).name]);
  }
  return stubs;
}

function drawEdge(
  { link, points, labelAt, isStub }: ScopeLine,
  { links }: ScopeGraph,
  states: readonly MeasuredState[],
  at: Point,
): DrawnEdge {
  const { from, to, kind, label } = itemAt(links, link);
  const [source = null, target = null] = [states[from]?.state.name, states[to]?.state.name];
  return {
    id: `${kind}:${source ?? ''}>${target ?? ''}`,
    from: source,
    to: target,
    kind,
    label,
    labelAt:
      labelAt === null ? null : { ...shift(labelAt, at), text: shortText(label, labelLengthMax) },
    points: points.map((point) => shift(point, at)),
    isStub,
  };
}

function shift({ x, y }: Point, by: Point): Point {
  return { x: x + by.x, y: y + by.y };
}
