import { type MachineDefinition, type MachineType, nestingMax } from './definition.ts';
import { type Diagnostic, hasError } from './diagnostic.ts';
import { isObject, type Json, type JsonObject } from './json/json.ts';
import { isDeeperThan } from './json/json-depth.ts';
import { isLongerThan } from './json/json-length.ts';
import { childPointer } from './json/json-pointer.ts';
import { findExpressProblems } from './validate/express.ts';
import { anyValue, integer, nonEmptyString, string } from './validate/field-checks.ts';
import { checkFields, type FieldTable, type Validation } from './validate/field-table.ts';
import { checkStates } from './validate/graph.ts';
import { integerFieldMax } from './validate/recovery.ts';
import { Report } from './validate/report.ts';
import { checkState, resolveLanguage } from './validate/states.ts';
import { ScopeUses } from './validate/variable-uses.ts';
import { checkVariables } from './validate/variables.ts';

/** Options of the validation. */
export interface DefinitionRules {
  /** Type of the machine that the document defines. @default STANDARD */
  readonly type?: MachineType;
  /** Whether Millrace's extension of the language, `Type: Message`, is accepted. @default true */
  readonly extensions?: boolean;
}

/** Maximum nesting of a definition, in JSON levels. Millrace's own; a Map in a Map takes four. */
const definitionDepthMax = 256;

/** Maximum length of the JSON text of a definition, in characters, as at AWS. */
const definitionCharsMax = 1_048_576;

const graphFields: FieldTable = { Comment: string, StartAt: nonEmptyString, States: anyValue };
const machineFields: FieldTable = {
  ...graphFields,
  Version: string,
  QueryLanguage: anyValue,
  TimeoutSeconds: integer(1, integerFieldMax),
};
const requiredFields = ['States', 'StartAt'];

/**
 * Returns all problems of `document` as a definition, an empty list when there are none. Codes and
 * messages are those of AWS's ValidateStateMachineDefinition where they are known. A definition
 * without errors compiles.
 */
export function validate(document: Json, rules: DefinitionRules = {}): Diagnostic[] {
  const found = validateDocument(document, rules.extensions ?? true);
  // As at AWS, problems of the type EXPRESS are reported only when the definition has no others.
  if (rules.type !== 'EXPRESS' || !isDefinition(document, found)) return found;
  return [...found, ...findExpressProblems(document)];
}

/** Whether `document`, whose diagnostics are `found`, is a valid definition: none is an ERROR. */
export function isDefinition(
  document: unknown,
  found: readonly Diagnostic[],
): document is MachineDefinition {
  return document !== undefined && !hasError(found);
}

function validateDocument(document: Json, extensions: boolean): Diagnostic[] {
  const report = new Report();
  if (!isObject(document)) {
    report.schemaError('Definition must be a valid JSON object');
  } else if (isLongerThan(document, definitionCharsMax)) {
    report.schemaError(`Definition must have at most ${definitionCharsMax} characters`, '');
  } else if (isDeeperThan(document, definitionDepthMax)) {
    report.schemaError(`Definition must be nested at most ${definitionDepthMax} levels deep`, '');
  } else {
    validateMachine(document, extensions, report);
  }
  return report.diagnostics;
}

/**
 * Returns the uses of variables by the states of a definition; null for a document that is no
 * definition, or one beyond the limits.
 */
export function findVariableUses(document: Json): ScopeUses | null {
  const isTooLarge =
    isLongerThan(document, definitionCharsMax) || isDeeperThan(document, definitionDepthMax);
  if (!isObject(document) || isTooLarge) return null;
  return validateMachine(document, true, new Report());
}

function validateMachine(machine: JsonObject, extensions: boolean, report: Report): ScopeUses {
  const language = resolveLanguage(machine, 'JSONPath', '', report);
  const seen = { names: new Set<string>(), labels: new Set<string>() };
  const shared = { ...seen, report, language, extensions, inCatcher: false };
  const scope = new ScopeUses(machine, false, 0);
  const validation = createValidation(scope, '', shared);
  // `$schema` is for editors.
  const fields = extensions ? { ...machineFields, $schema: string } : machineFields;
  checkFields(machine, fields, requiredFields, '', validation);
  checkGraphStates(scope, '', shared);
  checkVariables(scope, report);
  return scope;
}

interface Shared extends Omit<Validation, 'recordRead' | 'recordAssignment' | 'checkGraph'> {
  readonly names: Set<string>;
}

function checkGraphStates(scope: ScopeUses, location: string, shared: Shared): void {
  const { report, names } = shared;
  checkStates(scope.graph, location, report, names, (state, name) => {
    const validation = createValidation(scope, name, shared);
    checkState(state, childPointer(location, 'States', name), validation);
  });
}

/** Creates the validation of the state `name`; its uses of variables are collected in `scope`. */
function createValidation(scope: ScopeUses, name: string, shared: Shared): Validation {
  const { references, assignments, inner } = scope.stateUses(name);
  const validation: Validation = {
    ...shared,
    recordRead: (variable, location) => references.push({ name: variable, location }),
    recordAssignment: (variable, location) => assignments.push({ name: variable, location }),
    checkGraph: (graph, location, isIsolated = false) => {
      const deeper = new ScopeUses(graph, isIsolated, scope.depth + 1);
      if (deeper.depth > nestingMax) {
        shared.report.schemaError(`Parallel and Map states may nest ${nestingMax} deep`, location);
        return;
      }
      inner.push(deeper);
      checkFields(graph, graphFields, requiredFields, location, validation);
      checkGraphStates(deeper, location, shared);
    },
  };
  return validation;
}
