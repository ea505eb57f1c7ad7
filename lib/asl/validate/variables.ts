/**
 * Checks that variables may be set when they are read, and that no scope sets what a scope around
 * it may have set already. What is set afterwards does not matter: AWS was recorded to take a
 * catcher of a Parallel that sets what a branch of it sets.
 */
import { getOwn, isObject } from '../json/json.ts';
import { successorsOf } from './graph.ts';
import type { Report } from './report.ts';
import type { ScopeUses } from './variable-uses.ts';

/**
 * The most states that are looked at, over all variables (ours): 4,000 variables in 5,000 states.
 * What lies beyond is not judged, so that no definition takes long.
 */
const visitsMax = 20_000_000;

/** Checks the variables of `scope` and of all inside of it. */
export function checkVariables(scope: ScopeUses, report: Report): void {
  const judging: Judging = { report, visits: 0 };
  checkScope(scope, { isSet: () => false, isTaken: () => false }, judging);
}

interface Judging {
  readonly report: Report;
  /** States looked at so far. */
  visits: number;
}

/** What holds for a variable when a scope begins. */
interface Outside {
  /** Whether a scope around it may have set the variable, and lets it be read. */
  readonly isSet: (name: string) => boolean;
  /** Whether a scope around it may have set the variable. */
  readonly isTaken: (name: string) => boolean;
}

function checkScope(scope: ScopeUses, outside: Outside, judging: Judging): void {
  const { report } = judging;
  const follows = followsIn(scope, judging);
  for (const [state, { references, assignments, inner }] of scope.states) {
    const maySee = (name: string) => outside.isSet(name) || (follows(state, name) ?? true);
    const isTaken = (name: string) => outside.isTaken(name) || (follows(state, name) ?? false);
    for (const { name, location } of references) {
      if (maySee(name)) continue;
      const message = `Variable '${name}' is possibly not defined.`;
      report.warning('POSSIBLY_UNDEFINED_VARIABLE', message, location);
    }
    for (const { name, location } of assignments) {
      if (!outside.isTaken(name)) continue;
      const message = `The variable name '${name}' was already defined in a parent scope.`;
      report.error('DUPLICATE_VARIABLE_NAME', message, location);
    }
    for (const deeper of inner) {
      checkScope(deeper, { isSet: deeper.isIsolated ? () => false : maySee, isTaken }, judging);
    }
  }
}

/**
 * Answers whether a state can run after one of its scope that sets the variable; undefined when
 * that would take too long to find.
 */
function followsIn(scope: ScopeUses, judging: Judging) {
  const names = [...scope.states.keys()];
  const indexes = new Map(names.map((name, index) => [name, index]));
  const successors = successorsIn(scope, indexes);
  const setters = settersIn(scope, indexes);
  const known = new Map<string, Uint8Array>();
  return (state: string, name: string): boolean | undefined => {
    const starts = setters.get(name);
    if (starts === undefined) return false;
    const after = known.get(name) ?? statesAfter(starts, successors, judging);
    if (after === undefined) return undefined;
    known.set(name, after);
    return after[indexes.get(state) ?? -1] === 1;
  };
}

/** Marks the states that can run after one of `starts`. */
function statesAfter(
  starts: readonly number[],
  successors: readonly (readonly number[])[],
  judging: Judging,
): Uint8Array | undefined {
  judging.visits += successors.length;
  if (judging.visits > visitsMax) return undefined;
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

function successorsIn({ graph, states }: ScopeUses, indexes: ReadonlyMap<string, number>) {
  const definitions = isObject(graph.States) ? graph.States : {};
  return [...states.keys()].map((name) => {
    const targets = successorsOf(getOwn(definitions, name) ?? null);
    return targets.flatMap((target) => indexes.get(target) ?? []);
  });
}

function settersIn({ states }: ScopeUses, indexes: ReadonlyMap<string, number>) {
  const setters = new Map<string, number[]>();
  for (const [state, { assignments }] of states) {
    for (const { name } of assignments) {
      const before = setters.get(name) ?? [];
      before.push(indexes.get(state) ?? -1);
      setters.set(name, before);
    }
  }
  return setters;
}
