import { nextFireTime, type ScheduleTiming } from './schedule-expression.ts';

/**
 * What becomes of the occurrences of a schedule during which no leader ran. `last`: the newest of
 * them is started. `none`: they are skipped. `all`: they are started one after the other, the
 * newest so many of them.
 */
export type MissedRule = 'last' | 'none' | { readonly all: number };

/** The largest number of missed occurrences that are started. */
export const missedMax = 100;

/** How late an occurrence may be and not be missed, in milliseconds: the precision of Scheduler. */
const onTimeMs = 60_000;

const hourMs = 3_600_000;
/** Windows in which occurrences are looked for, the narrowest first. */
const windowsMs = [onTimeMs, hourMs, 24 * hourMs, 31 * 24 * hourMs, 366 * 24 * hourMs, Infinity];

/** The occurrences of a schedule that are due. */
export interface DueOccurrences {
  /** Those to start, the oldest first. */
  readonly start: readonly number[];
  /** The first of those that are not started; null when all are. */
  readonly skippedFrom: number | null;
}

/** When occurrences are due, and which of them. */
export interface DueQuery {
  /** Everything due up to then has been dealt with. */
  readonly afterMs: number;
  readonly nowMs: number;
  readonly missed: MissedRule;
}

/**
 * Returns the occurrences that were due after `afterMs` and up to `nowMs`. What it does is bounded,
 * however long ago `afterMs` is: it looks at no more of them than it takes to find the newest.
 */
export function findDueOccurrences(
  timing: ScheduleTiming,
  { afterMs, nowMs, missed }: DueQuery,
): DueOccurrences {
  const first = nextFireTime(timing, afterMs);
  if (first === undefined || first > nowMs) return { start: [], skippedFrom: null };
  const count = typeof missed === 'object' ? Math.min(missed.all, missedMax) : 1;
  const from = missed === 'none' ? Math.max(afterMs, nowMs - onTimeMs - 1) : afterMs;
  const start = findNewest(timing, { afterMs: from, nowMs }, count);
  return { start, skippedFrom: start[0] === first ? null : first };
}

function findNewest(
  timing: ScheduleTiming,
  { afterMs, nowMs }: Pick<DueQuery, 'afterMs' | 'nowMs'>,
  count: number,
): number[] {
  let found: number[] = [];
  for (const windowMs of windowsMs) {
    const from = Math.max(afterMs, nowMs - windowMs);
    found = listBetween(timing, from, nowMs);
    if (found.length >= count || from === afterMs) break;
  }
  return found.slice(-count);
}

function listBetween(timing: ScheduleTiming, afterMs: number, nowMs: number): number[] {
  const found: number[] = [];
  for (let at = nextFireTime(timing, afterMs); at !== undefined && at <= nowMs; ) {
    found.push(at);
    at = nextFireTime(timing, at);
  }
  return found;
}
