/** Operations by which the world outside answers executions: task tokens, activities, messages. */
import * as z from 'zod';
import type { Operation } from './operation.ts';
import { at, count, exactly, json, pageQuery, pageReply, text } from './shapes.ts';

// A token is in the body: what stands in a path ends up in logs.
const taskToken = text.max(2_048);
const accepted = exactly({ accepted: z.literal(true) });

/** How long a request for work may wait, in seconds: below what is between may cut it off. */
const waitSecondsMax = 20;

/** See this file's head. */
export const answerOperations = {
  sendTaskSuccess: {
    method: 'POST',
    path: '/v1/task-tokens/success',
    summary: "Gives the Task of a task token its output (AWS's SendTaskSuccess)",
    body: exactly({ taskToken, output: json.default({}) }),
    reply: accepted,
  },
  sendTaskFailure: {
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
    method: 'POST',
    path: '/v1/task-tokens/heartbeat',
    summary: "Tells that the work of a task token goes on (AWS's SendTaskHeartbeat)",
    body: exactly({ taskToken }),
    reply: accepted,
  },
  listActivities: {
    method: 'GET',
    path: '/v1/activities',
    summary: 'Lists the activities that have work waiting',
    reply: exactly({
      activities: z.array(exactly({ activity: text, tasks: count, oldestAt: at })).readonly(),
    }),
  },
  getActivityTask: {
    method: 'POST',
    path: '/v1/activities/{activity}/tasks',
    summary: 'Takes the oldest work of an activity, waiting for some up to 20 s',
    body: exactly({
      workerName: text.max(80).exactOptional(),
      waitSeconds: z.number().min(0).max(waitSecondsMax).default(waitSecondsMax),
    }).prefault({}),
    reply: exactly({ task: exactly({ taskToken: text, input: json }).nullable() }),
  },
  sendMessage: {
    method: 'POST',
    path: '/v1/messages',
    summary: 'Hands a message to all who wait for it, or keeps it for the first that comes',
    body: exactly({
      key: text.max(256).meta({ description: 'The CorrelationKey of the states it is for.' }),
      value: json.meta({ description: 'Their CorrelationValue.' }),
      body: json.default({}),
      ttlSeconds: z.number().exactOptional(),
    }),
    reply: exactly({ messageId: text }),
    creates: true,
  },
  listMessages: {
    method: 'GET',
    path: '/v1/messages',
    summary: 'Lists messages that nobody has waited for yet, the oldest first',
    query: exactly({ ...pageQuery, key: text.exactOptional() }),
    reply: pageReply(
      'messages',
      exactly({ id: text, key: text, value: json, body: json, receivedAt: at, expiresAt: at }),
    ),
  },
} as const satisfies Record<string, Operation>;
