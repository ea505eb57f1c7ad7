/**
 * Decides what a batch's failures mean for it: nothing, a warning, a pause, or its end. Pure: the
 * state between two decisions is passed in and returned.
 *
 * The failure rate is an exponential moving average over micro-batches of ended executions that
 * starts at 0: a few early failures weigh little, and a batch in which everything fails exceeds a
 * threshold of 10 % after its first micro-batch. The average hardly depends on how often it is
 * computed.
 */
import type { BatchCounters } from '../ports/store/batch-store.ts';
import type { BatchOptions, FailurePolicy } from './batch-options.ts';
import { countEnded, countFailures } from './batch-tally.ts';

/** The state between two decisions; plain JSON, stored with the batch. */
export interface FailureMemory {
  /** The counters at the end of the last micro-batch. */
  readonly ended: number;
  readonly failures: number;
  /** The moving average of the failure rate, 0 to 1. */
  readonly average: number;
  /**
   * Whether the average was above the soft threshold then: a warning is logged each time it rises
   * above it.
   */
  readonly warned: boolean;
}

/** The state of a new batch. */
export const initialFailureMemory: FailureMemory = Object.freeze({
  ended: 0,
  failures: 0,
  average: 0,
  warned: false,
});

/** The response to failures. The caller stores `memory` in every case. */
export type FailureDecision =
  | { readonly kind: 'continue'; readonly memory: FailureMemory }
  | {
      readonly kind: 'warn' | 'pause' | 'fail';
      /** Message for users. */
      readonly reason: string;
      readonly memory: FailureMemory;
    };

type Tolerance = Pick<
  BatchOptions,
  'stopOnError' | 'toleratedFailureCount' | 'toleratedFailurePercentage' | 'failurePolicy'
>;

/** Decides from the batch's current counters. */
export function decideFailure(
  memory: FailureMemory,
  counters: BatchCounters,
  sourceDone: boolean,
  options: Tolerance,
): FailureDecision {
  const intolerable = findFailureReason(counters, sourceDone, options);
  if (intolerable !== null) return { kind: 'fail', reason: intolerable, memory };
  const policy = options.failurePolicy;
  return policy === null ? { kind: 'continue', memory } : decideByRate(memory, counters, policy);
}

/**
 * Returns why the batch can no longer succeed; null when it still can. The percentage is of all
 * items, so it is checked when all of them are known.
 */
export function findFailureReason(
  counters: BatchCounters,
  sourceDone: boolean,
  options: Omit<Tolerance, 'failurePolicy'>,
): string | null {
  const failures = countFailures(counters);
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = options;
  if (options.stopOnError && failures > 0) return `${failures} failed, and stopOnError is set`;
  if (count !== null && failures > count) return `${failures} failed, ${count} are tolerated`;
  if (percentage !== null && sourceDone && failures * 100 > percentage * counters.created) {
    return `${failures} of ${counters.created} failed, ${percentage} % are tolerated`;
  }
  return null;
}

function decideByRate(
  memory: FailureMemory,
  counters: BatchCounters,
  policy: FailurePolicy,
): FailureDecision {
  const now = { ended: countEnded(counters), failures: countFailures(counters) };
  const ended = now.ended - memory.ended;
  const failures = now.failures - memory.failures;
  // A redrive reopened ended executions: continue counting from the lower counters.
  if (ended < 0 || failures < 0) return { kind: 'continue', memory: { ...memory, ...now } };
  const windows = Math.floor(ended / policy.windowSize);
  if (windows === 0) return { kind: 'continue', memory };
  const kept = (1 - policy.smoothing) ** windows;
  const average = memory.average * kept + (failures / ended) * (1 - kept);
  return compareToThresholds(
    { ...now, average, warned: average >= policy.softThreshold },
    memory,
    policy,
  );
}

function compareToThresholds(
  memory: FailureMemory,
  before: FailureMemory,
  policy: FailurePolicy,
): FailureDecision {
  const rate = `a failure rate of ${percent(memory.average)}`;
  if (memory.average > 0 && memory.average >= policy.hardThreshold) {
    const reason = `${rate} is at or above the hard threshold of ${percent(policy.hardThreshold)}`;
    // The average restarts at 0, so that past failures do not pause a batch that a user resumes.
    return { kind: 'pause', reason, memory: { ...memory, average: 0, warned: false } };
  }
  if (memory.warned && !before.warned && memory.average > 0) {
    const reason = `${rate} is at or above the soft threshold of ${percent(policy.softThreshold)}`;
    return { kind: 'warn', reason, memory };
  }
  return { kind: 'continue', memory };
}

function percent(rate: number): string {
  return `${Number((rate * 100).toFixed(1))} %`;
}
