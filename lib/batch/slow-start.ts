/** Limits how much of a batch runs while little is known of its failures. */
import type { BatchOptions } from './batch-options.ts';
import type { FailureMemory } from './failure-memory.ts';
import { countFailedAttempts, findWindowSize, type JudgedCounters } from './failure-policy.ts';

/** Micro-batches that are in flight while the failure rate is unknown. */
const firstWindows = 4;

/** By how much each step raises the limit. */
const growth = 4;

/** The maximum number of steps; no `maxInFlight` is above the limit by then. */
const stepsMax = 12;

/** How long little must have failed for one step, in milliseconds. */
const quietMs = 5_000;

/** The share of all executions so far whose failed attempts are little. */
const quietShare = 0.1;

/**
 * Returns how many executions of a batch may be in flight as far as its failures are known, so that
 * a batch in which everything fails spends few attempts: four micro-batches at first, and four
 * times as many with each micro-batch of attempts that did not pause the batch. While little has
 * failed, the limit grows with the time, too: executions that take long or wait finish no attempts
 * by which the batch could be judged. No limit without a failure policy. Pure.
 */
export function limitInFlight(
  { since, judged, failedAttempts }: FailureMemory,
  counters: JudgedCounters,
  options: Pick<BatchOptions, 'failurePolicy' | 'mode' | 'microBatchSize'>,
  now: number,
): number {
  const windowSize = findWindowSize(options);
  if (windowSize === 0) return Number.POSITIVE_INFINITY;
  const newFailures = countFailedAttempts(counters) - failedAttempts;
  const isQuiet = since !== null && newFailures <= quietShare * counters.created;
  const quietSteps = isQuiet ? Math.max(0, Math.floor((now - since) / quietMs)) : 0;
  return firstWindows * windowSize * growth ** Math.min(judged + quietSteps, stepsMax);
}
