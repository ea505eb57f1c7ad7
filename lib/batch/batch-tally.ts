/**
 * Sums over a batch's counters, which count each execution once, however often it was delivered or
 * retried.
 */
import type { BatchCounters } from '../ports/store/batch-store.ts';

/** Returns the number of executions that have ended. */
export function countEnded({ succeeded, failed, timedOut, aborted }: BatchCounters): number {
  return succeeded + failed + timedOut + aborted;
}

/** Returns the number of executions that failed; an aborted execution did not fail. */
export function countFailures({ failed, timedOut }: BatchCounters): number {
  return failed + timedOut;
}

/** Returns the number of executions that are recorded and have not ended. */
export function countInFlight(counters: BatchCounters): number {
  return counters.created - countEnded(counters);
}
