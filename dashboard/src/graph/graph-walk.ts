/** Walks a graph with the arrow keys: up and down along edges, left and right beside. Pure. */
import type { Box, GraphPicture, PlacedState } from '../../../lib/graph/layout.ts';
import type { MachineGraph } from '../../../lib/graph/machine-graph.ts';

/** A step of a walk. `in` goes to the first state inside of a state, `out` to its owner. */
export type WalkStep = 'up' | 'down' | 'left' | 'right' | 'in' | 'out' | 'first' | 'last';

/** Returns the step of a key; undefined for other keys. */
export function walkStepOf(key: string, isShifted: boolean): WalkStep | undefined {
  if (isShifted) return ({ ArrowDown: 'in', ArrowUp: 'out' } as const)[key];
  return (
    {
      ArrowUp: 'up',
      ArrowDown: 'down',
      ArrowLeft: 'left',
      ArrowRight: 'right',
      Home: 'first',
      End: 'last',
    } as const
  )[key];
}

/** Returns the state that a step from `name` leads to; undefined when there is none. */
export function walkGraph(
  graph: MachineGraph,
  picture: GraphPicture,
  name: string,
  step: WalkStep,
): string | undefined {
  const boxes = new Map(picture.states.map((state) => [state.name, state]));
  const from = boxes.get(name);
  if (from === undefined) return undefined;
  switch (step) {
    case 'first':
      return graph.startAt;
    case 'last':
      return picture.states.filter(({ scope }) => scope === 'root').at(-1)?.name;
    case 'in':
      return graph.scopes.find(({ owner }) => owner === name && from.isOpen)?.startAt;
    case 'out':
      return graph.scopes.find(({ id }) => id === from.scope)?.owner ?? undefined;
    case 'up':
    case 'down':
      return nearest(from, alongEdges(graph, boxes, name, step))?.name;
    default:
      return nearest(from, beside(picture, from, step))?.name;
  }
}

function alongEdges(
  { edges }: MachineGraph,
  boxes: ReadonlyMap<string, PlacedState>,
  name: string,
  step: 'up' | 'down',
): PlacedState[] {
  const names = edges.flatMap(({ from, to, kind }) => {
    if (kind === 'catch') return [];
    const [near, far] = step === 'down' ? [from, to] : [to, from];
    return near === name ? [far] : [];
  });
  const from = boxes.get(name);
  const found = names.flatMap((each) => boxes.get(each) ?? []);
  // A loop leads up again: forward is where the graph goes on.
  const ahead = found.filter(({ y }) => {
    return from !== undefined && (step === 'down' ? y > from.y : y < from.y);
  });
  return ahead.length > 0 ? ahead : found;
}

function beside(picture: GraphPicture, from: PlacedState, step: 'left' | 'right'): PlacedState[] {
  const inScope = picture.states.filter(({ scope, name }) => {
    return scope === from.scope && name !== from.name;
  });
  const inRow = inScope.filter((box) => isBeside(box, from, step) && overlapsRow(box, from));
  if (inRow.length > 0) return inRow;
  // The branches of a Parallel stand side by side.
  const owner = picture.scopes.find(({ id }) => id === from.scope)?.owner;
  const siblings = new Set(
    picture.scopes.filter((scope) => scope.owner === owner).map(({ id }) => id),
  );
  return picture.states.filter((box) => siblings.has(box.scope) && isBeside(box, from, step));
}

function isBeside(box: Box, from: Box, step: 'left' | 'right'): boolean {
  return step === 'left' ? box.x + box.width <= from.x : box.x >= from.x + from.width;
}

function overlapsRow(box: Box, from: Box): boolean {
  return box.y < from.y + from.height && from.y < box.y + box.height;
}

function nearest(from: Box, boxes: readonly PlacedState[]): PlacedState | undefined {
  let best: PlacedState | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    const distance = Math.abs(middle(box) - middle(from)) + 2 * Math.abs(box.y - from.y);
    if (distance < least) [best, least] = [box, distance];
  }
  return best;
}

function middle({ x, width }: Box): number {
  return x + width / 2;
}
