/** The tries of a visit, with what was between them: a backoff, or a redrive. Pure. */
import { attemptAt } from './attempts.ts';
import type { Visit } from './visit.ts';

/** One try. */
export interface NumberedTry {
  readonly each: Visit['tries'][number];
  /** From 1. */
  readonly number: number;
  /** The backoff before it; null when there was none. */
  readonly backoffMs: number | null;
  /** The number of the redrive that it is the first after; null for any other. */
  readonly redrive: number | null;
}

/** Returns the tries, oldest first. @param starts when each attempt of the execution began */
export function numberTries(tries: Visit['tries'], starts: readonly number[]): NumberedTry[] {
  return tries.map((each, index) => {
    const before = tries[index - 1];
    const attempt = attemptAt(starts, each.scheduledAt);
    const isRedriven = before !== undefined && attemptAt(starts, before.scheduledAt) < attempt;
    const pauseMs = before?.endedAt == null ? 0 : each.scheduledAt - before.endedAt;
    return {
      each,
      number: index + 1,
      backoffMs: isRedriven || pauseMs <= 0 ? null : pauseMs,
      redrive: isRedriven ? attempt : null,
    };
  });
}
