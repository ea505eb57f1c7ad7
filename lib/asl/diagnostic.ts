/**
 * One problem in a definition and its location, in the format of AWS's
 * ValidateStateMachineDefinition.
 */
export interface Diagnostic {
  /** An ERROR makes the definition invalid; a WARNING does not. */
  readonly severity: 'ERROR' | 'WARNING';
  /** AWS's code for the kind of problem, for example `MISSING_TRANSITION_TARGET`. */
  readonly code: string;
  readonly message: string;
  /**
   * JSON pointer into the definition, for example `/States/Ship/Next`; empty for the whole
   * document. Absent where AWS reports no location either.
   */
  readonly location?: string;
  /** The value found, or what was expected, in addition to `message`, which has AWS's wording. */
  readonly detail?: string;
}

/** Whether at least one of the diagnostics is an ERROR. */
export function hasError(diagnostics: readonly Pick<Diagnostic, 'severity'>[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'ERROR');
}
