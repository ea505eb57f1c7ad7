/**
 * Decides what a batch's failures mean for it: nothing, a warning, a pause, or its end. Pure: the
 * state between two decisions is passed in and returned.
 *
 * Two failure rates are judged, each a micro-batch at a time. That of ended executions is an
 * exponential moving average that starts at 0: a few early failures weigh little, and a batch in
 * which everything fails exceeds a threshold of 10 % after its first micro-batch. That of attempts
 * also counts the failures that are retried, and so tells at once what the other tells when the
 * first retries are exhausted. It starts with the rate of its first micro-batch, and has a higher
 * threshold, because an attempt that fails and is retried with success does no harm. Both averages
 * hardly depend on how often they are computed.
 */
import type { BatchCounters } from '../ports/store/batch-store.ts';
import type { BatchOptions, FailurePolicy } from './batch-options.ts';
import { countEnded, countFailures } from './batch-tally.ts';
import type { FailureMemory } from './failure-memory.ts';

/** The response to failures. The caller stores `memory` in every case. */
export type FailureDecision =
  | { readonly kind: 'continue'; readonly memory: FailureMemory }
  | {
      readonly kind: 'warn' | 'pause' | 'fail';
      /** Message for users. */
      readonly reason: string;
      readonly memory: FailureMemory;
    };

/** The counters that are judged. */
export interface JudgedCounters extends BatchCounters {
  /** Number of failed attempts that are retried. */
  readonly retried: number;
}

type JudgedOptions = Pick<
  BatchOptions,
  'stopOnError' | 'failurePolicy' | 'mode' | 'microBatchSize'
>;

/** Decides from the batch's current counters. @param now in milliseconds since 1970 */
export function decideFailure(
  memory: FailureMemory,
  counters: JudgedCounters,
  options: JudgedOptions,
  now: number,
): FailureDecision {
  const failures = countFailures(counters);
  if (options.stopOnError && failures > 0) {
    return fail(`${failures} failed, and stopOnError is set`, memory);
  }
  const { failurePolicy: policy } = options;
  if (policy === null) return { kind: 'continue', memory };
  // What failed before a batch was resumed must not pause it again.
  if (memory.since === null) return { kind: 'continue', memory: begin(memory, counters, now) };
  return decideByRates(memory, counters, { ...policy, windowSize: findWindowSize(options) });
}

/** Returns the number of ends, or of attempts, in one micro-batch; 0 without a failure policy. */
export function findWindowSize({
  failurePolicy,
  mode,
  microBatchSize,
}: Pick<BatchOptions, 'failurePolicy' | 'mode' | 'microBatchSize'>): number {
  if (failurePolicy === null) return 0;
  return mode === 'microBatches' ? microBatchSize : failurePolicy.windowSize;
}

/** Returns the number of attempts that failed, retried or not. */
export function countFailedAttempts(counters: JudgedCounters): number {
  return countFailures(counters) + counters.retried;
}

function begin(memory: FailureMemory, counters: JudgedCounters, since: number): FailureMemory {
  const ends = tallyEnds(counters);
  const attempts = tallyAttempts(counters);
  return { ...memory, ...toMemory({ ends, attempts }), since };
}

/** What has finished, and how much of it failed. */
interface Tally {
  readonly finished: number;
  readonly failures: number;
}

function tallyEnds(counters: JudgedCounters): Tally {
  return { finished: countEnded(counters), failures: countFailures(counters) };
}

/** An end is the end of an attempt, too. */
function tallyAttempts(counters: JudgedCounters): Tally {
  const { finished, failures } = tallyEnds(counters);
  const { retried } = counters;
  return { finished: finished + retried, failures: failures + retried };
}

function toMemory({ ends, attempts }: { readonly ends: Tally; readonly attempts: Tally }) {
  return {
    ended: ends.finished,
    failures: ends.failures,
    attempts: attempts.finished,
    failedAttempts: attempts.failures,
  };
}

/** A failure rate: its average, and the rate of the newest micro-batches, if there are new ones. */
interface Judged<Average> {
  readonly tally: Tally;
  readonly average: Average;
  readonly newest: number | null;
}

