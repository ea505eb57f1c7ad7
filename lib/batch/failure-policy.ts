/**
 * What a batch's failures mean for it: nothing, a warning, a pause for a person, or its end. Pure;
 * what must be remembered between two looks goes in and comes out.
 *
 * The failure rate is an exponential moving average over micro-batches of ended executions,
 * beginning at 0: a few early failures weigh little, a batch that fails altogether is over a
 * threshold of 10 % after its first micro-batch. However seldom one looks, the average is nearly
 * the same.
 */
import type { BatchCounters } from '../ports/batch-store.ts';
import type { BatchOptions, FailurePolicy } from './batch-options.ts';
import { endedOf, failuresOf } from './batch-tally.ts';

/** What is remembered between two looks; plain JSON. */
export interface FailureMemory {
  /** The counters at the end of the last micro-batch. */
  readonly ended: number;
  readonly failures: number;
  /** The moving average of the failure rate, 0 to 1. */
  readonly average: number;
  /**
   * Whether the average was above the soft threshold then; a warning is given when it rises above
   * it.
   */
  readonly warned: boolean;
}

/** What is remembered of a batch that nobody has looked at. */
export const freshFailureMemory: FailureMemory = Object.freeze({
  ended: 0,
  failures: 0,
  average: 0,
  warned: false,
});

/** What to do; `memory` is to be kept whatever it is. */
export type FailureDecision =
  | { readonly kind: 'continue'; readonly memory: FailureMemory }
  | {
      readonly kind: 'warn' | 'pause' | 'fail';
      /** For people. */
      readonly reason: string;
      readonly memory: FailureMemory;
    };

type Tolerance = Pick<
  BatchOptions,
  'stopOnError' | 'toleratedFailureCount' | 'toleratedFailurePercentage' | 'failurePolicy'
>;

/** Decides from the batch's counters as they are now. */
export function decideFailure(
  memory: FailureMemory,
  counters: BatchCounters,
  sourceDone: boolean,
  options: Tolerance,
): FailureDecision {
  const intolerable = intolerableReason(counters, sourceDone, options);
  if (intolerable !== null) return { kind: 'fail', reason: intolerable, memory };
  const policy = options.failurePolicy;
  return policy === null ? { kind: 'continue', memory } : judge(memory, counters, policy);
}

/**
 * Why the batch cannot succeed any more; null when it still can. The percentage is of all items, so
 * it is judged when all of them are known.
 */
export function intolerableReason(
  counters: BatchCounters,
  sourceDone: boolean,
  options: Omit<Tolerance, 'failurePolicy'>,
): string | null {
  const failures = failuresOf(counters);
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = options;
  if (options.stopOnError && failures > 0) return `${failures} failed, and stopOnError is set`;
  if (count !== null && failures > count) return `${failures} failed, ${count} are tolerated`;
  if (percentage !== null && sourceDone && failures * 100 > percentage * counters.created) {
    return `${failures} of ${counters.created} failed, ${percentage} % are tolerated`;
  }
  return null;
}

function judge(
  memory: FailureMemory,
  counters: BatchCounters,
  policy: FailurePolicy,
): FailureDecision {
  const now = { ended: endedOf(counters), failures: failuresOf(counters) };
  const ended = now.ended - memory.ended;
  const failures = now.failures - memory.failures;
  // A redrive takes executions back among the open ones: count on from there.
  if (ended < 0 || failures < 0) return { kind: 'continue', memory: { ...memory, ...now } };
  const windows = Math.floor(ended / policy.windowSize);
  if (windows === 0) return { kind: 'continue', memory };
  const kept = (1 - policy.smoothing) ** windows;
  const average = memory.average * kept + (failures / ended) * (1 - kept);
  return compare({ ...now, average, warned: average >= policy.softThreshold }, memory, policy);
}

function compare(
  memory: FailureMemory,
  before: FailureMemory,
  policy: FailurePolicy,
): FailureDecision {
  const rate = `a failure rate of ${percent(memory.average)}`;
  if (memory.average > 0 && memory.average >= policy.hardThreshold) {
    const reason = `${rate} is at or above the limit of ${percent(policy.hardThreshold)}`;
    // The average begins anew, so that a person who resumes the batch is not overruled by the past.
    return { kind: 'pause', reason, memory: { ...memory, average: 0, warned: false } };
  }
  if (memory.warned && !before.warned && memory.average > 0) {
    const reason = `${rate} is at or above the mark of ${percent(policy.softThreshold)}`;
    return { kind: 'warn', reason, memory };
  }
  return { kind: 'continue', memory };
}

function percent(rate: number): string {
  return `${Number((rate * 100).toFixed(1))} %`;
}
