import type { BatchStore } from '../../../ports/store/batch-store.ts';
import { toStorableDeliveries, toStorableText } from '../../shared/storable.ts';
import { toExecutionDocuments } from '../execution-documents.ts';
import type { SqlSession } from '../sql-session.ts';
import { deleteEmptyBatch } from '../statements/batches/delete-empty-batch.ts';
import { pruneBatches } from '../statements/batches/prune-batches.ts';
import { releaseBatch } from '../statements/batches/release-batch.ts';
import { requestBatchAbort } from '../statements/batches/request-batch-abort.ts';
import { transitionBatch } from '../statements/batches/transition-batch.ts';

type BatchChanges = Pick<
  BatchStore,
  'releaseBatch' | 'transitionBatch' | 'requestBatchAbort' | 'deleteBatch' | 'pruneBatches'
>;

/** Changes of the status of batches, and their deletion, in SQL. */
export function createSqlBatchChanges(session: SqlSession): BatchChanges {
  return {
    releaseBatch: async (batchId, fence) =>
      void (await session.call(releaseBatch, { batchId, fence })),
    transitionBatch: async ({ reason, hold = false, memory = null, ...change }) => {
      const { deliveries, hooks = [], resultFile = null, ...fields } = change;
      const document = {
        ...fields,
        reason: reason === null ? null : toStorableText(reason),
        hold,
        memory,
        deliveries: toStorableDeliveries(deliveries),
        hooks: toExecutionDocuments(hooks),
        resultOutput: resultFile === null ? null : toStorableText(resultFile.output),
        resultFormat: resultFile?.format ?? null,
      };
      return (await session.one(transitionBatch, document)) !== null;
    },
    requestBatchAbort: async (batchId, reason) => {
      const fields = { batchId: toStorableText(batchId), reason: toStorableText(reason) };
      return (await session.one(requestBatchAbort, fields)) !== null;
    },
    deleteBatch: async (batchId) =>
      (await session.count(deleteEmptyBatch, { batchId: toStorableText(batchId) })) > 0,
    pruneBatches: (retentionMs, limit) => session.count(pruneBatches, { retentionMs, limit }),
  };
}
