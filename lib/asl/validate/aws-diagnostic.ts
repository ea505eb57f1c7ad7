/**
 * Findings as AWS writes them: its notation of places, and the message with which
 * CreateStateMachine refuses.
 */
import type { Diagnostic } from '../diagnostic.ts';
import { getOwn, isObject, type Json } from '../json/json.ts';

/** A finding as AWS tells it. */
export interface AwsDiagnostic {
  readonly severity: Diagnostic['severity'];
  readonly code: string;
  readonly message: string;
  /** `/` for the whole, `/States/Sort/Choices[0]/Next`; names are not escaped. */
  readonly location?: string;
}

/** `diagnostics` of `document` in AWS's form. */
export function awsDiagnostics(
  diagnostics: readonly Diagnostic[],
  document: Json,
): AwsDiagnostic[] {
  return diagnostics.map(({ severity, code, message, location }) => {
    if (location === undefined) return { severity, code, message };
    return { severity, code, message, location: awsLocation(location, document) };
  });
}

/** The message of CreateStateMachine's `InvalidDefinition`; undefined when nothing is refused. */
export function creationRefusal(diagnostics: readonly AwsDiagnostic[]): string | undefined {
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
  if (errors.length === 0) return undefined;
  // AWS writes a place that there is not as `null`.
  const told = errors.map(
    ({ code, message, location }) => `${code}: ${message} at ${location ?? null}`,
  );
  return `Invalid State Machine Definition: '${told.join(', ')}'`;
}

function awsLocation(pointer: string, document: Json): string {
  let location = '';
  let value: Json | undefined = document;
  for (const key of keysOf(pointer)) {
    location += Array.isArray(value) ? `[${key}]` : `/${key}`;
    value = childOf(value, key);
  }
  return location === '' ? '/' : location;
}

/** The keys that a JSON pointer goes through. */
export function keysOf(pointer: string): string[] {
  const keys = pointer.split('/').slice(1);
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function childOf(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return isObject(value) ? getOwn(value, key) : undefined;
}
