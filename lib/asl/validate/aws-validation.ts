/**
 * AWS's ValidateStateMachineDefinition. Codes, locations and order of the diagnostics are those of
 * `validate`.
 */
import { hasCode, MillraceError } from '../../errors.ts';
import { type Diagnostic, hasError } from '../diagnostic.ts';
import type { Json, JsonObject } from '../json/json.ts';
import { findJsonSyntaxError } from '../json/json-syntax-error.ts';
import { isYaml, parseDocument } from '../parse.ts';
import { type DefinitionRules, validate } from '../validate.ts';
import { type AwsDiagnostic, toAwsDiagnostics } from './aws-diagnostic.ts';

/** The reply of ValidateStateMachineDefinition. */
export interface ValidationReply {
  /** FAIL when there is an ERROR, even if the limits exclude it from `diagnostics`. */
  readonly result: 'OK' | 'FAIL';
  readonly diagnostics: readonly AwsDiagnostic[];
  /** Whether there are more diagnostics than `maxResults`. */
  readonly truncated: boolean;
}

/** Options of {@link validateDefinition}. */
export interface ValidationOptions extends DefinitionRules, DiagnosticLimits {
  /** Name of the file that a text is from: YAML if it ends in `.yaml` or `.yml`. @default JSON */
  readonly source?: string;
}

/** Limits which diagnostics are reported. */
export interface DiagnosticLimits {
  /**
   * Minimum severity of the reported diagnostics: ERROR, which is AWS's default, omits warnings.
   * @default WARNING
   */
  readonly severity?: Diagnostic['severity'];
  /** Maximum number of reported diagnostics, 1 to 100, as at AWS. @default 100 */
  readonly maxResults?: number;
}

const resultsMax = 100;

/**
 * Validates a definition, given as text or as document, and returns its problems like AWS. It does
 * not throw for any definition; it throws `INVALID_ARGUMENT` when `maxResults` is out of range.
 *
 * @example validateDefinition('{"StartAt": "A", "States": {}}').result // 'FAIL'
 */
export function validateDefinition(
  definition: string | JsonObject,
  options: ValidationOptions = {},
): ValidationReply {
  return typeof definition === 'string'
    ? validateText(definition, options)
    : validateDocument(definition, options);
}

/**
 * Returns the diagnostics to report, in order. Throws `INVALID_ARGUMENT` when `maxResults` is out
 * of range.
 */
export function limitDiagnostics<Kind extends Pick<Diagnostic, 'severity'>>(
  diagnostics: readonly Kind[],
  { severity = 'WARNING', maxResults = resultsMax }: DiagnosticLimits,
): { readonly reported: readonly Kind[]; readonly truncated: boolean } {
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > resultsMax) {
    const message = `maxResults must be an integer from 1 to ${resultsMax}, found ${maxResults}`;
    throw new MillraceError('INVALID_ARGUMENT', message, { fields: { maxResults } });
  }
  const severe = diagnostics.filter((each) => severity === 'WARNING' || each.severity === severity);
  return { reported: severe.slice(0, maxResults), truncated: severe.length > maxResults };
}

function validateDocument(document: Json, options: ValidationOptions): ValidationReply {
  const found = validate(document, options);
  const { reported, truncated } = limitDiagnostics(found, options);
  const diagnostics = toAwsDiagnostics(reported, document);
  return { result: hasError(found) ? 'FAIL' : 'OK', diagnostics, truncated };
}

function validateText(text: string, options: ValidationOptions): ValidationReply {
  const { source = 'definition.json' } = options;
  if (text.trim() === '') return validateDocument(null, options);
  try {
    return validateDocument(parseDocument(text, { source }), options);
  } catch (error) {
    if (!hasCode(error, 'MALFORMED_DOCUMENT')) throw error;
    const found = [isYaml(source) ? malformedYaml(text, error) : malformedJson(text, error)];
    const { reported, truncated } = limitDiagnostics(found, options);
    return { result: 'FAIL', diagnostics: reported, truncated };
  }
}

function malformedYaml(text: string, { message, fields }: MillraceError): AwsDiagnostic {
  const location = formatLocation(text, Number(fields.line ?? 1), Number(fields.column ?? 1));
  return malformed(message, location);
}

/** Has the wording of AWS's parser, whose location is the end of the unrecognized word. */
function malformedJson(text: string, error: MillraceError): AwsDiagnostic {
  const start = findJsonSyntaxError(text)?.offset ?? text.length;
  const word = /^\w*/.exec(text.slice(start))?.[0] ?? '';
  const before = text.slice(0, start + word.length).split('\n');
  const location = formatLocation(text, before.length, (before.at(-1) ?? '').length + 1);
  if (word === '') return malformed(error.message, location);
  const values = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
  const message = `Unrecognized token '${word}': was expecting ${values}\n at ${location}`;
  return malformed(message, location);
}

function malformed(message: string, location: string): AwsDiagnostic {
  return { severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message, location };
}

function formatLocation(text: string, line: number, column: number): string {
  return `[Source: (String)"${text}"; line: ${line}, column: ${column}]`;
}
