/**
 * Draws the picture of a machine as lines of text, for a terminal. A character is 8 pixels wide;
 * heights that the picture uses become lines, one each, so that a text is as low as it can be.
 */

import { plainText, shortText } from '../asl/plain-text.ts';
import { itemAt } from './item-at.ts';
import {
  type Box,
  type DrawnEdge,
  type GraphPicture,
  layoutGraph,
  type PlacedMark,
  type PlacedState,
  stateHeights,
} from './layout.ts';
import type { GraphState, MachineGraph } from './machine-graph.ts';
import type { Point } from './scope-layout.ts';
import { stateCaption } from './state-caption.ts';
import { noMarks, type StateMarks } from './state-mark.ts';

const characterWidth = 8;

/** Returns the lines of a machine's picture. */
export function drawText(graph: MachineGraph, marks: StateMarks = noMarks): string[] {
  const picture = layoutGraph(graph, { stateWidth: stateWidth(graph, marks), characterWidth });
  return new TextDrawing(graph, picture, marks).draw();
}

/** Returns a width in which the names of the states fit, if they are not very long. */
function stateWidth({ states }: MachineGraph, marks: StateMarks): number {
  const longest = states.reduce((most, { name }) => {
    return Math.max(most, plainText(name).length, marks.get(name)?.text.length ?? 0);
  }, 12);
  return Math.ceil(((Math.min(longest, 40) + 4) * characterWidth) / 16) * 16;
}

/** The directions in which a character's lines go. */
const up = 1;
const down = 2;
const left = 4;
const right = 8;

/** The characters of lines, by their directions. */
const lineCharacters = [...' ╵╷│╴┘┐┤╶└┌├─┴┬┼'];

class TextDrawing {
  readonly #graph: MachineGraph;
  readonly #marks: StateMarks;
  readonly #picture: GraphPicture;
  readonly #lines: ReadonlyMap<number, number>;
  readonly #cells: string[][];
  readonly #directions: number[][];

  constructor(graph: MachineGraph, picture: GraphPicture, marks: StateMarks) {
    this.#graph = graph;
    this.#marks = marks;
    this.#picture = picture;
    const heights = [...new Set(heightsOf(picture))].sort((a, b) => a - b);
    this.#lines = new Map(heights.map((height, line) => [height, line]));
    const columns = Math.ceil(picture.width / characterWidth) + 1;
    this.#cells = heights.map(() => new Array<string>(columns).fill(' '));
    this.#directions = heights.map(() => new Array<number>(columns).fill(0));
  }

  draw(): string[] {
    const { states, scopes, marks, edges } = this.#picture;
    const drawn = edges.filter(({ isStub }) => !isStub);
    for (const box of [...states, ...scopes]) this.#box(box);
    for (const { points } of drawn) this.#line(points);
    for (const [line, directions] of this.#directions.entries()) {
      for (const [column, found] of directions.entries()) {
        if (found > 0) this.#put(column, line, itemAt(lineCharacters, found));
      }
    }
    for (const edge of drawn) this.#arrow(edge);
    for (const edge of drawn) this.#label(edge);
    const named = new Map(this.#graph.states.map((state) => [state.name, state]));
    for (const state of states) this.#state(state, named.get(state.name));
    for (const mark of marks) this.#mark(mark);
    return this.#cells.map((cells) => cells.join('').trimEnd());
  }

  #box({ x, y, width, height }: Box): void {
    const corners = { left: x, right: x + width, top: y, bottom: y + height };
    this.#line([
      { x: corners.left, y: corners.top },
      { x: corners.right, y: corners.top },
      { x: corners.right, y: corners.bottom },
      { x: corners.left, y: corners.bottom },
      { x: corners.left, y: corners.top },
    ]);
  }

  #line(points: readonly Point[]): void {
    for (const [index, point] of points.slice(1).entries()) {
      const from = this.#cellOf(itemAt(points, index));
      const to = this.#cellOf(point);
      const dx = Math.sign(to.column - from.column);
      const dy = Math.sign(to.line - from.line);
      let { column, line } = from;
      while (column !== to.column || line !== to.line) {
        this.#add(column, line, dx > 0 ? right : dx < 0 ? left : dy > 0 ? down : up);
        column += dx;
        line += dy;
        this.#add(column, line, dx > 0 ? left : dx < 0 ? right : dy > 0 ? up : down);
      }
    }
  }

  #arrow({ points, kind }: DrawnEdge): void {
    if (kind === 'mark') return;
    const { column, line } = this.#cellOf(itemAt(points, points.length - 1));
    const before = this.#cellOf(itemAt(points, points.length - 2));
    this.#put(column, line, before.column > column ? '◀' : '▼');
  }

  #label({ labelAt }: DrawnEdge): void {
    if (labelAt === null) return;
    const { column, line } = this.#cellOf(labelAt);
    const text = [...plainText(labelAt.text)];
    this.#write(column - Math.floor(text.length / 2), line, text);
  }

  #state(box: PlacedState, state: GraphState | undefined): void {
    const { x, y, width, isOpen, headerHeight, stubs } = box;
    const write = (at: number, text: string) => {
      const characters = [...shortText(plainText(text), width / characterWidth - 2)];
      const { column, line } = this.#cellOf({ x: x + width / 2, y: at });
      this.#write(column - Math.floor(characters.length / 2), line, characters);
    };
    write(y + 16, box.name);
    const mark = this.#marks.get(box.name);
    if (state !== undefined) write(y + 32, mark === undefined ? captionOf(state) : mark.text);
    if (stubs.length === 0) return;
    write(y + (isOpen ? headerHeight : stateHeights.closed) + 8, `! ${stubs.join(', ')}`);
  }

  #mark({ kind, x, y, width, height }: PlacedMark): void {
    const { column, line } = this.#cellOf({ x: x + width / 2, y: y + height / 2 });
    this.#write(column - 2, line, [...(kind === 'start' ? 'start' : ' end ')]);
  }

  #write(column: number, line: number, characters: readonly string[]): void {
    for (const [index, character] of characters.entries())
      this.#put(column + index, line, character);
  }

  #put(column: number, line: number, character: string): void {
    const cells = this.#cells[line];
    if (cells !== undefined && column >= 0) cells[column] = character;
  }

  #add(column: number, line: number, direction: number): void {
    const directions = this.#directions[line];
    if (directions !== undefined) directions[column] = (directions[column] ?? 0) | direction;
  }

  #cellOf({ x, y }: Point): { readonly column: number; readonly line: number } {
    return { column: Math.round(x / characterWidth), line: this.#lines.get(y) ?? 0 };
  }
}

/** Returns all heights at which something is drawn. */
function heightsOf({ states, scopes, marks, edges }: GraphPicture): number[] {
  return [
    ...states.flatMap(({ y, height, isOpen, headerHeight, stubs }) => [
      y,
      y + 16,
      y + 32,
      ...(stubs.length > 0 ? [y + (isOpen ? headerHeight : stateHeights.closed) + 8] : []),
      y + height,
    ]),
    ...scopes.flatMap(({ y, height }) => [y, y + height]),
    ...marks.map(({ y, height }) => y + height / 2),
    ...edges.flatMap(({ isStub, points, labelAt }) =>
      isStub ? [] : [...points.map(({ y }) => y), ...(labelAt === null ? [] : [labelAt.y])],
    ),
  ];
}

function captionOf(state: GraphState): string {
  const retries = state.retriers > 0 ? ' ↻' : '';
  return `${stateCaption(state)}${retries}${state.isEnd ? ' ◎' : ''}`;
}
