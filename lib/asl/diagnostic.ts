/** One finding of `validate`, in the form of AWS's ValidateStateMachineDefinition. */

/** What is wrong with a definition, and where. */
export interface Diagnostic {
  /** An ERROR refuses the definition; a WARNING does not. */
  readonly severity: 'ERROR' | 'WARNING';
  /** AWS's word for the kind of finding, e.g. `MISSING_TRANSITION_TARGET`. */
  readonly code: string;
  readonly message: string;
  /**
   * A JSON pointer into the definition, e.g. `/States/Ship/Next`; empty for the whole. Absent where
   * AWS names no place either.
   */
  readonly location?: string;
  /** What was found or expected beyond `message`, which keeps to AWS's words. */
  readonly detail?: string;
}

/** Whether one of them refuses the definition. */
export function hasError(diagnostics: readonly Pick<Diagnostic, 'severity'>[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'ERROR');
}
