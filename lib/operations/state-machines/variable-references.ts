/** Which variables the states of a definition read. Pure. */
import { cached } from '../../asl/bounded-cache.ts';
import { parseJson } from '../../asl/json/parse-json.ts';
import type { ScopeUses } from '../../asl/validate/variable-uses.ts';
import { findVariableUses } from '../../asl/validate.ts';

/** The names of variables, in order, by the state that reads them. */
export type VariableReferences = Readonly<Record<string, readonly string[]>>;

/**
 * Lists the variables that each state of a valid definition reads; states that read none are left
 * out. Names of states are unique, also in Parallel and Map states.
 */
export const listVariableReferences: (definition: string) => VariableReferences = cached(
  (definition) => {
    const uses = findVariableUses(parseJson(definition));
    return uses === null ? {} : Object.fromEntries(referencesIn(uses));
  },
);

function referencesIn(scope: ScopeUses): [string, readonly string[]][] {
  return [...scope.states].flatMap(([state, { references, inner }]) => {
    const names = [...new Set(references.map(({ name }) => name))].sort();
    const own: [string, readonly string[]][] = names.length === 0 ? [] : [[state, names]];
    return [...own, ...inner.flatMap(referencesIn)];
  });
}
