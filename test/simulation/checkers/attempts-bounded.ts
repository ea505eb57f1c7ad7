import type { Ledger } from '../ledger.ts';
import type { Observation } from '../observed-store.ts';
import type { Checker } from './checker.ts';

/** Checks that each failure of the work costs one attempt, and that attempts are limited. */
export function attemptsBounded(): Checker {
  return {
    invariant: 'attempts count only failures of the work, and are at most retriesMax + 1',
    observe: (observation, ledger) => {
      if (observation.kind !== 'committed' || !observation.accepted) return [];
      const entry = ledger.entries.get(observation.checkpoint.executionId);
      return entry === undefined
        ? []
        : checkCommit(observation, entry.execution.retriesMax, ledger);
    },
  };
}

/** The statuses of a checkpoint that records a failure. */
const failures: ReadonlySet<string> = new Set(['PENDING_REDRIVE', 'FAILED', 'TIMED_OUT']);

function checkCommit(
  { checkpoint, before }: Extract<Observation, { kind: 'committed' }>,
  retriesMax: number,
  ledger: Ledger,
): string[] {
  const { executionId: id, status, attempts, events } = checkpoint;
  const earlier = before?.attempts ?? 0;
  const about = `${id}: ${status} with ${attempts} attempts, after ${earlier}`;
  if (attempts > retriesMax + 1) return [`${about}, and retriesMax ${retriesMax}`];
  const failed = failures.has(status) && (events !== null || ledger.isExpress(id));
  // An end that is written twice was already counted the first time.
  const repeated = before?.status === status && attempts === earlier;
  if (repeated || attempts === earlier + (failed ? 1 : 0)) return [];
  return [about];
}
