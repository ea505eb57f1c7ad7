/** Operations on queues, and on the leaders and workers that serve them. */
import * as z from 'zod';
import { queueTaskStates } from '../../ports/store/task-store.ts';
import type { Operation } from './operation.ts';
import { count, exactly, nonEmptyText, timestamp } from './shapes.ts';

const queue = exactly({
  queue: nonEmptyText,
  weight: z
    .number()
    .nullable()
    .meta({ description: 'Null for a queue that the configuration does not have.' }),
  messages: exactly({
    ready: count,
    delayed: count,
    inFlight: count,
    dead: count,
    oldestMs: z.number().nullable(),
    paused: z.boolean(),
  })
    .nullable()
    .meta({ description: 'Null when the messages are in the memory of another process.' }),
  pausedSince: exactly({
    at: timestamp,
    by: z.string().nullable(),
    reason: z.string().nullable(),
  })
    .nullable()
    .meta({ description: 'The last pause, if it is known who paused it.' }),
  tasks: z
    .record(z.enum(queueTaskStates), count)
    .meta({ description: 'By state. A count of tasksCountedUpTo means that many or more.' }),
});

const changed = exactly({ queue: nonEmptyText, paused: z.boolean() });

/** Lists, shows, pauses, resumes and purges queues, and lists workers. */
export const queueOperations = {
  listQueues: {
    needs: 'read',
    method: 'GET',
    path: '/v1/queues',
    summary: 'Lists the queues, with their messages and tasks',
    reply: exactly({ queues: z.array(queue).readonly(), tasksCountedUpTo: count }),
  },
  getQueue: {
    needs: 'read',
    method: 'GET',
    path: '/v1/queues/{queue}',
    summary: 'Returns one queue, with its messages and tasks',
    reply: queue,
  },
  pauseQueue: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/queues/{queue}/pause',
    summary: 'Stops all workers from taking tasks from a queue; running tasks continue',
    body: exactly({ reason: nonEmptyText.max(1_000).exactOptional() }).default({}),
    reply: changed,
  },
  resumeQueue: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/queues/{queue}/resume',
    summary: 'Lets workers take tasks from a queue again',
    reply: changed,
  },
  purgeQueue: {
    needs: 'own',
    method: 'POST',
    path: '/v1/queues/{queue}/purge',
    summary: "Deletes a queue's messages; its tasks are queued again, or cancelled too",
    body: exactly({ cancelTasks: z.boolean().default(false) }).prefault({}),
    reply: exactly({ queue: nonEmptyText, messages: count, cancelled: count }),
  },
  listWorkers: {
    needs: 'read',
    method: 'GET',
    path: '/v1/workers',
    summary: 'Lists leaders and workers: those alive, and those lost within the last hour',
    reply: exactly({
      workers: z
        .array(
          exactly({
            workerId: nonEmptyText,
            role: z.string(),
            host: z.string(),
            pid: z.int(),
            version: z.string(),
            queues: z.array(z.string()).readonly(),
            concurrency: z.number().nullable(),
            startedAt: timestamp,
            alive: z.boolean(),
            running: count.meta({ description: 'The number of executions that it holds.' }),
            busy: count.nullable().meta({ description: 'Slots in use at its last heartbeat.' }),
            endedPerMinute: z.number().nullable(),
            commitMs: z.number().nullable().meta({ description: 'Median of its last commits.' }),
            takenOver: count.nullable().meta({
              description: 'Executions that it took over from lost workers since its start.',
            }),
            lastBeatAt: timestamp.nullable(),
            expiresInMs: z.number(),
            handlers: z.array(z.string()).readonly().nullable().meta({
              description: 'The handlers that it has; null when it does not name them.',
            }),
            lacks: z.array(z.string()).readonly().meta({
              description: 'Resources of integrations that it has met and cannot call.',
            }),
          }),
        )
        .readonly(),
    }),
  },
} as const satisfies Record<string, Operation>;
