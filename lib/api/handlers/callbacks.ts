/** Operations by which the world outside answers executions, as an app carries them out. */

import type { Json } from '../../asl/json/json.ts';
import type { answerOperations } from '../contract/callbacks.ts';
import type { AppOpener, Some } from './app-opener.ts';

const accepted = Object.freeze({ accepted: true as const });

/** See this file's head. */
export function answersOf(open: AppOpener): Some<keyof typeof answerOperations> {
  return {
    sendTaskSuccess: async ({ body }) => {
      await (await open()).sendTaskSuccess(body.taskToken, body.output);
      return accepted;
    },
    sendTaskFailure: async ({ body: { taskToken, ...failure } }) => {
      await (await open()).sendTaskFailure(taskToken, failure);
      return accepted;
    },
    sendTaskHeartbeat: async ({ body }) => {
      await (await open()).sendTaskHeartbeat(body.taskToken);
      return accepted;
    },
    listActivities: async () => ({ activities: await (await open()).store.listActivities() }),
    getActivityTask: async ({ params, body: { waitSeconds, ...worker } }, { signal }) => {
      const request = { ...worker, waitMs: waitSeconds * 1_000, signal };
      return { task: await (await open()).getActivityTask(params.activity, request) };
    },
    sendMessage: async ({ body }) => ({ messageId: await (await open()).sendMessage(body) }),
    listMessages: async ({ query: { limit, cursor, ...filter } }) => {
      const { store } = await open();
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      const { entries, next } = await store.listMessages(filter, page);
      const messages = entries.map(({ value, body, ...message }) => ({
        ...message,
        value: JSON.parse(value) as Json,
        body: JSON.parse(body) as Json,
      }));
      return { messages, next };
    },
  };
}
