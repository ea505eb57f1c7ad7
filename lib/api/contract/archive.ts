/**
 * Operations on the archive. An order about many entries takes no longer than a request may, and
 * answers a cursor when it is not done: given again with it, it goes on with the entries that were
 * there when it began.
 */
import * as z from 'zod';
import type { Operation } from './operation.ts';
import {
  at,
  count,
  exactly,
  json,
  moment,
  pageQuery,
  pageReply,
  queryMoment,
  text,
} from './shapes.ts';

const entry = {
  taskId: text,
  queue: text,
  body: z.string(),
  reason: z.string(),
  deliveries: count,
  sentAt: at,
  executionId: z.string().nullable(),
  executionName: z.string().nullable(),
  machineId: z.string().nullable(),
  batchId: z.string().nullable(),
  error: z.string().nullable(),
  cause: z.string().nullable(),
  attempts: count,
  archivedAt: at,
};

const filter = {
  batchId: text.exactOptional(),
  machineId: text.exactOptional(),
  queue: text.exactOptional(),
  error: text.exactOptional(),
};

const order = exactly({
  ...filter,
  taskIds: z.array(text).min(1).max(1_000).exactOptional(),
  archivedFrom: moment.exactOptional(),
  archivedBefore: moment.exactOptional(),
  all: z
    .literal(true)
    .exactOptional()
    .meta({ description: 'Everything in the archive: needed where no condition is given.' }),
  limit: z.int().min(1).exactOptional().meta({ description: 'At most this many, oldest first.' }),
  perSecond: z.int().min(1).exactOptional(),
  dryRun: z.boolean().default(false),
  cursor: text.exactOptional(),
});

const dryRun = {
  matching: count.meta({ description: 'How many it would be.' }),
  some: z
    .array(
      exactly({
        taskId: text,
        executionName: z.string().nullable(),
        error: z.string().nullable(),
        reason: z.string(),
      }),
    )
    .readonly(),
};

const nextOrder = z.string().nullable().meta({
  description: 'The cursor to go on with when there was not time for all; null when it is done.',
});

/** See this file's head. */
export const archiveOperations = {
  listArchive: {
    method: 'GET',
    path: '/v1/archive',
    summary: 'Lists what failed for good, the newest first',
    query: exactly({
      ...pageQuery,
      ...filter,
      archivedFrom: queryMoment.exactOptional(),
      archivedBefore: queryMoment.exactOptional(),
    }),
    reply: pageReply('entries', exactly(entry)),
  },
  getArchived: {
    method: 'GET',
    path: '/v1/archive/{taskId}',
    summary: 'Shows an entry, with what its execution was given',
    reply: exactly({
      ...entry,
      status: z.string().nullable(),
      input: json.meta({ description: 'Null when its execution is unknown.' }),
    }),
  },
  redriveArchived: {
    method: 'POST',
    path: '/v1/archive/redrive',
    summary: 'Runs archived executions again, each from the state that failed',
    body: order,
    reply: z.union([exactly(dryRun), exactly({ redriven: count, next: nextOrder })]),
  },
  deleteArchived: {
    method: 'POST',
    path: '/v1/archive/delete',
    summary: 'Takes entries out for good; their executions stay as they ended',
    body: order,
    reply: z.union([exactly(dryRun), exactly({ deleted: count, next: nextOrder })]),
  },
} as const satisfies Record<string, Operation>;
