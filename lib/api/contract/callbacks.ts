/** Operations for systems that executions wait for: task tokens, activities, messages. */
import * as z from 'zod';
import type { Operation } from './operation.ts';
import { count, exactly, json, nonEmptyText, pageQuery, pageReply, timestamp } from './shapes.ts';

// A token is in the body: paths end up in logs.
const taskToken = nonEmptyText.max(2_048);
const accepted = exactly({ accepted: z.literal(true) });

/** Maximum time that a poll waits, in seconds: proxies cut off longer requests. */
const waitSecondsMax = 20;

/** Answers task tokens, returns the work of activities, and delivers messages. */
export const callbackOperations = {
  sendTaskSuccess: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/task-tokens/success',
    summary: "Ends the Task of a task token with an output (AWS's SendTaskSuccess)",
    body: exactly({ taskToken, output: json.default({}) }),
    reply: accepted,
  },
  sendTaskFailure: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/task-tokens/failure',
    summary: "Ends the Task of a task token with an error (AWS's SendTaskFailure)",
    body: exactly({
      taskToken,
      error: z.string().exactOptional(),
      cause: z.string().exactOptional(),
    }),
    reply: accepted,
  },
  sendTaskHeartbeat: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/task-tokens/heartbeat',
    summary: "Reports that the work of a task token is alive (AWS's SendTaskHeartbeat)",
    body: exactly({ taskToken }),
    reply: accepted,
  },
  listActivities: {
    needs: 'read',
    method: 'GET',
    path: '/v1/activities',
    summary: 'Lists the activities that have work waiting',
    reply: exactly({
      activities: z
        .array(exactly({ activity: nonEmptyText, tasks: count, oldestAt: timestamp }))
        .readonly(),
    }),
  },
  pollActivity: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/activities/{activity}/poll',
    summary: "Takes an activity's oldest work, waiting up to 20 s (AWS's GetActivityTask)",
    body: exactly({
      workerName: nonEmptyText.max(80).exactOptional(),
      waitSeconds: z.number().min(0).max(waitSecondsMax).default(waitSecondsMax),
    }).prefault({}),
    reply: exactly({
      task: exactly({ taskToken: nonEmptyText, input: json }).nullable(),
      pollAfterSeconds: count.exactOptional().meta({
        description: 'How long to wait before the next poll; absent where this one has waited.',
      }),
    }),
  },
  sendMessage: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/messages',
    summary: 'Delivers a message to all executions that wait for it, or keeps it until one does',
    body: exactly({
      key: nonEmptyText.max(256).meta({ description: 'The CorrelationKey of the states.' }),
      value: json.meta({ description: 'Their CorrelationValue.' }),
      body: json.default({}),
      ttlSeconds: z.number().exactOptional(),
    }),
    reply: exactly({ messageId: nonEmptyText }),
    creates: true,
  },
  listMessages: {
    needs: 'read',
    method: 'GET',
    path: '/v1/messages',
    summary: 'Lists messages that no execution has waited for yet, oldest first',
    query: exactly({ ...pageQuery, key: nonEmptyText.exactOptional() }),
    reply: pageReply(
      'messages',
      exactly({
        id: nonEmptyText,
        key: nonEmptyText,
        value: json,
        body: json,
        receivedAt: timestamp,
        expiresAt: timestamp,
      }),
    ),
  },
} as const satisfies Record<string, Operation>;
