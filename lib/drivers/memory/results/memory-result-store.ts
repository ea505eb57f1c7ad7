import type {
  NewResultFile,
  ResultFileRecord,
  ResultStore,
} from '../../../ports/store/results/result-store.ts';
import { toStorableText } from '../../shared/storable.ts';
import { type MemoryTables, type ResultFileRow, sortedBy } from '../memory-tables.ts';

/** Files of results in memory. */
export function createMemoryResultStore(tables: MemoryTables): ResultStore {
  const { resultFiles, now } = tables;
  const underFence = (batchId: string, fence: number, change: (row: ResultFileRow) => void) => {
    const row = resultFiles.get(batchId);
    if (row?.fence !== fence || row.status !== 'PENDING') return false;
    change(row);
    return true;
  };
  return {
    leaseResultFiles: async (limit, leaseMs) => {
      const due = [...resultFiles.values()].filter(
        ({ status, dueAt }) => status === 'PENDING' && dueAt <= now(),
      );
      return sortedBy(due, ({ dueAt }) => dueAt)
        .slice(0, limit)
        .map((row) => {
          row.attempts += 1;
          row.fence += 1;
          row.dueAt = now() + leaseMs;
          const { dueAt: _, status: __, reason: ___, endedAt: ____, ...leased } = row;
          return leased;
        });
    },
    saveResultProgress: async (batchId, fence, progress, leaseMs) =>
      underFence(batchId, fence, (row) => {
        const attempts = progress.bytes > row.bytes ? 0 : row.attempts;
        Object.assign(row, progress, { attempts, reason: null, dueAt: now() + leaseMs });
      }),
    settleResultFile: async (batchId, fence, { retryInMs, ...outcome }) =>
      underFence(batchId, fence, (row) => {
        const endedAt = outcome.status === 'PENDING' ? null : now();
        const reason = outcome.reason === null ? null : toStorableText(outcome.reason);
        Object.assign(row, outcome, { reason, endedAt, dueAt: now() + retryInMs });
      }),
    getResultFile: async (batchId) => {
      const row = resultFiles.get(toStorableText(batchId));
      return row === undefined ? null : toRecord(row);
    },
  };
}

function toRecord(row: ResultFileRow): ResultFileRecord {
  const { batchId: _, fence, dueAt, progress, ...record } = row;
  return record;
}

/** Records the file of a batch that has ended, in place of one from an earlier end. */
export function addResultFile(
  { resultFiles, now }: MemoryTables,
  batchId: string,
  { output, format }: NewResultFile,
): void {
  const fence = (resultFiles.get(batchId)?.fence ?? -1) + 1;
  resultFiles.set(batchId, {
    batchId,
    output,
    format,
    status: 'PENDING',
    items: 0,
    bytes: 0,
    attempts: 0,
    fence,
    dueAt: now(),
    progress: null,
    reason: null,
    endedAt: null,
  });
}
