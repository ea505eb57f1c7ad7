/** Operations on batches. */
import * as z from 'zod';
import { itemMappingSchema } from '../../batch/batch-options.ts';
import { sourceSpecSchema } from '../../batch/source-spec.ts';
import type { BatchStatus } from '../../ports/store/batch-store.ts';
import type { Operation } from './operation.ts';
import { count, exactly, json, nonEmptyText, pageQuery, pageReply, timestamp } from './shapes.ts';

const batchStatus = z.enum([
  'RUNNING',
  'PAUSED',
  'SUCCEEDED',
  'FAILED',
  'ABORTED',
] as const satisfies readonly BatchStatus[]);

const reason = z.string().nullable().meta({
  description: 'Why it is PAUSED, FAILED or ABORTED, or what blocks it.',
});
const parentExecutionId = z.string().nullable().meta({
  description: 'The execution whose distributed Map it runs; null for any other batch.',
});

const batch = exactly({
  id: nonEmptyText,
  name: nonEmptyText,
  machineId: nonEmptyText,
  machineVersion: z.int(),
  status: batchStatus,
  reason,
  parentExecutionId,
  created: count.meta({ description: 'The number of executions recorded so far.' }),
  succeeded: count,
  failed: count,
  timedOut: count,
  aborted: count,
  sourceDone: z.boolean().meta({ description: 'Whether its source has been read to the end.' }),
  abortReason: z.string().nullable(),
  createdAt: timestamp,
  endedAt: timestamp.nullable(),
});

const batchReport = z.looseObject({
  batchId: nonEmptyText,
  name: nonEmptyText,
  status: batchStatus,
  reason,
  parentExecutionId,
  total: count.meta({ description: 'The number of executions recorded.' }),
  succeeded: count,
  failed: count.meta({ description: 'The number that ended FAILED, TIMED_OUT or ABORTED.' }),
  archived: count.meta({ description: 'The number of failed executions in the archive.' }),
  seconds: z.number().meta({ description: 'From its creation to its end, or until now.' }),
  executionsPerSecond: z.number(),
  durationMs: exactly({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
  byError: z.record(z.string(), count),
  byPriority: z.record(z.string(), count),
});

/** Checked when the batch starts; docs/configuration.md describes each option. */
const options = z.record(z.string(), json).meta({ description: 'As in the configuration.' });

const changed = exactly({
  batchId: nonEmptyText,
  status: batchStatus,
  reason: z.string().nullable(),
});

/** Lists, starts, shows, pauses, resumes and cancels batches. */
export const batchOperations = {
  listBatches: {
    method: 'GET',
    path: '/v1/batches',
    summary: 'Lists batches, newest first',
    query: exactly({
      ...pageQuery,
      status: batchStatus.exactOptional(),
      name: nonEmptyText.exactOptional(),
    }),
    reply: pageReply('batches', batch),
  },
  startBatch: {
    method: 'POST',
    path: '/v1/batches',
    summary: 'Starts a batch of the configuration by its name, with the given changes',
    body: exactly({
      name: nonEmptyText,
      id: z
        .uuid()
        .toLowerCase()
        .exactOptional()
        .meta({ description: 'An id of your own starts it once, however often it is sent.' }),
      source: sourceSpecSchema.exactOptional(),
      item: itemMappingSchema.exactOptional(),
      options: options.exactOptional(),
    }),
    reply: batch,
    creates: true,
  },
  getBatch: {
    method: 'GET',
    path: '/v1/batches/{batchId}',
    summary: 'Returns one batch with its counters',
    reply: batch,
  },
  getBatchReport: {
    method: 'GET',
    path: '/v1/batches/{batchId}/report',
    summary: "Returns a batch's figures and the app's own; it may read all of its executions",
    reply: batchReport,
  },
  pauseBatch: {
    method: 'POST',
    path: '/v1/batches/{batchId}/pause',
    summary: 'Stops the fan-out of a batch; recorded executions continue',
    reply: changed,
  },
  resumeBatch: {
    method: 'POST',
    path: '/v1/batches/{batchId}/resume',
    summary: 'Continues a paused batch',
    reply: changed,
  },
  cancelBatch: {
    method: 'POST',
    path: '/v1/batches/{batchId}/cancel',
    summary: 'Stops a batch and its open executions, and then ends it ABORTED',
    body: exactly({ reason: nonEmptyText.max(1_000).exactOptional() }).default({}),
    reply: changed,
  },
} as const satisfies Record<string, Operation>;
