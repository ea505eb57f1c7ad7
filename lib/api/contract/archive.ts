/** Operations on the archive. */
import * as z from 'zod';
import type { Operation } from './operation.ts';
import {
  count,
  exactly,
  labelFilter,
  moment,
  nonEmptyText,
  pageQuery,
  pageReply,
  queryLabels,
  queryMoment,
  queryNumber,
  replyJson,
  timestamp,
} from './shapes.ts';

const entry = {
  taskId: nonEmptyText,
  queue: nonEmptyText,
  body: z.string(),
  reason: z.string(),
  deliveries: count,
  sentAt: timestamp,
  executionId: z.string().nullable(),
  executionName: z.string().nullable(),
  machineId: z.string().nullable(),
  batchId: z.string().nullable(),
  error: z.string().nullable(),
  cause: z.string().nullable(),
  attempts: count,
  archivedAt: timestamp,
};

const filter = {
  batchId: nonEmptyText.exactOptional(),
  machineId: nonEmptyText.exactOptional(),
  queue: nonEmptyText.exactOptional(),
  error: nonEmptyText.exactOptional(),
};

const command = exactly({
  ...filter,
  taskIds: z.array(nonEmptyText).min(1).max(1_000).exactOptional(),
  archivedFrom: moment.exactOptional(),
  archivedBefore: moment.exactOptional(),
  labels: labelFilter.exactOptional(),
  all: z
    .literal(true)
    .exactOptional()
    .meta({ description: 'Selects the whole archive. Required without a condition.' }),
  limit: z
    .int()
    .min(1)
    .exactOptional()
    .meta({ description: 'Maximum number of entries, oldest first.' }),
  perSecond: z.int().min(1).exactOptional(),
  dryRun: z.boolean().default(false),
  cursor: nonEmptyText.exactOptional(),
});

const dryRun = {
  matching: count.meta({ description: 'The number of entries that it would take.' }),
  some: z
    .array(
      exactly({
        taskId: nonEmptyText,
        executionName: z.string().nullable(),
        error: z.string().nullable(),
        reason: z.string(),
      }),
    )
    .readonly(),
};

/** Maximum number of refused entries in a reply. */
export const refusedMax = 100;

const nextCommand = z.string().nullable().meta({
  description: 'The cursor that continues the command when time ran out; null when it is done.',
});

/**
 * Lists, shows, redrives and deletes archived tasks. A command on many entries ends within the time
 * of a request. If it is not done by then, its reply has a cursor: the same command with the cursor
 * continues with the entries that existed at the start.
 */
export const archiveOperations = {
  listArchive: {
    needs: 'read',
    method: 'GET',
    path: '/v1/archive',
    summary: 'Lists the tasks whose retries are exhausted, newest first',
    query: exactly({
      ...pageQuery,
      ...filter,
      archivedFrom: queryMoment.exactOptional(),
      archivedBefore: queryMoment.exactOptional(),
      labels: queryLabels.exactOptional(),
    }),
    reply: pageReply('entries', exactly(entry)),
  },
  getArchiveSummary: {
    needs: 'read',
    method: 'GET',
    path: '/v1/archive/summary',
    summary: 'Counts the archive by error, machine and queue, the most frequent first',
    query: exactly({ limit: queryNumber(1, 1_000, 50).default(50) }),
    reply: exactly({
      total: count,
      isMinimum: z.boolean(),
      rows: z
        .array(
          exactly({
            error: z.string().nullable(),
            machineId: z.string().nullable(),
            queue: nonEmptyText,
            count,
          }),
        )
        .readonly(),
    }),
  },
  getArchived: {
    needs: 'read',
    method: 'GET',
    path: '/v1/archive/{taskId}',
    summary: 'Returns one entry, with the input of its execution',
    reply: exactly({
      ...entry,
      status: z.string().nullable(),
      input: replyJson.meta({ description: 'Null when its execution is unknown.' }),
    }),
  },
  redriveArchived: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/archive/redrive',
    summary: 'Runs archived executions again, each from the state that failed',
    body: exactly({
      ...command.shape,
      latest: z.boolean().default(false).meta({
        description: 'Continues under the newest definitions of the machines.',
      }),
    }),
    reply: z.union([
      exactly(dryRun),
      exactly({
        redriven: count,
        next: nextCommand,
        refused: z
          .array(exactly({ taskId: nonEmptyText, problem: z.string() }))
          .max(refusedMax)
          .readonly()
          .meta({
            description:
              `Up to ${refusedMax} entries that cannot continue under the newest definitions, ` +
              'and stay in the archive.',
          }),
      }),
    ]),
  },
  deleteArchived: {
    needs: 'own',
    method: 'POST',
    path: '/v1/archive/delete',
    summary: 'Deletes entries permanently; their executions are kept',
    body: command,
    reply: z.union([exactly(dryRun), exactly({ deleted: count, next: nextCommand })]),
  },
} as const satisfies Record<string, Operation>;
