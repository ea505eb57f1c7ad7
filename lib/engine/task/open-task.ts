/**
 * Finds a command that is out in a snapshot, so that an answer from outside is known to be good, or
 * to come too late.
 */
import {
  type Branch,
  childrenOf,
  commandOf,
  type Done,
  isDone,
  type Snapshot,
  type TaskDoing,
} from '../snapshot.ts';

/** What is known of `command` while it waits for its answer; undefined when it does not. */
export function openTask({ status, root }: Snapshot, command: string): TaskDoing | undefined {
  return status === 'RUNNING' && root !== null ? taskIn(root, command) : undefined;
}

function taskIn(branch: Branch | Done, command: string): TaskDoing | undefined {
  if (isDone(branch) || branch.failure !== undefined) return undefined;
  if (branch.doing.kind === 'task') {
    return commandOf(branch) === command ? branch.doing : undefined;
  }
  for (const child of childrenOf(branch) ?? []) {
    const found = taskIn(child, command);
    if (found !== undefined) return found;
  }
  return undefined;
}
