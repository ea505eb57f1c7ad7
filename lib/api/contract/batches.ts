/** Operations on batches. */
import * as z from 'zod';
import { itemMappingSchema } from '../../batch/batch-options.ts';
import { resultFormats } from '../../batch/results/result-format.ts';
import { sourceSpecSchema } from '../../batch/source-spec.ts';
import { executionStatuses } from '../../engine/status.ts';
import { batchStatuses } from '../../ports/store/batch-store.ts';
import type { Operation } from './operation.ts';
import {
  count,
  exactly,
  json,
  lookedAt,
  next,
  nonEmptyText,
  pageQuery,
  queryMoment,
  queryNumber,
  queryTexts,
  timestamp,
} from './shapes.ts';
import type { StreamReply } from './stream-reply.ts';

const batchStatus = z.enum(batchStatuses);

const reason = z.string().nullable().meta({
  description: 'Why it is PAUSED, FAILED or ABORTED, or what blocks it.',
});
const parentExecutionId = z.string().nullable().meta({
  description: 'The execution whose distributed Map it runs; null for any other batch.',
});

const batchFields = {
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
  retried: count.meta({ description: 'Attempts that failed and were or will be retried.' }),
  leftOut: count.meta({
    description: 'Items left out, because earlier executions have their names or sources.',
  }),
  onHold: z.boolean().meta({
    description: 'Whether executions of it that have not begun are held back, retries included.',
  }),
  sourceDone: z.boolean().meta({ description: 'Whether its source has been read to the end.' }),
  sourceRead: exactly({ bytes: count, ofBytes: count })
    .nullable()
    .meta({ description: 'How much of the file has been read; null when that is not known.' }),
  failurePolicy: exactly({ softThreshold: z.number(), hardThreshold: z.number() })
    .nullable()
    .meta({ description: 'The failure rates that warn and that pause it, from 0 to 1.' }),
  abortReason: z.string().nullable(),
  createdAt: timestamp,
  endedAt: timestamp.nullable(),
};

const batch = exactly(batchFields);

/** The file of the option `results`. */
const resultFile = exactly({
  status: z.enum(['PENDING', 'WRITTEN', 'FAILED']),
  output: nonEmptyText,
  format: nonEmptyText,
  items: count.meta({ description: 'Rows so far.' }),
  bytes: count,
  attempts: count,
  reason: z.string().nullable().meta({ description: 'Why it is not written, or not yet.' }),
  endedAt: timestamp.nullable(),
}).meta({ description: 'The file that the option results writes; null without one, or an end.' });

