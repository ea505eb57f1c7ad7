import type { ExecutionRecord } from '../../../lib/ports/store/execution-store.ts';
import type { Ledger } from '../ledger.ts';
import type { Observation } from '../observed-store.ts';
import type { Checker } from './checker.ts';

/** Checks that a unique key belongs to one execution, from its creation to its end. */
export function keysUnique(): Checker {
  return {
    invariant: 'no two open executions of a machine have the same key, which is free after the end',
    observe: (observation, ledger) =>
      observation.kind === 'created' ? checkCreated(observation, ledger) : [],
  };
}

/** Whether it was aborted before it started, and so gave up its key at once. */
function hasGivenUp(ledger: Ledger, { id, uniqueKey }: ExecutionRecord): boolean {
  const entry = ledger.entries.get(id);
  return uniqueKey === null && (entry?.abortRequested === true || entry?.cancelled === true);
}

function checkCreated(
  { executions, results, rivals }: Extract<Observation, { kind: 'created' }>,
  ledger: Ledger,
): string[] {
  return executions.flatMap(({ id, machineId, name, uniqueKey }, index) => {
    if (uniqueKey === undefined) return [];
    const holders = rivals.filter(
      (row) =>
        row.machineId === machineId &&
        row.endedAt === null &&
        !hasGivenUp(ledger, row) &&
        (ledger.entries.get(row.id)?.redrives ?? 0) === 0 &&
        (ledger.entries.get(row.id)?.execution.uniqueKey ?? uniqueKey) === uniqueKey,
    );
    const about = `the key ${uniqueKey} of ${machineId}`;
    if (holders.length > 1) return [`${about} is in use by ${holders.length}`];
    const wasRefused = results[index]?.created === false && results[index]?.id !== id;
    const hasName = rivals.some((row) => row.name === name && row.id === results[index]?.id);
    return wasRefused && !hasName && holders.length === 0 ? [`${about} is free and refused`] : [];
  });
}
