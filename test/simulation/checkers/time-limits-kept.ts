import type { Ledger } from '../ledger.ts';
import type { Observation } from '../observed-store.ts';
import type { Checker } from './checker.ts';

/**
 * How long after its lease a worker may make its last try to write that an execution has timed out,
 * in milliseconds: its handler is aborted when that is written, or given up.
 */
const lastTryMs = 2_500;

/**
 * Checks that no execution starts before its time, unless an operator makes it due, or runs long
 * after its deadline. A worker that is cut off notices when its lease ends, by its own clock, and a
 * frozen one when it resumes.
 * @param slackMs how long after its deadline an execution may run
 */
export function timeLimitsKept(slackMs: number): Checker {
  return {
    invariant: 'nothing runs before its start or after its deadline',
    observe: (observation, ledger) =>
      observation.kind === 'called' || observation.kind === 'returned'
        ? checkCall(observation, ledger, slackMs)
        : [],
  };
}

function checkCall(
  { kind, executionId, resource, at }: Extract<Observation, { resource: string }>,
  ledger: Ledger,
  slackMs: number,
): string[] {
  const entry = ledger.entries.get(executionId);
  if (entry === undefined) return [];
  const about = `${executionId}: ${resource} was ${kind}`;
  const { startsAt, deadlineAt } = entry;
  // The store rounds what a clock that runs faster shows to whole milliseconds.
  if (kind === 'called' && at < startsAt - 1)
    return [`${about} ${startsAt - at} ms before its start`];
  const lateMs = at - (deadlineAt ?? Number.POSITIVE_INFINITY);
  return lateMs > slackMs + lastTryMs ? [`${about} ${lateMs} ms after its deadline`] : [];
}
