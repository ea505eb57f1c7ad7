import type { GraphEdge, GraphScope, GraphState } from './machine-graph.ts';

/** All edges of one kind from one state to another, drawn as one line. */
export interface ScopeLink {
  readonly from: number;
  readonly to: number;
  /** `mark` comes from the mark of the start, or goes to the mark of the end. */
  readonly kind: 'flow' | 'catch' | 'mark';
  readonly label: string;
}

/**
 * The states of one scope as numbers, in their order, and the links between them. The root has two
 * numbers more: the marks of its start and its end.
 */
export interface ScopeGraph {
  readonly count: number;
  /** Where walks begin. */
  readonly start: number;
  readonly links: readonly ScopeLink[];
  readonly marks: { readonly start: number; readonly end: number } | null;
}

/** Creates the graph of one scope from its states and all edges of the machine. */
export function createScopeGraph(
  scope: GraphScope,
  states: readonly GraphState[],
  edgesFrom: ReadonlyMap<string, readonly GraphEdge[]>,
): ScopeGraph {
  const numbers = new Map(states.map(({ name }, number) => [name, number]));
  const links = new Map<string, ScopeLink>();
  for (const { from, to, kind, label } of states.flatMap(({ name }) => edgesFrom.get(name) ?? [])) {
    const ends = { from: numbers.get(from), to: numbers.get(to) };
    if (ends.from === undefined || ends.to === undefined) continue;
    addLink(links, { from: ends.from, to: ends.to, kind: kind === 'catch' ? kind : 'flow', label });
  }
  const first = numbers.get(scope.startAt) ?? 0;
  if (scope.kind !== 'root') {
    return { count: states.length, start: first, links: [...links.values()], marks: null };
  }
  const marks = { start: states.length, end: states.length + 1 };
  return {
    count: states.length + 2,
    start: marks.start,
    links: [
      { from: marks.start, to: first, kind: 'mark', label: '' },
      ...links.values(),
      ...endLinks(states, marks.end),
    ],
    marks,
  };
}

function addLink(links: Map<string, ScopeLink>, link: ScopeLink): void {
  const key = `${link.from} ${link.to} ${link.kind}`;
  const known = links.get(key);
  const labels = [known?.label ?? '', link.label].filter((label) => label !== '');
  links.set(key, { ...link, label: labels.join(' | ') });
}

function endLinks(states: readonly GraphState[], end: number): ScopeLink[] {
  return states.flatMap(({ isEnd }, from): ScopeLink[] =>
    isEnd ? [{ from, to: end, kind: 'mark', label: '' }] : [],
  );
}
