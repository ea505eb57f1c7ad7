import { isChildMachine } from '../../../lib/batch/map-run/map-run-batch.ts';
import type { Checker, Evidence } from './checker.ts';

/** Maximum number of entries read; no simulation has more. */
const limit = 1_000;

/**
 * Checks that entries leave the archive only by a command of an operator, and that every execution
 * that failed permanently is in it, except the children of map runs, which their parents handle.
 */
export function archiveKept(): Checker {
  const known = new Set<string>();
  const findLost = async ({ store }: Evidence): Promise<string[]> => {
    const { entries } = await store.listArchive({}, { limit });
    const now = new Set(entries.map(({ taskId }) => taskId));
    const lost = [...known].filter((taskId) => !now.has(taskId));
    for (const taskId of now) known.add(taskId);
    for (const taskId of lost) known.delete(taskId);
    return lost.map((taskId) => `${taskId} left the archive without a command`);
  };
  return {
    invariant: 'entries leave the archive only by a command of an operator',
    observe: (observation) => {
      if (observation.kind !== 'redriven') return [];
      for (const id of observation.executionIds) known.delete(id);
      return [];
    },
    inspect: findLost,
    verify: async (evidence) => [...(await findLost(evidence)), ...missing(evidence, known)],
  };
}

function missing({ ledger }: Evidence, archived: ReadonlySet<string>): string[] {
  return [...ledger.entries]
    .filter(([, { status }]) => status === 'FAILED' || status === 'TIMED_OUT')
    .filter(([, { execution }]) => !isChildMachine(execution.machineId))
    .filter(([id]) => !archived.has(id))
    .map(([id, { error }]) => `${id} failed permanently (${error}) and is not in the archive`);
}
