/**
 * What AWS's ValidateStateMachineDefinition answers about a definition: codes, places and order are
 * those of `validate`.
 */
import { hasCode, MillraceError } from '../../errors.ts';
import { type Diagnostic, hasError } from '../diagnostic.ts';
import type { Json, JsonObject } from '../json/json.ts';
import { findJsonFault } from '../json/json-fault.ts';
import { isYaml, parseDocument } from '../parse.ts';
import { type DefinitionRules, validate } from '../validate.ts';
import { type AwsDiagnostic, awsDiagnostics } from './aws-diagnostic.ts';

/** The reply of ValidateStateMachineDefinition. */
export interface ValidationReply {
  /** FAIL when there is an ERROR, told or not. */
  readonly result: 'OK' | 'FAIL';
  readonly diagnostics: readonly AwsDiagnostic[];
  /** Whether there are more of them than `maxResults`. */
  readonly truncated: boolean;
}

/** Options of {@link validateDefinition}. */
export interface ValidationOptions extends DefinitionRules, FindingLimits {
  /** The name of the file of a text: `.yaml` or `.yml` makes it YAML. @default JSON */
  readonly source?: string;
}

/** Which findings are told. */
export interface FindingLimits {
  /**
   * The least that is told: ERROR leaves warnings out, as AWS does when it is not asked for them.
   * @default WARNING
   */
  readonly severity?: Diagnostic['severity'];
  /** The most that are told, 1 to 100, as at AWS. @default 100 */
  readonly maxResults?: number;
}

const resultsMax = 100;

/**
 * Everything that is wrong with a definition, a text or the document itself, as AWS replies it.
 * Nothing that a definition may hold makes it throw; a `maxResults` out of its range throws
 * INVALID_ARGUMENT.
 *
 * @example validateDefinition('{"StartAt": "A", "States": {}}').result // 'FAIL'
 */
export function validateDefinition(
  definition: string | JsonObject,
  options: ValidationOptions = {},
): ValidationReply {
  const found =
    typeof definition === 'string'
      ? findingsInText(definition, options)
      : findingsIn(definition, options);
  const { told, truncated } = limitFindings(found, options);
  return { result: hasError(found) ? 'FAIL' : 'OK', diagnostics: told, truncated };
}

/** The findings that are told, in their order. Throws INVALID_ARGUMENT. */
export function limitFindings<Finding extends Pick<Diagnostic, 'severity'>>(
  findings: readonly Finding[],
  { severity = 'WARNING', maxResults = resultsMax }: FindingLimits,
): { readonly told: readonly Finding[]; readonly truncated: boolean } {
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > resultsMax) {
    const message = `maxResults must be an integer from 1 to ${resultsMax}, found ${maxResults}`;
    throw new MillraceError('INVALID_ARGUMENT', message, { fields: { maxResults } });
  }
  const grave = findings.filter(
    (finding) => severity === 'WARNING' || finding.severity === severity,
  );
  return { told: grave.slice(0, maxResults), truncated: grave.length > maxResults };
}

function findingsIn(document: Json, rules: DefinitionRules): AwsDiagnostic[] {
  return awsDiagnostics(validate(document, rules), document);
}

function findingsInText(text: string, options: ValidationOptions): AwsDiagnostic[] {
  const { source = 'definition.json' } = options;
  if (text.trim() === '') return findingsIn(null, options);
  try {
    return findingsIn(parseDocument(text, { source }), options);
  } catch (error) {
    if (!hasCode(error, 'MALFORMED_DOCUMENT')) throw error;
    return [isYaml(source) ? unreadableYaml(text, error) : unreadableJson(text, error)];
  }
}

function unreadableYaml(text: string, { message, fields }: MillraceError): AwsDiagnostic {
  return unreadable(
    message,
    sourcePlace(text, Number(fields.line ?? 1), Number(fields.column ?? 1)),
  );
}

/** In the words of AWS's parser, whose place is the end of the word that it cannot read. */
function unreadableJson(text: string, error: MillraceError): AwsDiagnostic {
  const start = findJsonFault(text)?.offset ?? text.length;
  const word = /^\w*/.exec(text.slice(start))?.[0] ?? '';
  const before = text.slice(0, start + word.length).split('\n');
  const place = sourcePlace(text, before.length, (before.at(-1) ?? '').length + 1);
  if (word === '') return unreadable(error.message, place);
  const values = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
  return unreadable(`Unrecognized token '${word}': was expecting ${values}\n at ${place}`, place);
}

function unreadable(message: string, location: string): AwsDiagnostic {
  return { severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message, location };
}

function sourcePlace(text: string, line: number, column: number): string {
  return `[Source: (String)"${text}"; line: ${line}, column: ${column}]`;
}
