/**
 * Checks that variables may have been assigned when they are read, and that no scope assigns a
 * variable that an enclosing scope may have assigned already. Later assignments do not matter: in a
 * recording, AWS accepts a catcher of a Parallel that assigns a variable of one of its branches.
 */
import { getOwn, isObject } from '../json/json.ts';
import { listSuccessors } from './graph.ts';
import type { Report } from './report.ts';
import type { ScopeUses } from './variable-uses.ts';

/**
 * Maximum number of states and transitions visited for all variables, Millrace's own limit: for
 * example, 4,000 variables in 2,500 states. Beyond it variables are not checked, so that no
 * definition takes long.
 */
const visitsMax = 20_000_000;

/** Checks the variables of `scope` and of all scopes inside of it. */
export function checkVariables(scope: ScopeUses, report: Report): void {
  const search: Search = { report, visits: 0 };
  checkScope(scope, { isReadable: () => false, isAssigned: () => false }, search);
}

interface Search {
  readonly report: Report;
  /** Number of states visited so far. */
  visits: number;
}

/** The variables of the enclosing scopes at the start of a scope. */
interface Enclosing {
  /** Whether the variable may have been assigned, and can be read. */
  readonly isReadable: (name: string) => boolean;
  /** Whether the variable may have been assigned. */
  readonly isAssigned: (name: string) => boolean;
}

function checkScope(scope: ScopeUses, enclosing: Enclosing, search: Search): void {
  const { report } = search;
  const isAssignedBefore = createLookup(scope, search);
  for (const [state, { references, assignments, inner }] of scope.states) {
    const isReadable = (name: string) =>
      enclosing.isReadable(name) || (isAssignedBefore(state, name) ?? true);
    const isAssigned = (name: string) =>
      enclosing.isAssigned(name) || (isAssignedBefore(state, name) ?? false);
    for (const { name, location } of references) {
      if (isReadable(name)) continue;
      const message = `Variable '${name}' is possibly not defined.`;
      report.warning('POSSIBLY_UNDEFINED_VARIABLE', message, location);
    }
    for (const { name, location } of assignments) {
      if (!enclosing.isAssigned(name)) continue;
      const message = `The variable name '${name}' was already defined in a parent scope.`;
      report.error('DUPLICATE_VARIABLE_NAME', message, location);
    }
    for (const deeper of inner) {
      const visible = deeper.isIsolated ? () => false : isReadable;
      checkScope(deeper, { isReadable: visible, isAssigned }, search);
    }
  }
}

/**
 * Creates a function that returns whether a state may run after a state of the same scope that
 * assigns the variable; undefined when it would take too long to find out.
 */
function createLookup(scope: ScopeUses, search: Search) {
  const names = [...scope.states.keys()];
  const indexes = new Map(names.map((name, index) => [name, index]));
  const successors = indexSuccessors(scope, indexes);
  const visits = successors.reduce((sum, { length }) => sum + length, successors.length);
  const assigners = indexAssigners(scope, indexes);
  const known = new Map<string, Uint8Array>();
  return (state: string, name: string): boolean | undefined => {
    const starts = assigners.get(name);
    if (starts === undefined) return false;
    const after = known.get(name) ?? findStatesAfter(starts, successors, visits, search);
    if (after === undefined) return undefined;
    known.set(name, after);
    return after[indexes.get(state) ?? -1] === 1;
  };
}

/** Marks the states that may run after one of `starts`. */
function findStatesAfter(
  starts: readonly number[],
  successors: readonly (readonly number[])[],
  visits: number,
  search: Search,
): Uint8Array | undefined {
  search.visits += visits;
  if (search.visits > visitsMax) return undefined;
  const reached = new Uint8Array(successors.length);
  const open = [...starts];
  for (let from = open.pop(); from !== undefined; from = open.pop()) {
    for (const next of successors[from] ?? []) {
      if (reached[next] === 1) continue;
      reached[next] = 1;
      open.push(next);
    }
  }
  return reached;
}

function indexSuccessors({ graph, states }: ScopeUses, indexes: ReadonlyMap<string, number>) {
  const definitions = isObject(graph.States) ? graph.States : {};
  return [...states.keys()].map((name) => {
    const targets = listSuccessors(getOwn(definitions, name) ?? null);
    return targets.flatMap((target) => indexes.get(target) ?? []);
  });
}

function indexAssigners({ states }: ScopeUses, indexes: ReadonlyMap<string, number>) {
  const assigners = new Map<string, number[]>();
  for (const [state, { assignments }] of states) {
    for (const { name } of assignments) {
      const before = assigners.get(name) ?? [];
      before.push(indexes.get(state) ?? -1);
      assigners.set(name, before);
    }
  }
  return assigners;
}
