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

/** Codes of warnings: those of AWS, and Millrace's own, the last two. */
export type WarningCode =
  | 'NO_DOLLAR'
  | 'NO_PATH'
  | 'PASS_RESULT_IS_STATIC'
  | 'POSSIBLY_UNDEFINED_VARIABLE'
  | 'CONFUSABLE_STATE_NAME'
  | 'FAILS_AT_AWS';

/**
 * Limits on the JSONata of one definition: the number of its expressions, and their length together
 * in characters. Millrace's own limits; so many take about 200 ms to compile.
 */
const expressionsMax = 1_500;
const expressionCharsMax = 150_000;

/** Collects the diagnostics of a validation, in the order of the definition. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];
  /** The different expressions of the definition. */
  readonly #expressions = new Set<string>();
  #expressionChars = 0;
  #hasTooManyExpressions = false;

  /**
   * Counts an expression; returns false when the definition has too many, and no more may be
   * compiled. Reports so once.
   */
  countExpression(text: string, location: string): boolean {
    if (this.#hasTooManyExpressions) return false;
    if (this.#expressions.has(text)) return true;
    this.#expressionChars += text.length;
    if (this.#expressions.size < expressionsMax && this.#expressionChars <= expressionCharsMax) {
      this.#expressions.add(text);
      return true;
    }
    this.#hasTooManyExpressions = true;
    const message =
      `A definition may have ${expressionsMax} different JSONata expressions, of together ` +
      `${expressionCharsMax} characters`;
    const detail = 'divide the machine into several ones, or compute in the handlers';
    this.schemaError(message, location, detail);
    return false;
  }

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
