import type { Checker } from './checker.ts';

/** Checks that an execution that is cancelled before its start never runs, and ends ABORTED. */
export function cancelledNeverRun(): Checker {
  return {
    invariant: 'an execution cancelled before its start calls no handler and ends ABORTED',
    observe: (observation, ledger) => {
      if (observation.kind !== 'called') return [];
      const { executionId, resource } = observation;
      const isCancelled = ledger.entries.get(executionId)?.cancelled ?? false;
      return isCancelled ? [`${executionId} was cancelled and called ${resource}`] : [];
    },
    verify: async ({ ledger }) =>
      [...ledger.entries]
        .filter(([, { cancelled, status }]) => cancelled && status !== 'ABORTED')
        .map(([id, { status }]) => `${id} was cancelled and ended ${status}`),
  };
}
