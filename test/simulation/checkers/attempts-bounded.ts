/** Only work that ran and failed costs an attempt, one each; and there are never too many. */
import type { Ledger } from '../ledger.ts';
import type { Observation } from '../observed-store.ts';
import type { Checker } from './checker.ts';

/** See this file's head. */
export function attemptsBounded(): Checker {
  return {
    invariant: 'attempts count failures of the work alone, and are at most retriesMax + 1',
    seen: (observation, ledger) => {
      if (observation.kind !== 'committed' || !observation.accepted) return [];
      const entry = ledger.entries.get(observation.checkpoint.executionId);
      return entry === undefined ? [] : judge(observation, entry.execution.retriesMax, ledger);
    },
  };
}

/** The statuses of a checkpoint that tells of a failure. */
const failures: ReadonlySet<string> = new Set(['PENDING_REDRIVE', 'FAILED', 'TIMED_OUT']);

function judge(
  { checkpoint, before }: Extract<Observation, { kind: 'committed' }>,
  retriesMax: number,
  ledger: Ledger,
): string[] {
  const { executionId: id, status, attempts, events } = checkpoint;
  const earlier = before?.attempts ?? 0;
  const about = `${id}: ${status} with ${attempts} attempts, after ${earlier}`;
  if (attempts > retriesMax + 1) return [`${about}, and retriesMax ${retriesMax}`];
  const failed = failures.has(status) && (events !== null || ledger.isExpress(id));
  // An end written twice says the second time what the first has counted already.
  const repeated = before?.status === status && attempts === earlier;
  if (repeated || attempts === earlier + (failed ? 1 : 0)) return [];
  return [about];
}
