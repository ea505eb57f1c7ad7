/** What was cancelled before it started never starts, and ends ABORTED. */
import type { Checker } from './checker.ts';

/** See this file's head. */
export function cancelledNeverRun(): Checker {
  return {
    invariant: 'what was cancelled before its start calls nobody and ends ABORTED',
    seen: (observation, ledger) => {
      if (observation.kind !== 'called') return [];
      const { executionId, resource } = observation;
      const isCancelled = ledger.entries.get(executionId)?.cancelled ?? false;
      return isCancelled ? [`${executionId} was cancelled and called ${resource}`] : [];
    },
    judge: async ({ ledger }) =>
      [...ledger.entries]
        .filter(([, { cancelled, status }]) => cancelled && status !== 'ABORTED')
        .map(([id, { status }]) => `${id} was cancelled and ended ${status}`),
  };
}
