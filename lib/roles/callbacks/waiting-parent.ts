/** Whether an execution still waits for what it has asked for, as its last checkpoint tells. */
import { isCommandOpen } from '../../engine/open-commands.ts';
import { decodeSnapshot } from '../../engine/snapshot.ts';
import type { ExecutionStore } from '../../ports/execution-store.ts';

/** False when it has ended, has gone on without an answer, or is no longer in the store. */
export async function isWaitedFor(
  store: Pick<ExecutionStore, 'getExecution'>,
  { executionId, command }: { readonly executionId: string; readonly command: string },
): Promise<boolean> {
  const parent = await store.getExecution(executionId);
  if (parent === null || parent.snapshot === null) return false;
  return isCommandOpen(decodeSnapshot(parent.snapshot), command);
}
