/** A key is in use from an execution's creation to its end, and by that execution alone. */
import type { Ledger } from '../ledger.ts';
import type { Observation } from '../observed-store.ts';
import type { Checker } from './checker.ts';

/** See this file's head. */
export function keysUnique(): Checker {
  return {
    invariant: 'no two open executions of a machine have the same key, which is free after the end',
    seen: (observation, ledger) =>
      observation.kind === 'created' ? judge(observation, ledger) : [],
  };
}

function judge(
  { executions, results, rivals }: Extract<Observation, { kind: 'created' }>,
  ledger: Ledger,
): string[] {
  return executions.flatMap(({ id, machineId, name, uniqueKey }, index) => {
    if (uniqueKey === undefined) return [];
    const holders = rivals.filter(
      (row) =>
        row.machineId === machineId &&
        row.endedAt === null &&
        (ledger.entries.get(row.id)?.reopened ?? 0) === 0 &&
        (ledger.entries.get(row.id)?.execution.uniqueKey ?? uniqueKey) === uniqueKey,
    );
    const about = `the key ${uniqueKey} of ${machineId}`;
    if (holders.length > 1) return [`${about} is in use by ${holders.length}`];
    const wasRefused = results[index]?.created === false && results[index]?.id !== id;
    const hasName = rivals.some((row) => row.name === name && row.id === results[index]?.id);
    return wasRefused && !hasName && holders.length === 0 ? [`${about} is free and refused`] : [];
  });
}
