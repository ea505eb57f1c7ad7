/**
 * Nothing is begun before its time, unless a person hurries it, and nothing of an execution runs
 * long after its deadline. By how much it may: a worker that is cut off finds out when its lease is
 * over, by its own clock, and one that stands still finds out when it wakes.
 */
import type { Ledger } from '../ledger.ts';
import type { Observation } from '../observed-store.ts';
import type { Checker } from './checker.ts';

/** See this file's head. @param slackMs how long after a deadline something may run */
export function timeKept(slackMs: number): Checker {
  return {
    invariant: 'nothing runs before its start or after its deadline',
    seen: (observation, ledger) =>
      observation.kind === 'called' || observation.kind === 'returned'
        ? judge(observation, ledger, slackMs)
        : [],
  };
}

function judge(
  { kind, executionId, resource, at, workerNow }: Extract<Observation, { workerNow: number }>,
  ledger: Ledger,
  slackMs: number,
): string[] {
  const entry = ledger.entries.get(executionId);
  if (entry === undefined) return [];
  const about = `${executionId}: ${resource} was ${kind}`;
  const { startsAt, deadlineAt } = entry;
  if (kind === 'called' && at < startsAt) return [`${about} ${startsAt - at} ms before its start`];
  const lateMs = workerNow - (deadlineAt ?? Number.POSITIVE_INFINITY);
  return lateMs > slackMs ? [`${about} ${lateMs} ms after its deadline`] : [];
}
