import { checkInvariants } from '../../../lib/engine/invariants.ts';
import { decodeSnapshot } from '../../../lib/engine/snapshot.ts';
import { type Ledger, parseEvents } from '../ledger.ts';
import type { Observation } from '../observed-store.ts';
import type { Checker } from './checker.ts';

/**
 * Checks that any worker can continue from every snapshot that is written. EXPRESS executions write
 * none.
 */
export function snapshotsValid(): Checker {
  return {
    invariant: 'every snapshot is valid and matches the end of its history',
    observe: (observation, ledger) =>
      observation.kind === 'committed' && observation.accepted
        ? checkCommit(observation, ledger)
        : [],
  };
}

function checkCommit(
  { checkpoint, before }: Extract<Observation, { kind: 'committed' }>,
  ledger: Ledger,
): string[] {
  const { executionId: id, snapshot: text, status, firstEventId } = checkpoint;
  if (ledger.isExpress(id)) {
    return text === null ? [] : [`${id} is EXPRESS, and wrote a snapshot`];
  }
  if (text === null) {
    const mayHaveNone = status === 'SUCCEEDED' || (status === before?.status && !before.snapshot);
    return mayHaveNone ? [] : [`${id}: ${status} was written without a snapshot`];
  }
  const snapshot = decodeSnapshot(text);
  const events = parseEvents(checkpoint);
  const known = ledger.entries.get(id)?.history.length ?? 0;
  const newest = events.length === 0 ? known : firstEventId + events.length - 1;
  const broken = checkInvariants(snapshot).map((rule) => `${id}: ${rule}`);
  if (snapshot.lastEventId === newest) return broken;
  return [...broken, `${id}: the snapshot is at event ${snapshot.lastEventId}, not ${newest}`];
}
