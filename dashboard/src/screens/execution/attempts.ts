/**
 * The attempts of an execution: what it did until it was first redriven, and between the redrives
 * after that. A visit that is resumed by a redrive goes on, so it is shown as it stood then. Pure.
 */
import type { Visit } from './visit.ts';

/** Returns when each attempt began: at the start, and at each redrive. */
export function attemptStarts(startedAt: number, redrivenAt: readonly number[]): number[] {
  return [startedAt, ...redrivenAt.toSorted((a, b) => a - b)];
}

/** Returns the attempt that a time belongs to. */
export function attemptAt(starts: readonly number[], at: number): number {
  const next = starts.findIndex((start) => start > at);
  return Math.max(0, (next === -1 ? starts.length : next) - 1);
}

/** Returns the visits as they stood at the end of an attempt, those of earlier ones as well. */
export function visitsAsOf(
  visits: readonly Visit[],
  starts: readonly number[],
  attempt: number,
): readonly Visit[] {
  const end = starts[attempt + 1];
  if (end === undefined) return visits;
  return visits
    .filter(({ enteredAt }) => enteredAt < end)
    .map((visit) => (visit.attempt <= attempt ? visit : asItFailed(visit, end)));
}

/** A visit that was resumed later had failed, or was aborted, when the attempt ended. */
function asItFailed(visit: Visit, end: number): Visit {
  const tries = visit.tries.filter(({ scheduledAt }) => scheduledAt < end);
  const last = tries.at(-1);
  return {
    ...visit,
    tries,
    status: last === undefined || last.error !== null ? 'FAILED' : 'ABORTED',
    endedAt: Math.min(last?.endedAt ?? end, end),
    dueAt: null,
    waitsFor: null,
    error: last?.error ?? null,
    cause: last?.cause ?? null,
  };
}
