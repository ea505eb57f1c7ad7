import type {
  LeasedResultFile,
  ResultFileRecord,
  ResultStore,
} from '../../../ports/store/results/result-store.ts';
import { toStorableText } from '../../shared/storable.ts';
import type { SqlSession } from '../sql-session.ts';
import { leaseResultFiles } from '../statements/results/lease-result-files.ts';
import { selectResultFile } from '../statements/results/select-result-file.ts';
import {
  settleResultFile,
  updateResultProgress,
} from '../statements/results/update-result-file.ts';

/** Files of results in SQL. */
export function createSqlResultStore(session: SqlSession): ResultStore {
  return {
    leaseResultFiles: (limit, leaseMs) =>
      session.call<LeasedResultFile>(leaseResultFiles, { limit, leaseMs }),
    saveResultProgress: async (batchId, fence, progress, leaseMs) => {
      const fields = { batchId, fence, ...progress, leaseMs };
      return (await session.one(updateResultProgress, fields)) !== null;
    },
    settleResultFile: async (batchId, fence, outcome) => {
      const reason = outcome.reason === null ? null : toStorableText(outcome.reason);
      const fields = { batchId, fence, ...outcome, reason };
      return (await session.one(settleResultFile, fields)) !== null;
    },
    getResultFile: (batchId) =>
      session.one<ResultFileRecord>(selectResultFile, { batchId: toStorableText(batchId) }),
  };
}
