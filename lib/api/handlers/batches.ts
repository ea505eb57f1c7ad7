/** Operations on batches, as an app carries them out. */

import { mapRunOf } from '../../batch/map-run/map-run-batch.ts';
import { isObjectUrl } from '../../batch/object-url.ts';
import type { SourceSpec } from '../../batch/source-spec.ts';
import { MillraceError } from '../../errors.ts';
import type { BatchRecord } from '../../ports/batch-store.ts';
import type { batchOperations } from '../contract/batches.ts';
import type { ApiReply } from '../contract/contract.ts';
import type { AppOpener, Some } from './app-opener.ts';

/** See this file's head. */
export function batchesOf(
  open: AppOpener,
  onBatch: () => Promise<void>,
): Some<keyof typeof batchOperations> {
  return {
    listBatches: async ({ query: { limit, cursor, ...filter } }) => {
      const { store } = await open();
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      const { entries, next } = await store.listBatches(filter, page);
      return { batches: entries.map(shown), next };
    },
    startBatch: async ({ body: { name, ...changes } }) => {
      if (changes.source !== undefined) requireRemote(changes.source);
      const batch = await (await open()).startBatch(name, changes);
      await onBatch();
      return shown(batch);
    },
    getBatch: async ({ params: { batchId } }) => {
      const batch = await (await open()).store.getBatch(batchId);
      if (batch !== null) return shown(batch);
      const message = `the store has no batch with the id ${batchId}`;
      throw new MillraceError('UNKNOWN_BATCH', message, { fields: { batchId } });
    },
    getBatchReport: async ({ params }) => (await open()).report(params.batchId),
    pauseBatch: async ({ params }) => ordered(await (await open()).pauseBatch(params.batchId)),
    resumeBatch: async ({ params }) => {
      const batch = await (await open()).resumeBatch(params.batchId);
      await onBatch();
      return ordered(batch);
    },
    abortBatch: async ({ params, body: { reason } }) => {
      const batch = await (await open()).abortBatch(params.batchId, reason);
      await onBatch();
      return ordered(batch);
    },
  };
}

/** Without what a leader alone reads, and without documents, which may be large. */
function shown(batch: BatchRecord): ApiReply<'getBatch'> {
  const { source: _, options, cursor, memory, sentIndex, ...rest } = batch;
  return { ...rest, parentExecutionId: mapRunOf(batch)?.parent.executionId ?? null };
}

function ordered({ id, status, reason }: BatchRecord): ApiReply<'pauseBatch'> {
  return { batchId: id, status, reason };
}

/** A caller from outside has no say over which files of this machine are read. */
function requireRemote(source: SourceSpec): void {
  if (!('path' in source) || isObjectUrl(source.path)) return;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `body.source.path: expected an object of a bucket (s3://BUCKET/KEY), found '${source.path}': ` +
      'files of the machine are read for batches of the configuration alone',
  );
}
