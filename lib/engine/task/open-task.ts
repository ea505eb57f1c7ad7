/** Finds an open command in a snapshot, to accept its answer or reject a late one. */
import {
  type Branch,
  commandName,
  type Done,
  isDone,
  listChildren,
  type Snapshot,
  type TaskDoing,
} from '../snapshot.ts';

/** Returns the state of `command` while it waits for its answer; undefined otherwise. */
export function findOpenTask(snapshot: Snapshot, command: string): TaskDoing | undefined {
  return findTask(snapshot, (branch) => commandName(branch) === command);
}

/**
 * Returns the open task of the visit that began with the event `enteredId`; undefined when that
 * visit waits for no answer.
 */
export function findOpenTaskOfVisit(snapshot: Snapshot, enteredId: number): TaskDoing | undefined {
  return findTask(snapshot, (branch) => branch.enteredId === enteredId);
}

function findTask(
  { status, root }: Snapshot,
  isWanted: (branch: Branch) => boolean,
): TaskDoing | undefined {
  return status === 'RUNNING' && root !== null ? findInBranch(root, isWanted) : undefined;
}

function findInBranch(
  branch: Branch | Done,
  isWanted: (branch: Branch) => boolean,
): TaskDoing | undefined {
  if (isDone(branch) || branch.failure !== undefined) return undefined;
  if (branch.doing.kind === 'task') return isWanted(branch) ? branch.doing : undefined;
  for (const child of listChildren(branch) ?? []) {
    const found = findInBranch(child, isWanted);
    if (found !== undefined) return found;
  }
  return undefined;
}
