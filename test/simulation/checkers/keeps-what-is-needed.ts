/**
 * Retention deletes what has ended long enough ago, and neither what the archive names nor an open
 * batch's.
 */
import { isChildMachine } from '../../../lib/batch/map-run/map-run-batch.ts';
import { isEnd } from '../../../lib/engine/status.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { Checker, Evidence } from './checker.ts';

/** See this file's head. */
export function keepsWhatIsNeeded(): Checker {
  const gone = new Set<string>();
  const look = async (evidence: Evidence): Promise<string[]> => {
    const broken: string[] = [];
    for (const [id, entry] of evidence.ledger.entries) {
      if (gone.has(id) || (await evidence.store.getExecution(id)) !== null) continue;
      gone.add(id);
      if (await isNeeded(evidence, entry)) broken.push(`${id} (${entry.status}) was deleted`);
    }
    return broken;
  };
  return {
    invariant: 'no execution is deleted that is open, archived, of an open batch or too young',
    look,
    judge: look,
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
  return (await store.getBatch(execution.batchId ?? ''))?.endedAt === null;
}
