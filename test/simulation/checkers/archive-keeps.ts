/**
 * What is in the archive stays there but for a person's order, and all that was given up is in it,
 * but for the children of map runs, over whom their parents have the say.
 */
import { isChildMachine } from '../../../lib/batch/map-run/map-run-batch.ts';
import type { Checker, Evidence } from './checker.ts';

/** Entries read at most; no simulation has more. */
const limit = 1_000;

/** See this file's head. */
export function archiveKeeps(): Checker {
  const known = new Set<string>();
  const look = async ({ store }: Evidence): Promise<string[]> => {
    const { entries } = await store.listArchive({}, { limit });
    const now = new Set(entries.map(({ taskId }) => taskId));
    const gone = [...known].filter((taskId) => !now.has(taskId));
    for (const taskId of now) known.add(taskId);
    for (const taskId of gone) known.delete(taskId);
    return gone.map((taskId) => `${taskId} left the archive by itself`);
  };
  return {
    invariant: 'nothing leaves the archive but by an order of a person',
    seen: (observation) => {
      if (observation.kind !== 'reopened') return [];
      for (const id of observation.executionIds) known.delete(id);
      return [];
    },
    look,
    judge: async (evidence) => [...(await look(evidence)), ...missing(evidence, known)],
  };
}

function missing({ ledger }: Evidence, archived: ReadonlySet<string>): string[] {
  return [...ledger.entries]
    .filter(([, { status }]) => status === 'FAILED' || status === 'TIMED_OUT')
    .filter(([, { execution }]) => !isChildMachine(execution.machineId))
    .filter(([id]) => !archived.has(id))
    .map(([id, { error }]) => `${id} failed for good (${error}) and is not in the archive`);
}
