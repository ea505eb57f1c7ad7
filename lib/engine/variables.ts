/**
 * Variables: set when a state is exited, in the branch of the state. Inner branches read them, and
 * set their own. One `Assign` sets all its variables at once: none of its values sees another.
 */
import { type Json, type JsonObject, setOwn } from '../asl/json/json.ts';
import { ErrorName, StateError } from '../asl/state-error.ts';
import { notTruncated, type Truncation } from './history-event.ts';
import { assignedBytesMax, exceedsBytes, variableCharsMax } from './limits.ts';
import type { Visit } from './visit.ts';

/** The variables in the exited event of a state. */
export interface AssignedDetails {
  readonly assignedVariables: Readonly<Record<string, string>>;
  readonly assignedVariablesDetails: Truncation;
}

/** Sets variables in the visit's branch. Throws `States.DataLimitExceeded` over the limits. */
export function assign(visit: Visit, assigned: JsonObject): AssignedDetails | undefined {
  const entries = Object.entries(assigned);
  if (entries.length === 0) return undefined;
  const texts: Record<string, string> = {};
  const merged: Record<string, Json> = { ...visit.variables };
  let combined = '';
  for (const [name, value] of entries) {
    const text = visit.transition.encode(value, visit.node.name);
    combined += text;
    if (exceedsBytes(combined, assignedBytesMax)) throw tooLarge(visit);
    setOwn(merged, name, value);
    setOwn(texts, name, text);
  }
  const characters = countCharacters(merged);
  visit.transition.budget.add(characters / encodedPerUnit);
  if (characters > variableCharsMax) throw tooLarge(visit);
  visit.variables = merged;
  return { assignedVariables: texts, assignedVariablesDetails: notTruncated };
}

/** Characters that are encoded in one unit of work. */
const encodedPerUnit = 8;

/** Counts characters only in branches with many variables, which alone can exceed the limit. */
function countCharacters(variables: JsonObject): number {
  const values = Object.values(variables);
  if (values.length * assignedBytesMax <= variableCharsMax) return 0;
  return values.reduce<number>((sum, value) => sum + JSON.stringify(value).length, 0);
}

function tooLarge({ node }: Visit): StateError {
  return new StateError(
    ErrorName.dataLimitExceeded,
    `The variables that the state '${node.name}' assigns exceed the maximum size service limit.`,
  );
}
