import type { Diagnostic } from '../diagnostic.ts';
import { getOwn, isObject, type Json } from '../json/json.ts';
import { parsePointer } from '../json/json-pointer.ts';

/** A diagnostic in the format of AWS, with AWS's notation of locations. */
export interface AwsDiagnostic {
  readonly severity: Diagnostic['severity'];
  readonly code: string;
  readonly message: string;
  /** `/` for the whole definition, else for example `/States/Sort/Choices[0]/Next`, unescaped. */
  readonly location?: string;
}

/** Converts the diagnostics of `document` to the format of AWS. */
export function toAwsDiagnostics(
  diagnostics: readonly Diagnostic[],
  document: Json,
): AwsDiagnostic[] {
  return diagnostics.map(({ severity, code, message, location }) => {
    if (location === undefined) return { severity, code, message };
    return { severity, code, message, location: toAwsLocation(location, document) };
  });
}

/** Formats the message of CreateStateMachine's `InvalidDefinition`; undefined without errors. */
export function formatCreationError(diagnostics: readonly AwsDiagnostic[]): string | undefined {
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
  if (errors.length === 0) return undefined;
  // AWS formats a missing location as `null`.
  const messages = errors.map(
    ({ code, message, location }) => `${code}: ${message} at ${location ?? null}`,
  );
  return `Invalid State Machine Definition: '${messages.join(', ')}'`;
}

function toAwsLocation(pointer: string, document: Json): string {
  let location = '';
  let value: Json | undefined = document;
  for (const key of parsePointer(pointer)) {
    location += Array.isArray(value) ? `[${key}]` : `/${key}`;
    value = findChild(value, key);
  }
  return location === '' ? '/' : location;
}

function findChild(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return isObject(value) ? getOwn(value, key) : undefined;
}
