import { isObjectUrl } from '../../batch/object-url.ts';
import type { SourceSpec } from '../../batch/source-spec.ts';
import { MillraceError } from '../../errors.ts';
import type { BatchSummary } from '../../operations/batches/batch-view.ts';
import type { batchOperations } from '../contract/batches.ts';
import type { ApiReply } from '../contract/contract.ts';
import { type AppOpener, callerTrace, type OperationHandlers, splitQuery } from './app-opener.ts';
import { redactCause, redactorFor } from './redacted-replies.ts';

/** Handles the operations on batches. */
export function batchHandlers(
  open: AppOpener,
  onBatch: () => Promise<void>,
): OperationHandlers<keyof typeof batchOperations> {
  return {
    listBatches: async ({ query }) => {
      const { page, filter } = splitQuery(query);
      const { status, ...conditions } = filter;
      const selected = { ...conditions, ...(status !== undefined && { statuses: status }) };
      const { entries, ...rest } = await (await open()).batches.list(selected, page);
      return { batches: entries, ...rest };
    },
    startBatch: async ({ body: { name, ...changes } }, call) => {
      if (changes.source !== undefined) requireObject(changes.source);
      const batch = await (await open()).batches.start(name, { ...changes, ...callerTrace(call) });
      await onBatch();
      return batch;
    },
    getBatch: async ({ params }) => (await open()).batches.get(params.batchId),
    getBatchReport: async ({ params }) => (await open()).batches.report(params.batchId),
    getBatchStates: async ({ params }) => (await open()).figures.batchStates(params.batchId),
    getBatchFailures: async ({ params, query }, call) => {
      const app = await open();
      const redactor = redactorFor(app, call);
      const { rows, other } = await app.figures.batchFailures(params.batchId, query.limit);
      const shown = rows.map(({ sample, ...row }) => {
        return { ...row, sample: sample && redactCause(sample, redactor) };
      });
      return { rows: shown, other };
    },
    pauseBatch: async ({ params, body }) =>
      toReply(await (await open()).batches.pause(params.batchId, body)),
    resumeBatch: async ({ params, body: { reason } }) => {
      const batch = await (await open()).batches.resume(params.batchId, reason);
      await onBatch();
      return toReply(batch);
    },
    cancelBatch: async ({ params, body: { reason } }) => {
      const batch = await (await open()).batches.cancel(params.batchId, reason);
      await onBatch();
      return toReply(batch);
    },
    deleteBatch: async ({ params }) => {
      const { id, deleted } = await (await open()).batches.delete(params.batchId);
      return { batchId: id, deleted };
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
