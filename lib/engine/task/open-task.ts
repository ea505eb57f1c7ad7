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
export function findOpenTask({ status, root }: Snapshot, command: string): TaskDoing | undefined {
  return status === 'RUNNING' && root !== null ? findInBranch(root, command) : undefined;
}

function findInBranch(branch: Branch | Done, command: string): TaskDoing | undefined {
  if (isDone(branch) || branch.failure !== undefined) return undefined;
  if (branch.doing.kind === 'task') {
    return commandName(branch) === command ? branch.doing : undefined;
  }
  for (const child of listChildren(branch) ?? []) {
    const found = findInBranch(child, command);
    if (found !== undefined) return found;
  }
  return undefined;
}
