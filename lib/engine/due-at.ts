import {
  type Branch,
  type Done,
  isDone,
  isJoinable,
  listChildren,
  type Snapshot,
} from './snapshot.ts';

/**
 * Returns the next time, in milliseconds since 1970, at which a `timersDue` event would change the
 * execution; null when none would. It is exact, because it reads the timers that `timersDue` fires.
 */
export function dueAt(snapshot: Snapshot): number | null {
  if (snapshot.status !== 'RUNNING' || snapshot.root === null) return null;
  const due = Math.min(snapshot.deadline ?? never, earliest(snapshot.root));
  return due === never ? null : due;
}

/**
 * Returns when the branch's own timer fires, without its children's; infinite without one. A
 * Parallel or Map is due at once when its branches are done, or when it may start iterations, and
 * the transition was full.
 */
export function readTimer(branch: Branch): number {
  const { doing } = branch;
  switch (doing.kind) {
    case 'entry':
    case 'retry':
      return doing.at;
    case 'wait':
      return doing.until;
    case 'task':
      return Math.min(doing.timeoutAt ?? never, doing.heartbeatAt ?? never);
    case 'parallel':
      return isJoinable(branch) ? branch.enteredAt : never;
    case 'map':
      return isJoinable(branch) ? branch.enteredAt : (doing.at ?? never);
    default:
      return never;
  }
}

const never = Number.POSITIVE_INFINITY;

function earliest(branch: Branch | Done): number {
  if (isDone(branch)) return never;
  let due = readTimer(branch);
  for (const child of listChildren(branch) ?? []) due = Math.min(due, earliest(child));
  return due;
}
