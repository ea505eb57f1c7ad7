/**
 * What AWS answers about a definition: the reply of ValidateStateMachineDefinition, and the message
 * with which CreateStateMachine refuses. Codes, places and order are those of `validate`.
 */
import { hasCode } from '../errors.ts';
import type { MachineType } from './definition.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Json } from './json.ts';
import { findJsonFault } from './json-fault.ts';
import { parseDocument } from './parse.ts';
import { validate } from './validate.ts';

/** The reply of ValidateStateMachineDefinition. */
export interface ValidationReply {
  readonly result: 'OK' | 'FAIL';
  readonly diagnostics: readonly AwsDiagnostic[];
  /** Whether some are left out: never here. */
  readonly truncated: false;
}

/** A finding as AWS tells it: `/` means the whole, and no location that there is no definition. */
export interface AwsDiagnostic {
  readonly severity: Diagnostic['severity'];
  readonly code: string;
  readonly message: string;
  readonly location?: string;
}

/** Validates the JSON text of a definition, for a machine of `type`. */
export function validationReply(text: string, type: MachineType = 'STANDARD'): ValidationReply {
  const diagnostics = diagnose(text, type);
  const failed = diagnostics.some(({ severity }) => severity === 'ERROR');
  return { result: failed ? 'FAIL' : 'OK', diagnostics, truncated: false };
}

/** The message of CreateStateMachine's `InvalidDefinition`; undefined when nothing is refused. */
export function creationRefusal({ diagnostics }: ValidationReply): string | undefined {
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
  if (errors.length === 0) return undefined;
  const told = errors.map(({ code, message, location }) => {
    return location === undefined ? `${code}: ${message}` : `${code}: ${message} at ${location}`;
  });
  return `Invalid State Machine Definition: '${told.join(', ')}'`;
}

function diagnose(text: string, type: MachineType): AwsDiagnostic[] {
  if (text.trim() === '') return findingsIn(null, type);
  try {
    return findingsIn(parseDocument(text, { source: 'definition.json' }), type);
  } catch (error) {
    if (!hasCode(error, 'MALFORMED_DOCUMENT')) throw error;
    return [unreadable(text, error.message)];
  }
}

function findingsIn(document: Json, type: MachineType): AwsDiagnostic[] {
  const isWhole = document !== null && typeof document === 'object' && !Array.isArray(document);
  return validate(document, type).map(({ severity, code, message, location }) => {
    if (!isWhole) return { severity, code, message };
    return { severity, code, message, location: location === '' ? '/' : location };
  });
}

/** In the words of AWS's parser, whose place is the end of the word that it cannot read. */
function unreadable(text: string, message: string): AwsDiagnostic {
  const start = findJsonFault(text)?.offset ?? text.length;
  const word = /^\w*/.exec(text.slice(start))?.[0] ?? '';
  const before = text.slice(0, start + word.length).split('\n');
  const column = (before.at(-1) ?? '').length + 1;
  const location = `[Source: (String)"${text}"; line: ${before.length}, column: ${column}]`;
  const told =
    word === ''
      ? message
      : `Unrecognized token '${word}': was expecting ${values}\n at ${location}`;
  return { severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message: told, location };
}

const values = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
