/** Matches error names against `ErrorEquals` lists, by the same rules in `Retry` and `Catch`. */
import { ErrorName } from './state-error.ts';

/**
 * Whether one of the names in `errorEquals` matches `error`. `States.Runtime` is never matched, not
 * even by its own name: as at AWS, it always ends the execution. All other names match exactly,
 * with three exceptions. `States.ALL` matches every error, including `States.DataLimitExceeded` of
 * a task's result, as recorded at AWS although its documentation differs. `States.TaskFailed`
 * matches every error except `States.Timeout`. `States.Timeout` also matches a missed heartbeat.
 */
export function matchesError(errorEquals: readonly string[], error: string): boolean {
  if (error === ErrorName.runtime) return false;
  for (const name of errorEquals) {
    if (name === error || includes(name, error)) return true;
  }
  return false;
}

function includes(name: string, error: string): boolean {
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
