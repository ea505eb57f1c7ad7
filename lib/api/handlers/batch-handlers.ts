import type { Millrace } from '../../app/millrace.ts';
import { isObject, type Json } from '../../asl/json/json.ts';
import { isObjectUrl } from '../../batch/object-url.ts';
import { resultTypes } from '../../batch/results/result-format.ts';
import type { SourceSpec } from '../../batch/source-spec.ts';
import { MillraceError } from '../../errors.ts';
import type { BatchSummary } from '../../operations/batches/batch-view.ts';
import type { batchOperations } from '../contract/batches.ts';
import type { ApiCall, ApiReply, ApiRequest } from '../contract/contract.ts';
import type { StreamReply } from '../contract/stream-reply.ts';
import { type AppOpener, callerTrace, type OperationHandlers, splitQuery } from './app-opener.ts';
import { redactCause, redactorFor, redactResult } from './redacted-replies.ts';

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
      if (changes.source !== undefined) requireObject('source.path', changes.source);
      if (changes.path !== undefined) requireObject('path', changes);
      requireObjectOutput(changes.options?.results);
      const batch = await (await open()).batches.start(name, { ...changes, ...callerTrace(call) });
      await onBatch();
      return batch;
    },
    getBatch: async ({ params }) => {
      const { batches } = await open();
      const batch = await batches.get(params.batchId);
      return { ...batch, results: await batches.resultFile(batch.id) };
    },
    exportBatchResults: async (request, call) => exportResults(await open(), request, call),
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
function requireObject(field: string, source: SourceSpec | { readonly path?: string }): void {
  if (!('path' in source) || isObjectUrl(source.path ?? '')) return;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `body.${field}: expected an object in a bucket (s3://BUCKET/KEY), found '${source.path}': ` +
      'local files are read only for batches of the configuration',
  );
}

async function exportResults(
  app: Millrace,
  { params, query: { format, status, limit, cursor } }: ApiRequest<'exportBatchResults'>,
  call: ApiCall,
): Promise<StreamReply> {
  const { id, name } = await app.batches.get(params.batchId);
  const redactor = redactorFor(app, call);
  const pieces = app.batches.printResults(id, {
    format,
    ...(status !== undefined && { statuses: status }),
    ...(limit !== undefined && { rowsMax: limit }),
    ...(cursor !== undefined && { cursor }),
    ...(redactor !== null && { change: (row) => redactResult(row, redactor) }),
  });
  const filename = `${name}-${id}.${format}`;
  return { type: resultTypes[format], filename, pieces, isPage: limit !== undefined };
}

/** A remote caller must not choose which local files are written. */
function requireObjectOutput(results: Json | undefined): void {
  const output = isObject(results) ? results.output : undefined;
  if (typeof output !== 'string' || isObjectUrl(output)) return;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    'body.options.results.output: expected an object in a bucket (s3://BUCKET/KEY), found ' +
      `'${output}': local files are written only for batches of the configuration`,
  );
}
