/** Whether parents still wait for what they have requested. */
import { isCommandOpen } from '../../engine/open-commands.ts';
import { decodeSnapshot } from '../../engine/snapshot.ts';
import type { ExecutionStore } from '../../ports/store/execution-store.ts';

/**
 * Whether an execution still waits for the answer to a command, according to its last checkpoint:
 * not when it has ended, has continued without an answer, or is no longer in the store.
 */
export async function isWaitedFor(
  store: Pick<ExecutionStore, 'getExecution'>,
  { executionId, command }: { readonly executionId: string; readonly command: string },
): Promise<boolean> {
  const parent = await store.getExecution(executionId);
  if (parent === null || parent.snapshot === null) return false;
  return isCommandOpen(decodeSnapshot(parent.snapshot), command);
}
