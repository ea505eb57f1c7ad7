/**
 * Validation of a definition, in the form of AWS's ValidateStateMachineDefinition: codes and
 * sentences are AWS's where they are known. It tells every problem at once, and what passes it
 * compiles.
 */
import type { MachineDefinition, MachineType, QueryLanguageName } from './definition.ts';
import type { Diagnostic } from './diagnostic.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { isDeeperThan } from './json-depth.ts';
import { expressFindings } from './validate/express.ts';
import { anything, filledText, integer, text } from './validate/field-checks.ts';
import { checkFields, type FieldTable, type Validation } from './validate/field-table.ts';
import { checkStates } from './validate/graph.ts';
import { countMax } from './validate/recovery.ts';
import { Report } from './validate/report.ts';
import { checkState, languageAt } from './validate/states.ts';

/** The deepest nesting of a definition, in JSON levels (ours; a Map in a Map takes four). */
const definitionDepthMax = 256;

const graphFields: FieldTable = { Comment: text, StartAt: filledText, States: anything };
const machineFields: FieldTable = {
  ...graphFields,
  Version: text,
  QueryLanguage: anything,
  TimeoutSeconds: integer(1, countMax),
};
const requiredFields = ['StartAt', 'States'];

/** Everything that is wrong with `document` as the definition of a machine of `type`. */
export function validate(document: Json, type: MachineType = 'STANDARD'): Diagnostic[] {
  const found = validateDocument(document);
  // As AWS does, what only this type refuses is told of a definition that is sound otherwise.
  if (type === 'STANDARD' || !isDefinition(document, found)) return found;
  return [...found, ...expressFindings(document)];
}

/** Whether the document in which `found` was found is a definition: nothing in it is an ERROR. */
export function isDefinition(
  document: unknown,
  found: readonly Diagnostic[],
): document is MachineDefinition {
  return document !== undefined && found.every(({ severity }) => severity !== 'ERROR');
}

function validateDocument(document: Json): Diagnostic[] {
  const report = new Report();
  if (!isObject(document)) {
    report.schema('Definition must be a valid JSON object', '');
  } else if (isDeeperThan(document, definitionDepthMax)) {
    report.schema(`Definition must be nested at most ${definitionDepthMax} levels deep`, '');
  } else {
    const language = languageAt(document, 'JSONPath', '', report);
    if (language !== undefined) validateMachine(document, language, report);
  }
  return report.diagnostics;
}

function validateMachine(machine: JsonObject, language: QueryLanguageName, report: Report): void {
  const names = new Set<string>();
  const validation: Validation = {
    report,
    language,
    checkGraph: (graph, location) => {
      checkFields(graph, graphFields, requiredFields, location, validation);
      walk(graph, location);
    },
  };
  const walk = (graph: JsonObject, location: string): void => {
    checkStates(graph, location, report, names, (state, at) => checkState(state, at, validation));
  };
  checkFields(machine, machineFields, requiredFields, '', validation);
  walk(machine, '');
}
