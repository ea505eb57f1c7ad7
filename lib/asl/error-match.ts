/** Which error names an `ErrorEquals` list covers; the same rule for `Retry` and `Catch`. */
import { ErrorName } from './state-error.ts';

/**
 * Whether one of the names in `errorEquals` covers `error`. Names match exactly, but for
 * `States.ALL`, which covers all save the two that end an execution whatever it says
 * (`States.DataLimitExceeded`, `States.Runtime`), `States.TaskFailed`, which covers all of those
 * save `States.Timeout`, and `States.Timeout`, which covers a missed heartbeat too.
 */
export function matchesError(errorEquals: readonly string[], error: string): boolean {
  for (const name of errorEquals) {
    if (name === error || covers(name, error)) return true;
  }
  return false;
}

function covers(name: string, error: string): boolean {
  switch (name) {
    case ErrorName.all:
      return !isTerminal(error);
    case ErrorName.taskFailed:
      return error !== ErrorName.timeout && !isTerminal(error);
    case ErrorName.timeout:
      return error === ErrorName.heartbeatTimeout;
    default:
      return false;
  }
}

function isTerminal(error: string): boolean {
  return error === ErrorName.dataLimitExceeded || error === ErrorName.runtime;
}
