import type { Diagnostic } from '../diagnostic.ts';

/** Codes of errors: those of AWS, and Millrace's own `UNSUPPORTED_FEATURE`. */
export type DiagnosticCode =
  | 'SCHEMA_VALIDATION_FAILED'
  | 'INVALID_JSONATA_EXPRESSION'
  | 'UNSUPPORTED_JSONATA_EXPRESSION'
  | 'DUPLICATE_VARIABLE_NAME'
  | 'MISSING_TRANSITION_TARGET'
  | 'MISSING_END_STATE'
  | 'DUPLICATE_STATE_NAME'
  | 'UNSUPPORTED_FEATURE';

/** Codes of warnings: those of AWS, and Millrace's own `FAILS_AT_AWS`. */
export type WarningCode =
  | 'NO_DOLLAR'
  | 'NO_PATH'
  | 'PASS_RESULT_IS_STATIC'
  | 'POSSIBLY_UNDEFINED_VARIABLE'
  | 'FAILS_AT_AWS';

/** Collects the diagnostics of a validation, in the order of the definition. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];

  /** Adds an error. `message` is AWS's where it is known; `detail` has additional information. */
  error(code: DiagnosticCode, message: string, location?: string, detail?: string): void {
    this.diagnostics.push({
      severity: 'ERROR',
      code,
      message,
      ...(location !== undefined && { location }),
      ...(detail !== undefined && { detail }),
    });
  }

  /** Adds a warning. */
  warning(code: WarningCode, message: string, location: string): void {
    this.diagnostics.push({ severity: 'WARNING', code, message, location });
  }

  /** Adds an error with the code `SCHEMA_VALIDATION_FAILED`. */
  schemaError(message: string, location?: string, detail?: string): void {
    this.error('SCHEMA_VALIDATION_FAILED', message, location, detail);
  }
}

/** Returns the JSON text of a value, abbreviated for messages. */
export function describeValue(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
