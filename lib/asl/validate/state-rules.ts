/** Which fields a state may have, by its type: the form of the two languages' tables. */
import type { JsonObject } from '../json/json.ts';
import { type Check, type FieldTable, objectAt, type Validation } from './field-table.ts';
import { below } from './report.ts';

/** What holds for the states of one type. */
export interface StateRules {
  readonly fields: FieldTable;
  readonly required?: readonly string[];
  /** Fields of which one must be there, and only one. */
  readonly exactlyOne?: readonly (readonly string[])[];
  /** Fields of which one at most may be there. */
  readonly onlyOne?: readonly (readonly string[])[];
  /** What holds between fields beyond that. */
  readonly also?: (state: JsonObject, location: string, validation: Validation) => void;
}

/** Fields of which a state that goes on has one. */
export const successor = ['Next', 'End'];

/** Takes a branch of a Parallel. */
export const branch: Check = (value, place) => {
  const graph = objectAt(value, place);
  if (graph !== undefined) place.validation.checkGraph(graph, place.location);
};

/** Refuses a heartbeat that the time-out forestalls. */
export function checkHeartbeat(
  { HeartbeatSeconds: heartbeat, TimeoutSeconds: timeout }: JsonObject,
  location: string,
  { report }: Validation,
): void {
  if (typeof heartbeat !== 'number' || typeof timeout !== 'number' || heartbeat < timeout) return;
  report.schema(
    "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'",
    below(location, 'HeartbeatSeconds'),
    `found ${heartbeat}, and ${timeout} as the timeout`,
  );
}
