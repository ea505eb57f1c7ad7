import type { taskOperations } from '../contract/tasks.ts';
import { type AppOpener, callerTrace, type OperationHandlers, splitQuery } from './app-opener.ts';
import { redactCause, redactDocuments, redactorFor } from './redacted-replies.ts';

/** Handles the operations on tasks. */
export function taskHandlers(open: AppOpener): OperationHandlers<keyof typeof taskOperations> {
  return {
    listTasks: async ({ query }, call) => {
      const app = await open();
      const redactor = redactorFor(app, call);
      const { page, filter } = splitQuery(query);
      const { entries, ...rest } = await app.tasks.list(filter, page);
      return { tasks: entries.map((each) => redactCause(each, redactor)), ...rest };
    },
    enqueueTask: async ({ body }, call) =>
      (await open()).tasks.enqueue({ ...body, ...callerTrace(call) }),
    getTask: async ({ params }, call) => {
      const app = await open();
      return redactDocuments(await app.tasks.getTexts(params.taskId), redactorFor(app, call));
    },
    redriveTasks: async ({ body }) => ({ tasks: await (await open()).tasks.redrive(body.ids) }),
    cancelTasks: async ({ body }) => ({ tasks: await (await open()).tasks.cancel(body.ids) }),
    archiveTasks: async ({ body }) => ({ tasks: await (await open()).tasks.archive(body.ids) }),
    deleteTasks: async ({ body }) => ({ tasks: await (await open()).tasks.delete(body.ids) }),
  };
}
