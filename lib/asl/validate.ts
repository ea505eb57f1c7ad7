/**
 * Validation of a definition, in the form of AWS's ValidateStateMachineDefinition: codes and
 * sentences are AWS's where they are known. It tells every problem at once, and what passes it
 * compiles.
 */
import { type MachineDefinition, type MachineType, nestingMax } from './definition.ts';
import { type Diagnostic, hasError } from './diagnostic.ts';
import { isObject, type Json, type JsonObject } from './json/json.ts';
import { isDeeperThan } from './json/json-depth.ts';
import { expressFindings } from './validate/express.ts';
import { anything, filledText, integer, text } from './validate/field-checks.ts';
import { checkFields, type FieldTable, type Validation } from './validate/field-table.ts';
import { checkStates } from './validate/graph.ts';
import { countMax } from './validate/recovery.ts';
import { below, Report } from './validate/report.ts';
import { checkState, languageAt } from './validate/states.ts';
import { ScopeUses } from './validate/variable-uses.ts';
import { checkVariables } from './validate/variables.ts';

/** What a definition is held to. */
export interface DefinitionRules {
  /** The type of the machine that it is to define. @default STANDARD */
  readonly type?: MachineType;
  /** Whether what Millrace adds to the language is known: `Type: Message`. @default true */
  readonly extensions?: boolean;
}

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

/** Everything that is wrong with `document` as a definition under `rules`; empty when it is one. */
export function validate(document: Json, rules: DefinitionRules = {}): Diagnostic[] {
  const found = validateDocument(document, rules.extensions ?? true);
  // As AWS does, what only this type refuses is told of a definition that is sound otherwise.
  if (rules.type !== 'EXPRESS' || !isDefinition(document, found)) return found;
  return [...found, ...expressFindings(document)];
}

/** Whether the document in which `found` was found is a definition: nothing in it is an ERROR. */
export function isDefinition(
  document: unknown,
  found: readonly Diagnostic[],
): document is MachineDefinition {
  return document !== undefined && !hasError(found);
}

function validateDocument(document: Json, extensions: boolean): Diagnostic[] {
  const report = new Report();
  if (!isObject(document)) {
    report.schema('Definition must be a valid JSON object');
  } else if (isDeeperThan(document, definitionDepthMax)) {
    report.schema(`Definition must be nested at most ${definitionDepthMax} levels deep`, '');
  } else {
    validateMachine(document, extensions, report);
  }
  return report.diagnostics;
}

function validateMachine(machine: JsonObject, extensions: boolean, report: Report): void {
  const language = languageAt(machine, 'JSONPath', '', report);
  const seen = { names: new Set<string>(), labels: new Set<string>() };
  const shared = { ...seen, report, language, extensions, hasError: false };
  const scope = new ScopeUses(machine, false, 0);
  const validation = validationIn(scope, '', shared);
  checkFields(machine, machineFields, requiredFields, '', validation);
  checkGraphStates(scope, '', shared);
  checkVariables(scope, report);
}

type Shared = Omit<Validation, 'refer' | 'assign' | 'checkGraph'> & { readonly names: Set<string> };

function checkGraphStates(scope: ScopeUses, location: string, shared: Shared): void {
  const { report, names } = shared;
  checkStates(scope.graph, location, report, names, (state, name) => {
    checkState(state, below(location, 'States', name), validationIn(scope, name, shared));
  });
}

/** What checks of the state `name` may use; what they find of variables is gathered in `scope`. */
function validationIn(scope: ScopeUses, name: string, shared: Shared): Validation {
  const { references, assignments, inner } = scope.stateUses(name);
  const validation: Validation = {
    ...shared,
    refer: (variable, location) => references.push({ name: variable, location }),
    assign: (variable, location) => assignments.push({ name: variable, location }),
    checkGraph: (graph, location, isIsolated = false) => {
      const deeper = new ScopeUses(graph, isIsolated, scope.depth + 1);
      if (deeper.depth > nestingMax) {
        shared.report.schema(`Parallel and Map states may nest ${nestingMax} deep`, location);
        return;
      }
      inner.push(deeper);
      checkFields(graph, graphFields, requiredFields, location, validation);
      checkGraphStates(deeper, location, shared);
    },
  };
  return validation;
}
