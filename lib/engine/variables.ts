/**
 * Variables: set when a state is left, in the branch that the state stands in; branches inside
 * read them, and set their own. What one `Assign` sets, it sets at once: none of its values sees
 * another.
 */
import { type Json, type JsonObject, setOwn } from '../asl/json/json.ts';
import { ErrorName, StateError } from '../asl/state-error.ts';
import { type Truncation, whole } from './history-event.ts';
import { assignedBytesMax, exceedsBytes, variableCharsMax } from './limits.ts';
import type { Visit } from './visit.ts';

/** What the event of leaving a state tells of its variables. */
export interface AssignedDetails {
  readonly assignedVariables: Readonly<Record<string, string>>;
  readonly assignedVariablesDetails: Truncation;
}

/** Sets `assigned` in the visit's branch; over the limits it is `States.DataLimitExceeded`. */
export function assign(visit: Visit, assigned: JsonObject): AssignedDetails | undefined {
  const entries = Object.entries(assigned);
  if (entries.length === 0) return undefined;
  const texts: Record<string, string> = {};
  const merged: Record<string, Json> = { ...visit.variables };
  let together = '';
  for (const [name, value] of entries) {
    const text = visit.turn.textOf(value, visit.node.name);
    together += text;
    if (exceedsBytes(together, assignedBytesMax)) throw tooLarge(visit);
    setOwn(merged, name, value);
    setOwn(texts, name, text);
  }
  if (charactersIn(merged) > variableCharsMax) throw tooLarge(visit);
  visit.variables = merged;
  return { assignedVariables: texts, assignedVariablesDetails: whole };
}

/** Few variables are long, and only branches with many pay for the count. */
function charactersIn(variables: JsonObject): number {
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
