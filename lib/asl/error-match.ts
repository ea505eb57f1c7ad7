/** Which error names an `ErrorEquals` list covers; the same rule for `Retry` and `Catch`. */
import { ErrorName } from './state-error.ts';

/**
 * Whether one of the names in `errorEquals` covers `error`. `States.Runtime` ends an execution
 * whatever the lists say, even by name, as AWS has it. Else names match exactly, but for three:
 * `States.ALL` covers all errors (`States.DataLimitExceeded` of a task's result too, as AWS was
 * recorded to do, though its documentation says otherwise), `States.TaskFailed` all save
 * `States.Timeout`, and `States.Timeout` a missed heartbeat as well.
 */
export function matchesError(errorEquals: readonly string[], error: string): boolean {
  if (error === ErrorName.runtime) return false;
  for (const name of errorEquals) {
    if (name === error || covers(name, error)) return true;
  }
  return false;
}

function covers(name: string, error: string): boolean {
  switch (name) {
    case ErrorName.all:
      return true;
    case ErrorName.taskFailed:
      return error !== ErrorName.timeout;
    case ErrorName.timeout:
      return error === ErrorName.heartbeatTimeout;
    default:
      return false;
  }
}
