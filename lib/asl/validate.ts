/**
 * Validation of a definition, in the form of AWS's ValidateStateMachineDefinition: codes and
 * sentences are AWS's where they are known. It tells every problem at once, and what passes it
 * compiles.
 */
import type { QueryLanguageName } from './definition.ts';
import type { Diagnostic } from './diagnostic.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { isDeeperThan } from './json-depth.ts';
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

/** Everything that is wrong with `document` as a definition; empty when it is one. */
export function validate(document: Json): Diagnostic[] {
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
