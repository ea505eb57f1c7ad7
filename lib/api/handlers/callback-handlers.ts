import type { callbackOperations } from '../contract/callbacks.ts';
import { type AppOpener, type OperationHandlers, splitQuery } from './app-opener.ts';
import { redactorFor } from './redacted-replies.ts';

const accepted = Object.freeze({ accepted: true as const });

/** Handles the operations for systems that executions wait for. */
export function callbackHandlers(
  open: AppOpener,
): OperationHandlers<keyof typeof callbackOperations> {
  return {
    sendTaskSuccess: async ({ body }) => {
      await (await open()).taskTokens.sendSuccess(body.taskToken, body.output);
      return accepted;
    },
    sendTaskFailure: async ({ body: { taskToken, ...failure } }) => {
      await (await open()).taskTokens.sendFailure(taskToken, failure);
      return accepted;
    },
    sendTaskHeartbeat: async ({ body }) => {
      await (await open()).taskTokens.sendHeartbeat(body.taskToken);
      return accepted;
    },
    listActivities: async () => ({ activities: await (await open()).activities.list() }),
    pollActivity: async ({ params, body: { waitSeconds, ...worker } }, { signal }) => {
      const request = { ...worker, waitMs: waitSeconds * 1_000, signal };
      return { task: await (await open()).activities.poll(params.activity, request) };
    },
    sendMessage: async ({ body }) => ({ messageId: await (await open()).messages.send(body) }),
    listMessages: async ({ query }, call) => {
      const app = await open();
      const redactor = redactorFor(app, call);
      const { page, filter } = splitQuery(query);
      const { entries, next } = await app.messages.list(filter, page);
      const messages = entries.map((message) => ({
        ...message,
        value: redactor?.value(message.value) ?? message.value,
        body: redactor?.value(message.body) ?? message.body,
      }));
      return { messages, next };
    },
  };
}
