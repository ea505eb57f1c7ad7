/**
 * Sums over a batch's counters. They count executions, each once, however often it was delivered or
 * tried.
 */
import type { BatchCounters } from '../ports/batch-store.ts';

/** Executions that have ended. */
export function endedOf({ succeeded, failed, timedOut, aborted }: BatchCounters): number {
  return succeeded + failed + timedOut + aborted;
}

/** Executions whose work failed; one that a person aborted did not. */
export function failuresOf({ failed, timedOut }: BatchCounters): number {
  return failed + timedOut;
}

/** Executions recorded and not ended. */
export function inFlightOf(counters: BatchCounters): number {
  return counters.created - endedOf(counters);
}
