/** The type of the rules of states, and the rules that both query languages share. */
import type { JsonObject } from '../json/json.ts';
import { childPointer } from '../json/json-pointer.ts';
import { type Check, type FieldTable, requireObject, type Validation } from './field-table.ts';

/** The rules of one type of state. */
export interface StateRules {
  readonly fields: FieldTable;
  readonly required?: readonly string[];
  /** Groups of fields of which exactly one must be present. */
  readonly exactlyOne?: readonly (readonly string[])[];
  /** Groups of fields of which at most one may be present. */
  readonly atMostOne?: readonly (readonly string[])[];
  /** An additional check of several fields. */
  readonly additionalCheck?: (state: JsonObject, location: string, validation: Validation) => void;
}

/** The fields of which every state with a transition has exactly one. */
export const successorFields = ['Next', 'End'];

/** Accepts a branch of a Parallel. */
export const branch: Check = (value, context) => {
  const graph = requireObject(value, context);
  if (graph !== undefined) context.validation.checkGraph(graph, context.location);
};

/** Reports a heartbeat interval that is not shorter than the timeout. */
export function checkHeartbeat(
  { HeartbeatSeconds: heartbeat, TimeoutSeconds: timeout }: JsonObject,
  location: string,
  { report }: Validation,
): void {
  if (typeof heartbeat !== 'number' || typeof timeout !== 'number' || heartbeat < timeout) return;
  report.schemaError(
    "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'",
    childPointer(location, 'HeartbeatSeconds'),
    `found ${heartbeat}, and ${timeout} as the timeout`,
  );
}
