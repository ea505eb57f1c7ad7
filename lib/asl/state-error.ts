/** Errors of the States Language, which states may retry or catch. */

/** The reserved error names: those of the States Language, appendix A, and of Step Functions. */
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
 * An error that fails the current state. It is thrown only inside `lib/asl` and `lib/engine`; the
 * engine catches it and turns it into the failure of the state. It never leaves the engine.
 */
export class StateError extends Error {
  override readonly name = 'StateError' as const;
  /** The error name that `ErrorEquals` matches. */
  readonly error: string;
  /** Human-readable cause of the error. */
  readonly causeText: string;
  /** The field whose JSONata failed, for example `Output/total`. */
  readonly location: string | undefined;

  constructor(error: string, causeText: string, location?: string) {
    super(`${error}: ${causeText}`);
    this.error = error;
    this.causeText = causeText;
    this.location = location;
  }
}
