/** Operations on batches. */
import * as z from 'zod';
import { itemMappingSchema } from '../../batch/batch-options.ts';
import { sourceSpecSchema } from '../../batch/source-spec.ts';
import type { BatchStatus } from '../../ports/batch-store.ts';
import type { Operation } from './operation.ts';
import { at, count, exactly, json, pageQuery, pageReply, text } from './shapes.ts';

const batchStatus = z.enum([
  'RUNNING',
  'PAUSED',
  'SUCCEEDED',
  'FAILED',
  'ABORTED',
] as const satisfies readonly BatchStatus[]);

const reason = z.string().nullable().meta({
  description: 'Why it is PAUSED, FAILED or ABORTED, or what keeps it from getting on.',
});
const parentExecutionId = z.string().nullable().meta({
  description: 'Of the run of a distributed Map: the execution whose Map it is.',
});

const batch = exactly({
  id: text,
  name: text,
  machineId: text,
  machineVersion: z.int(),
  status: batchStatus,
  reason,
  parentExecutionId,
  created: count.meta({ description: 'Executions recorded so far.' }),
  succeeded: count,
  failed: count,
  timedOut: count,
  aborted: count,
  sourceDone: z.boolean().meta({ description: 'Whether its source has been read to the end.' }),
  abortReason: z.string().nullable(),
  createdAt: at,
  endedAt: at.nullable(),
});

const batchReport = z.looseObject({
  batchId: text,
  name: text,
  status: batchStatus,
  reason,
  parentExecutionId,
  total: count.meta({ description: 'Executions recorded.' }),
  succeeded: count,
  failed: count.meta({ description: 'Ended FAILED, TIMED_OUT or ABORTED.' }),
  archived: count.meta({ description: 'Of those that failed, how many are in the archive.' }),
  seconds: z.number().meta({ description: 'From its creation to its end, or until now.' }),
  executionsPerSecond: z.number(),
  durationMs: exactly({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
  byError: z.record(z.string(), count),
  byPriority: z.record(z.string(), count),
});

/** Read when the batch is started: what each option may be stands in docs/configuration.md. */
const options = z.record(z.string(), json).meta({ description: 'As in the configuration.' });

const ordered = exactly({ batchId: text, status: batchStatus, reason: z.string().nullable() });

/** See this file's head. */
export const batchOperations = {
  listBatches: {
    method: 'GET',
    path: '/v1/batches',
    summary: 'Lists batches, the newest first',
    query: exactly({
      ...pageQuery,
      status: batchStatus.exactOptional(),
      name: text.exactOptional(),
    }),
    reply: pageReply('batches', batch),
  },
  startBatch: {
    method: 'POST',
    path: '/v1/batches',
    summary: 'Starts the batch of this name in the configuration, with what is said otherwise here',
    body: exactly({
      name: text,
      id: z
        .uuid()
        .toLowerCase()
        .exactOptional()
        .meta({ description: 'The same id starts it once, however often it is asked for.' }),
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
    summary: 'Tells how far a batch is',
    reply: batch,
  },
  getBatchReport: {
    method: 'GET',
    path: '/v1/batches/{batchId}/report',
    summary: "Sums up a batch, with the app's own figures: it may read all of its executions",
    reply: batchReport,
  },
  pauseBatch: {
    method: 'POST',
    path: '/v1/batches/{batchId}/pause',
    summary: 'Reads no more of its source; what was begun runs on',
    reply: ordered,
  },
  resumeBatch: {
    method: 'POST',
    path: '/v1/batches/{batchId}/resume',
    summary: 'Lets a paused batch go on',
    reply: ordered,
  },
  abortBatch: {
    method: 'POST',
    path: '/v1/batches/{batchId}/abort',
    summary: 'Stops it for good: what was begun is aborted, and then it ends ABORTED',
    body: exactly({ reason: text.max(1_000).exactOptional() }).default({}),
    reply: ordered,
  },
} as const satisfies Record<string, Operation>;
