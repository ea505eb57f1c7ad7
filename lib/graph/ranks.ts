/**
 * Ranks: the row in which each state of a scope is drawn. A state is below all states that lead to
 * it, except along the edges that close loops; what only catchers lead to is near the first of
 * them.
 */
import { itemAt } from './item-at.ts';
import type { ScopeGraph, ScopeLink } from './scope-graph.ts';

/** The rows of a scope's states. */
export interface Ranking {
  /** Row of each state, from 0. */
  readonly ranks: readonly number[];
  /** Position of each state in a depth-first walk. */
  readonly walked: readonly number[];
}

/** A catcher's target this many ranks away is drawn as a stub. */
export const nearRanksMax = 4;

/** A target of more catchers than this is drawn as stubs. */
export const catchesDrawnMax = 3;

/** Ranks the states of a scope by their longest path from the start. */
export function rankStates(graph: ScopeGraph): Ranking {
  const { walked, topological, back } = walkDepthFirst(graph);
  const incoming = Array.from({ length: graph.count }, (): ScopeLink[] => []);
  const leads = new Set<number>();
  for (const link of graph.links) {
    if (back.has(link)) continue;
    itemAt(incoming, link.to).push(link);
    if (link.kind !== 'mark') leads.add(link.from);
  }
  const ranks = new Array<number>(graph.count).fill(0);
  for (const state of topological) {
    ranks[state] = rankBelow(itemAt(incoming, state), ranks, !leads.has(state));
  }
  return { ranks, walked };
}

function rankBelow(links: readonly ScopeLink[], ranks: readonly number[], isSink: boolean): number {
  const above = links.filter(({ kind }) => kind !== 'catch').map(({ from }) => itemAt(ranks, from));
  const caught = links
    .filter(({ kind }) => kind === 'catch')
    .map(({ from }) => itemAt(ranks, from));
  const lowest = greatest(above);
  if (caught.length === 0) return lowest + 1;
  const most = greatest(caught);
  const least = caught.reduce((low, each) => Math.min(low, each), most);
  const areNear = caught.length <= catchesDrawnMax && most - least < nearRanksMax;
  if (above.length === 0) return (areNear ? most : least) + 1;
  // Only a state that leads nowhere may move down without moving others.
  const mayDescend = isSink && areNear && most - lowest < nearRanksMax;
  return (mayDescend ? Math.max(lowest, most) : lowest) + 1;
}

function greatest(numbers: readonly number[]): number {
  return numbers.reduce((most, each) => Math.max(most, each), -1);
}

interface Walk {
  readonly walked: readonly number[];
  readonly topological: readonly number[];
  /** The links that close loops. */
  readonly back: ReadonlySet<ScopeLink>;
}

/** Walks with a stack of its own: a scope may have thousands of states in a row. */
function walkDepthFirst(graph: ScopeGraph): Walk {
  const outgoing = Array.from({ length: graph.count }, (): ScopeLink[] => []);
  for (const link of graph.links) itemAt(outgoing, link.from).push(link);
  const walked = new Array<number>(graph.count).fill(-1);
  const isOpen = new Array<boolean>(graph.count).fill(false);
  const finished: number[] = [];
  const back = new Set<ScopeLink>();
  const stack: { readonly state: number; next: number }[] = [];
  let count = 0;
  const enter = (state: number) => {
    walked[state] = count;
    isOpen[state] = true;
    count += 1;
    stack.push({ state, next: 0 });
  };
  for (const root of [graph.start, ...walked.keys()]) {
    if (walked[root] === -1) enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const link = itemAt(outgoing, top.state)[top.next];
      top.next += 1;
      if (link === undefined) {
        isOpen[top.state] = false;
        finished.push(top.state);
        stack.pop();
      } else if (walked[link.to] === -1) enter(link.to);
      else if (isOpen[link.to]) back.add(link);
    }
  }
  return { walked, topological: finished.toReversed(), back };
}
