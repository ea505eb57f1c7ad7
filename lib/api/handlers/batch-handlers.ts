import { isObjectUrl } from '../../batch/object-url.ts';
import type { SourceSpec } from '../../batch/source-spec.ts';
import { MillraceError } from '../../errors.ts';
import type { BatchSummary } from '../../operations/batches.ts';
import type { batchOperations } from '../contract/batches.ts';
import type { ApiReply } from '../contract/contract.ts';
import { type AppOpener, type OperationHandlers, splitQuery } from './app-opener.ts';

/** Handles the operations on batches. */
export function batchHandlers(
  open: AppOpener,
  onBatch: () => Promise<void>,
): OperationHandlers<keyof typeof batchOperations> {
  return {
    listBatches: async ({ query }) => {
      const { page, filter } = splitQuery(query);
      const { entries, next } = await (await open()).batches.list(filter, page);
      return { batches: entries, next };
    },
    startBatch: async ({ body: { name, ...changes } }) => {
      if (changes.source !== undefined) requireObject(changes.source);
      const batch = await (await open()).batches.start(name, changes);
      await onBatch();
      return batch;
    },
    getBatch: async ({ params }) => (await open()).batches.get(params.batchId),
    getBatchReport: async ({ params }) => (await open()).batches.report(params.batchId),
    pauseBatch: async ({ params }) => toReply(await (await open()).batches.pause(params.batchId)),
    resumeBatch: async ({ params }) => {
      const batch = await (await open()).batches.resume(params.batchId);
      await onBatch();
      return toReply(batch);
    },
    cancelBatch: async ({ params, body: { reason } }) => {
      const batch = await (await open()).batches.cancel(params.batchId, reason);
      await onBatch();
      return toReply(batch);
    },
  };
}

function toReply({ id, status, reason }: BatchSummary): ApiReply<'pauseBatch'> {
  return { batchId: id, status, reason };
}

/** A remote caller must not choose which local files are read. */
function requireObject(source: SourceSpec): void {
  if (!('path' in source) || isObjectUrl(source.path)) return;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `body.source.path: expected an object in a bucket (s3://BUCKET/KEY), found '${source.path}': ` +
      'local files are read only for batches of the configuration',
  );
}
