import { isChildMachine, parseMapRun } from '../../../lib/batch/map-run/map-run-batch.ts';
import { parseMapRunMemory } from '../../../lib/batch/map-run/map-run-memory.ts';
import { isEnd } from '../../../lib/engine/status.ts';
import type { BatchRecord } from '../../../lib/ports/store/batch-store.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { Checker, Evidence } from './checker.ts';

/**
 * Checks that retention deletes only executions that ended long enough ago, and that are neither in
 * the archive nor of an open batch.
 */
export function retentionSafe(): Checker {
  const deleted = new Set<string>();
  const findDeleted = async (evidence: Evidence): Promise<string[]> => {
    const broken: string[] = [];
    for (const [id, entry] of evidence.ledger.entries) {
      if (deleted.has(id) || (await evidence.store.getExecution(id)) !== null) continue;
      deleted.add(id);
      if (await isNeeded(evidence, entry)) broken.push(`${id} (${entry.status}) was deleted`);
    }
    return broken;
  };
  return {
    invariant:
      'retention never deletes an execution that is open, archived, of an open batch or too young',
    inspect: findDeleted,
    verify: findDeleted,
  };
}

async function isNeeded(
  { store, settings, now }: Evidence,
  { status, execution, endedAt }: LedgerEntry,
): Promise<boolean> {
  const { retentionMs = settings.retentionMs } = execution;
  if (endedAt === null || now - endedAt < retentionMs) return true;
  const isArchived = !isChildMachine(execution.machineId) && status !== 'SUCCEEDED';
  if (!isEnd(status) || (isArchived && status !== 'ABORTED')) return true;
  const batch = await store.getBatch(execution.batchId ?? '');
  return batch !== null && batch.endedAt === null && !isRedriven(batch);
}

/** Whether a map run was opened again: its children may have been deleted just before. */
function isRedriven(batch: BatchRecord): boolean {
  const mapRun = parseMapRun(batch);
  if (mapRun === null) return false;
  return parseMapRunMemory(batch.memory, mapRun.parent).command !== mapRun.parent.command;
}
