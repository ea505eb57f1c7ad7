/**
 * Checks that variables may be set when they are read, and that no scope sets what a scope around
 * it may have set already. What is set afterwards does not matter: AWS was recorded to take a
 * catcher of a Parallel that sets what a branch of it sets.
 */
import { isObject } from '../json.ts';
import { successorsOf } from './graph.ts';
import type { Report } from './report.ts';
import type { ScopeUses } from './variable-uses.ts';

/** Checks the variables of `scope` and of all inside of it. */
export function checkVariables(scope: ScopeUses, report: Report): void {
  checkScope(scope, { isSet: () => false, isTaken: () => false }, report);
}

/** What holds for a variable when a scope begins. */
interface Outside {
  /** Whether a scope around it may have set the variable, and lets it be read. */
  readonly isSet: (name: string) => boolean;
  /** Whether a scope around it may have set the variable. */
  readonly isTaken: (name: string) => boolean;
}

function checkScope(scope: ScopeUses, outside: Outside, report: Report): void {
  const statesAfter = statesAfterIn(scope);
  for (const [state, { references, assignments, inner }] of scope.states) {
    const maySee = (name: string) => outside.isSet(name) || statesAfter(name).has(state);
    const isTaken = (name: string) => outside.isTaken(name) || statesAfter(name).has(state);
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
      checkScope(deeper, { isSet: deeper.isIsolated ? () => false : maySee, isTaken }, report);
    }
  }
}

/** Answers which states of the scope can run after one that sets the variable. */
function statesAfterIn({ graph, states }: ScopeUses): (name: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>();
  const definitions = isObject(graph.States) ? graph.States : {};
  const successors = (state: string): string[] => successorsOf(definitions[state] ?? null);
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const setters = [...states].filter(([, { assignments }]) => {
      return assignments.some((assignment) => assignment.name === name);
    });
    const after = new Set(setters.flatMap(([state]) => successors(state)));
    for (const state of after) for (const next of successors(state)) after.add(next);
    known.set(name, after);
    return after;
  };
}