function judge<Average extends number | null>(
  before: Tally,
  average: Average,
  now: Tally,
  policy: FailurePolicy,
): Judged<Average | number> {
  const finished = now.finished - before.finished;
  const failures = now.failures - before.failures;
  // A redrive reopened ended executions: continue counting from the lower counters.
  if (finished < 0 || failures < 0) return { tally: now, average, newest: null };
  const windows = Math.floor(finished / policy.windowSize);
  if (windows === 0) return { tally: before, average, newest: null };
  const newest = failures / finished;
  const kept = (1 - policy.smoothing) ** windows;
  const next = average === null ? newest : average * kept + newest * (1 - kept);
  return { tally: now, average: next, newest };
}

function decideByRates(
  memory: FailureMemory,
  counters: JudgedCounters,
  policy: FailurePolicy,
): FailureDecision {
  const { ended, failures, attempts, failedAttempts } = memory;
  const ends = judge({ finished: ended, failures }, memory.average, tallyEnds(counters), policy);
  const tries = judge(
    { finished: attempts, failures: failedAttempts },
    memory.attemptAverage,
    tallyAttempts(counters),
    policy,
  );
  const tallies = toMemory({ ends: ends.tally, attempts: tries.tally });
  if (isSame(memory, tallies)) return { kind: 'continue', memory };
  const after = {
    ...memory,
    ...tallies,
    average: ends.average,
    attemptAverage: tries.average,
    judged: memory.judged + (tries.newest === null ? 0 : 1),
    warned: ends.newest === null ? memory.warned : ends.average >= policy.softThreshold,
  };
  return compareToThresholds(after, memory, { ends, tries }, policy);
}

function isSame(memory: FailureMemory, tallies: ReturnType<typeof toMemory>): boolean {
  return (
    memory.ended === tallies.ended &&
    memory.failures === tallies.failures &&
    memory.attempts === tallies.attempts &&
    memory.failedAttempts === tallies.failedAttempts
  );
}

interface JudgedRates {
  readonly ends: Judged<number>;
  readonly tries: Judged<number | null>;
}

function compareToThresholds(
  memory: FailureMemory,
  before: FailureMemory,
  { ends, tries }: JudgedRates,
  policy: FailurePolicy,
): FailureDecision {
  const { softThreshold, hardThreshold, attemptThreshold, severeThreshold } = policy;
  const newest = Math.max(ends.newest ?? 0, tries.newest ?? 0);
  if (reaches(newest, severeThreshold)) {
    return fail(atOrAbove('failure rate', newest, 'severe', severeThreshold), memory);
  }
  if (ends.newest !== null && reaches(memory.average, hardThreshold)) {
    return pause(atOrAbove('failure rate', memory.average, 'hard', hardThreshold), memory);
  }
  if (tries.newest !== null && reaches(memory.attemptAverage ?? 0, attemptThreshold)) {
    const rate = memory.attemptAverage ?? 0;
    return pause(atOrAbove('failure rate of attempts', rate, 'attempt', attemptThreshold), memory);
  }
  if (memory.warned && !before.warned && memory.average > 0) {
    const reason = atOrAbove('failure rate', memory.average, 'soft', softThreshold);
    return { kind: 'warn', reason, memory };
  }
  return { kind: 'continue', memory };
}

/** A rate of 0 reaches no threshold, not even one of 0. */
function reaches(rate: number, threshold: number | null): threshold is number {
  return threshold !== null && rate > 0 && rate >= threshold;
}

/** The averages start anew, so that past failures do not pause a batch that a user resumes. */
function pause(reason: string, memory: FailureMemory): FailureDecision {
  const restarted = { average: 0, attemptAverage: null, warned: false, judged: 0, since: null };
  return { kind: 'pause', reason, memory: { ...memory, ...restarted } };
}

function fail(reason: string, memory: FailureMemory): FailureDecision {
  return { kind: 'fail', reason, memory: { ...memory, stopping: reason } };
}

function atOrAbove(what: string, rate: number, name: string, threshold: number): string {
  return `a ${what} of ${percent(rate)} is at or above the ${name} threshold of ${percent(threshold)}`;
}

function percent(rate: number): string {
  return `${Number((rate * 100).toFixed(1))} %`;
}
