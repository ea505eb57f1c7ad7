/** Operations on queues, and on the processes that take from them. */
import * as z from 'zod';
import { taskStates } from '../../ports/task-store.ts';
import type { Operation } from './operation.ts';
import { at, count, exactly, text } from './shapes.ts';

const queue = exactly({
  queue: text,
  weight: z.number().nullable().meta({ description: 'Null for one outside the configuration.' }),
  messages: exactly({
    ready: count,
    delayed: count,
    inFlight: count,
    dead: count,
    oldestMs: z.number().nullable(),
    paused: z.boolean(),
  })
    .nullable()
    .meta({ description: "Null where the queues lie in another process's memory." }),
  tasks: z
    .record(z.enum(taskStates), count)
    .meta({ description: 'By state, none above tasksCountedUpTo: that many or more.' }),
});

const ordered = exactly({ queue: text, paused: z.boolean() });

/** See this file's head. */
export const queueOperations = {
  listQueues: {
    method: 'GET',
    path: '/v1/queues',
    summary: 'Lists the queues, with what waits in each',
    reply: exactly({ queues: z.array(queue).readonly(), tasksCountedUpTo: count }),
  },
  getQueue: {
    method: 'GET',
    path: '/v1/queues/{queue}',
    summary: 'Tells what waits in a queue',
    reply: queue,
  },
  pauseQueue: {
    method: 'POST',
    path: '/v1/queues/{queue}/pause',
    summary: 'Has every worker leave a queue alone; what runs runs on',
    reply: ordered,
  },
  resumeQueue: {
    method: 'POST',
    path: '/v1/queues/{queue}/resume',
    summary: 'Has workers take from a queue again',
    reply: ordered,
  },
  purgeQueue: {
    method: 'POST',
    path: '/v1/queues/{queue}/purge',
    summary: "Deletes a queue's messages; its tasks are queued again, or are aborted too",
    body: exactly({ abortTasks: z.boolean().default(false) }).prefault({}),
    reply: exactly({ queue: text, messages: count, aborted: count }),
  },
  listWorkers: {
    method: 'GET',
    path: '/v1/workers',
    summary: 'Lists leaders and workers that are alive, and those lost within the last hour',
    reply: exactly({
      workers: z
        .array(
          exactly({
            workerId: text,
            role: z.string(),
            host: z.string(),
            pid: z.int(),
            version: z.string(),
            queues: z.array(z.string()).readonly(),
            concurrency: z.number().nullable(),
            startedAt: at,
            alive: z.boolean(),
            running: count.meta({ description: 'Executions that it holds.' }),
            expiresInMs: z.number(),
          }),
        )
        .readonly(),
    }),
  },
} as const satisfies Record<string, Operation>;
