/**
 * Gathers what validation finds, in the order of the definition, so that every problem is told at
 * once.
 */
import type { Diagnostic } from '../diagnostic.ts';

/** The kinds of finding: AWS's codes, and one of ours for what this version cannot do. */
export type DiagnosticCode =
  | 'SCHEMA_VALIDATION_FAILED'
  | 'INVALID_JSONATA_EXPRESSION'
  | 'UNSUPPORTED_JSONATA_EXPRESSION'
  | 'DUPLICATE_VARIABLE_NAME'
  | 'MISSING_TRANSITION_TARGET'
  | 'MISSING_END_STATE'
  | 'DUPLICATE_STATE_NAME'
  | 'UNSUPPORTED_FEATURE';

/** The kinds of finding that refuse nothing: AWS's codes. */
export type WarningCode =
  | 'NO_DOLLAR'
  | 'NO_PATH'
  | 'PASS_RESULT_IS_STATIC'
  | 'POSSIBLY_UNDEFINED_VARIABLE';

/** What was found so far. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];

  /**
   * Adds an error. `message` is AWS's sentence where there is one; `detail` is what helps beyond
   * it.
   */
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

  /** Adds an error of form. */
  schema(message: string, location?: string, detail?: string): void {
    this.error('SCHEMA_VALIDATION_FAILED', message, location, detail);
  }
}

/** The JSON pointer of what stands under `keys` below `location`. */
export function below(location: string, ...keys: readonly (string | number)[]): string {
  return keys.reduce<string>((pointer, key) => {
    return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }, location);
}

/** A value as messages show it: its JSON text, cut short. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
