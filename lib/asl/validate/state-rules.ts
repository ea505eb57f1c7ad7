/** Which fields a state may have, by its type: the form of the two languages' tables. */
import { type Check, type FieldTable, objectAt } from './field-table.ts';

/** What holds for the states of one type. */
export interface StateRules {
  readonly fields: FieldTable;
  readonly required?: readonly string[];
  /** Fields of which one must be there, and only one. */
  readonly exactlyOne?: readonly (readonly string[])[];
  /** Fields of which one at most may be there. */
  readonly onlyOne?: readonly (readonly string[])[];
}

/** Fields of which a state that goes on has one. */
export const successor = ['Next', 'End'];

/** Takes a branch of a Parallel. */
export const branch: Check = (value, place) => {
  const graph = objectAt(value, place);
  if (graph !== undefined) place.validation.checkGraph(graph, place.location);
};
