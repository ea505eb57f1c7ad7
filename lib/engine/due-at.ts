/**
 * Says when an execution next wants to be woken; never early, never late, because it reads what
 * `timersDue` fires.
 */
import { type Branch, childrenOf, type Done, isDone, type Snapshot } from './snapshot.ts';

/**
 * The next instant, in milliseconds since 1970, at which a `timersDue` event would do something;
 * null when none would.
 */
export function dueAt(snapshot: Snapshot): number | null {
  if (snapshot.status !== 'RUNNING' || snapshot.root === null) return null;
  const due = Math.min(snapshot.deadline ?? never, earliest(snapshot.root));
  return due === never ? null : due;
}

/** When the branch's own timer fires, its children's left aside; infinite without one. */
export function timerOf({ doing }: Branch): number {
  switch (doing.kind) {
    case 'entry':
    case 'retry':
      return doing.at;
    case 'wait':
      return doing.until;
    case 'task':
      return Math.min(doing.timeoutAt ?? never, doing.heartbeatAt ?? never);
    default:
      return never;
  }
}

const never = Number.POSITIVE_INFINITY;

function earliest(branch: Branch | Done): number {
  if (isDone(branch)) return never;
  let due = timerOf(branch);
  for (const child of childrenOf(branch) ?? []) due = Math.min(due, earliest(child));
  return due;
}