/** What the executions of a batch or of a machine do in one state. */
export const stateCounts = exactly({
  name: nonEmptyText,
  current: count.meta({ description: 'How many are in it now.' }),
  entered: count,
  failed: count.meta({ description: 'How many executions ended in it without success.' }),
  caught: count.meta({ description: 'How many failures a catcher has handled.' }),
  retried: count.meta({ description: 'How many retries a retrier has made.' }),
  tookMs: exactly({ p50: z.number(), p95: z.number(), p99: z.number() })
    .nullable()
    .meta({ description: 'From entry to exit; null when not measured.' }),
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
  leftOut: batchFields.leftOut,
  retried: batchFields.retried,
  onHold: batchFields.onHold,
  open: exactly({
    running: count,
    pending: count,
    retrying: count,
    sleeping: count,
    waiting: count,
    heldBack: count,
  }).meta({ description: 'Where the executions are that have not ended.' }),
  archived: count.meta({ description: 'The number of failed executions in the archive.' }),
  seconds: z.number().meta({ description: 'From its creation to its end, or until now.' }),
  executionsPerSecond: z.number(),
  perSecond: z
    .number()
    .nullable()
    .meta({ description: 'Executions that ended per second in the last minute.' }),
  secondsLeft: z.number().nullable().meta({ description: 'How long it takes at this rate.' }),
  durationMs: exactly({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
  byError: z.record(z.string(), count),
  byRetriedError: z.record(z.string(), count).meta({
    description: 'Executions that wait for a retry, by the error of their last attempt.',
  }),
  byPriority: z.record(z.string(), count),
  changes: z
    .array(
      exactly({
        at: timestamp,
        action: nonEmptyText,
        by: z.string().nullable(),
        via: nonEmptyText,
        reason: z.string().nullable(),
      }),
    )
    .readonly()
    .meta({ description: 'Who paused, resumed or stopped it, newest first.' }),
});

const reasonField = nonEmptyText.max(1_000).exactOptional();

/** Checked when the batch starts; docs/configuration.md describes each option. */
const options = z.record(z.string(), json).meta({ description: 'As in the configuration.' });

const changed = exactly({
  batchId: nonEmptyText,
  status: batchStatus,
  reason: z.string().nullable(),
});

/**
 * Lists, starts, shows, pauses, resumes, cancels and deletes batches. A batch is named by its id,
 * by its name for the newest of that name, or as `latest`.
 */
export const batchOperations = {
  listBatches: {
    needs: 'read',
    method: 'GET',
    path: '/v1/batches',
    summary: 'Lists batches, newest first',
    query: exactly({
      ...pageQuery,
      status: queryTexts(batchStatuses).exactOptional(),
      name: nonEmptyText.exactOptional(),
      machineId: nonEmptyText.exactOptional(),
      createdFrom: queryMoment.exactOptional(),
      createdBefore: queryMoment.exactOptional(),
    }),
    reply: exactly({ batches: z.array(batch).readonly(), next, lookedAt }),
  },
  startBatch: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/batches',
    summary: 'Starts a batch of the configuration by its name, with the given changes',
    body: exactly({
      name: nonEmptyText,
      id: nonEmptyText
        .max(200)
        .exactOptional()
        .meta({
          description:
            'An id of your own, such as a date, starts it once, however often it is sent; other ' +
            'arguments are a CONFLICT. Any but a UUID is unique for the name.',
        }),
      source: sourceSpecSchema.exactOptional(),
      path: nonEmptyText
        .exactOptional()
        .meta({ description: 'The object that its source reads; {date} is filled in.' }),
      namePrefix: nonEmptyText.exactOptional(),
      values: z
        .record(z.string(), z.string())
        .exactOptional()
        .meta({ description: 'Values of placeholders: region for {region}.' }),
      at: timestamp
        .exactOptional()
        .meta({ description: 'The moment whose date {date} stands for; now by default.' }),
      item: itemMappingSchema.exactOptional(),
      options: options.exactOptional(),
    }),
    reply: exactly({
      ...batchFields,
      started: z.boolean().meta({
        description: 'False: overlap is skip, and this is the batch of its name that is open.',
      }),
    }),
    creates: true,
  },
  getBatch: {
    needs: 'read',
    method: 'GET',
    path: '/v1/batches/{batchId}',
    summary: 'Returns one batch with its counters; by its id, its name or as latest',
    reply: exactly({ ...batchFields, results: resultFile.nullable() }),
  },
  exportBatchResults: {
    needs: 'read',
    method: 'GET',
    path: '/v1/batches/{batchId}/results',
    summary: 'Sends the input, the output and the error of each item, in the order of the items',
    query: exactly({
      format: z.enum(resultFormats).default('jsonl'),
      status: queryTexts(executionStatuses).exactOptional(),
      limit: queryNumber(1, 1_000)
        .exactOptional()
        .meta({ description: 'Sends at most so many; the header x-millrace-next has the cursor.' }),
      cursor: nonEmptyText.exactOptional(),
    }),
    repliesFile: ['application/jsonl', 'text/csv', 'application/json'],
    reply: z.custom<StreamReply>(),
  },
  getBatchReport: {
    needs: 'read',
    method: 'GET',
    path: '/v1/batches/{batchId}/report',
    summary: "Returns a batch's figures and the app's own; it may read all of its executions",
    reply: batchReport,
  },
  getBatchStates: {
    needs: 'read',
    method: 'GET',
    path: '/v1/batches/{batchId}/states',
    summary: "Returns how many of a batch's executions are, failed and were retried in each state",
    reply: exactly({
      asOf: timestamp,
      exactness: z.enum(['exact', 'sampled', 'none']),
      notBegunOrReopened: count,
      ended: z.record(z.string(), count).meta({ description: 'By status.' }),
      states: z.array(stateCounts).readonly(),
    }),
  },
  getBatchFailures: {
    needs: 'read',
    method: 'GET',
    path: '/v1/batches/{batchId}/failures',
    summary: 'Returns the failures of a batch by error and state, the most frequent first',
    query: exactly({ limit: queryNumber(1, 1_000, 50).default(50) }),
    reply: exactly({
      rows: z
        .array(
          exactly({
            error: nonEmptyText,
            state: z.string(),
            count,
            firstAt: timestamp,
            lastAt: timestamp,
            sample: exactly({
              executionId: nonEmptyText,
              name: z.string().nullable(),
              cause: z.string().nullable(),
            }).nullable(),
          }),
        )
        .readonly(),
      other: count.meta({ description: 'Failures with names that were too many to keep apart.' }),
    }),
  },
  pauseBatch: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/batches/{batchId}/pause',
    summary: 'Stops the fan-out of a batch; recorded executions continue, or are held back',
    body: exactly({ reason: reasonField, hold: z.boolean().exactOptional() }).default({}),
    reply: changed,
  },
  resumeBatch: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/batches/{batchId}/resume',
    summary: 'Continues a paused batch',
    body: exactly({ reason: reasonField }).default({}),
    reply: changed,
  },
  cancelBatch: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/batches/{batchId}/cancel',
    summary: 'Stops a batch and its open executions, and then ends it ABORTED',
    body: exactly({ reason: reasonField }).default({}),
    reply: changed,
  },
  deleteBatch: {
    needs: 'own',
    method: 'POST',
    path: '/v1/batches/{batchId}/delete',
    summary: 'Deletes a batch that has ended, with its executions and all figures',
    reply: exactly({ batchId: nonEmptyText, deleted: count }),
  },
} as const satisfies Record<string, Operation>;
