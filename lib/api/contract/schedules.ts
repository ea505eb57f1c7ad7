/** Operations on the schedules of batches, and on events that start batches. */
import * as z from 'zod';
import { batchStatuses } from '../../ports/store/batch-store.ts';
import type { Operation } from './operation.ts';
import { count, exactly, json, nonEmptyText, timestamp } from './shapes.ts';

const reason = nonEmptyText.max(1_000).exactOptional();

const listed = exactly({
  name: nonEmptyText,
  machineId: nonEmptyText,
  schedule: z.string().nullable(),
  timeZone: z.string().nullable(),
  onObject: z.boolean(),
  paused: z
    .boolean()
    .nullable()
    .meta({ description: 'Null without a schedule, and where EventBridge does not tell.' }),
  pausedReason: z.string().nullable(),
  nextAt: timestamp.nullable(),
  lastDueAt: timestamp
    .nullable()
    .meta({ description: 'When the last occurrence that started was due, if that is recorded.' }),
  waiting: exactly({
    dueAt: timestamp,
    since: timestamp,
    tries: count,
    nextTryAt: timestamp,
    reason: z.string().nullable(),
  })
    .nullable()
    .meta({ description: 'An occurrence that could not be started yet: its file is late.' }),
  missed: exactly({ dueAt: timestamp, at: timestamp, reason: z.string() })
    .nullable()
    .meta({ description: 'An occurrence that did not start; null once a later one has.' }),
  seenAt: timestamp
    .nullable()
    .meta({ description: 'When a leader evaluated it last; null where EventBridge does.' }),
  last: exactly({
    batchId: nonEmptyText,
    status: nonEmptyText,
    createdAt: timestamp,
    endedAt: timestamp.nullable(),
  }).nullable(),
});

const changed = exactly({ name: nonEmptyText, paused: z.boolean() });

const started = exactly({
  batchId: nonEmptyText,
  name: nonEmptyText,
  status: z.enum(batchStatuses),
  started: z.boolean().meta({
    description: 'False: overlap is skip, and this is the batch of its name that is open.',
  }),
});

/** Lists, pauses, resumes and starts schedules; a schedule has the name of its batch. */
export const scheduleOperations = {
  listSchedules: {
    needs: 'read',
    method: 'GET',
    path: '/v1/schedules',
    summary: 'Lists the batches that start by a schedule or by an object, with their last run',
    reply: exactly({
      evaluatedBy: z
        .enum(['eventbridge', 'leader'])
        .meta({ description: 'leader: any process that runs one.' }),
      schedules: z.array(listed).readonly(),
    }),
  },
  pauseSchedule: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/schedules/{schedule}/pause',
    summary: 'Stops a schedule from starting its batch until it is resumed',
    body: exactly({ reason }).default({}),
    reply: changed,
  },
  resumeSchedule: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/schedules/{schedule}/resume',
    summary: 'Lets a schedule start its batch again; what was due meanwhile is skipped',
    body: exactly({ reason }).default({}),
    reply: changed,
  },
  startSchedule: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/schedules/{schedule}/start',
    summary: 'Starts the batch of a schedule now, or once for one of its times',
    body: exactly({
      at: timestamp
        .exactOptional()
        .meta({ description: 'A time at which it is due, such as one that was missed.' }),
    }).default({}),
    reply: started,
  },
  receiveEvent: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/events',
    summary:
      'Starts the batches that an event in the format of EventBridge requests, once for its id',
    body: z
      .looseObject({
        id: nonEmptyText.exactOptional(),
        source: z.string().exactOptional(),
        'detail-type': nonEmptyText,
        detail: json,
      })
      .meta({ description: 'millrace.batch.requested, or Object Created of aws.s3.' }),
    reply: exactly({ batches: z.array(started).readonly() }),
  },
} as const satisfies Record<string, Operation>;
