/**
 * An error of the States Language, on its way from the place that raises it to the state that may
 * retry or catch it.
 */

/** The reserved error names (States Language, appendix A, and those that Step Functions adds). */
export const ErrorName = Object.freeze({
  all: 'States.ALL',
  timeout: 'States.Timeout',
  heartbeatTimeout: 'States.HeartbeatTimeout',
  taskFailed: 'States.TaskFailed',
  permissions: 'States.Permissions',
  resultPathMatchFailure: 'States.ResultPathMatchFailure',
  parameterPathFailure: 'States.ParameterPathFailure',
  branchFailed: 'States.BranchFailed',
  noChoiceMatched: 'States.NoChoiceMatched',
  intrinsicFailure: 'States.IntrinsicFailure',
  exceedToleratedFailureThreshold: 'States.ExceedToleratedFailureThreshold',
  itemReaderFailed: 'States.ItemReaderFailed',
  resultWriterFailed: 'States.ResultWriterFailed',
  runtime: 'States.Runtime',
  dataLimitExceeded: 'States.DataLimitExceeded',
  queryEvaluationError: 'States.QueryEvaluationError',
});

/**
 * Thrown inside `lib/asl` and `lib/engine` only, and caught by the engine, which turns it into a
 * state's failure. It never leaves the engine.
 */
export class StateError extends Error {
  override readonly name = 'StateError' as const;
  /** The error name that `ErrorEquals` matches. */
  readonly error: string;
  /** What people read. */
  readonly causeText: string;
  /** The field whose JSONata failed, e.g. `Output/total`. */
  readonly location: string | undefined;

  constructor(error: string, causeText: string, location?: string) {
    super(`${error}: ${causeText}`);
    this.error = error;
    this.causeText = causeText;
    this.location = location;
  }
}
