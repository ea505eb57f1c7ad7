import type { taskOperations } from '../contract/tasks.ts';
import { type AppOpener, type OperationHandlers, splitQuery } from './app-opener.ts';

/** Handles the operations on tasks. */
export function taskHandlers(open: AppOpener): OperationHandlers<keyof typeof taskOperations> {
  return {
    listTasks: async ({ query }) => {
      const { page, filter } = splitQuery(query);
      const { entries, next } = await (await open()).tasks.list(filter, page);
      return { tasks: entries, next };
    },
    enqueueTask: async ({ body }) => (await open()).tasks.enqueue(body),
    getTask: async ({ params }) => (await open()).tasks.get(params.taskId),
    redriveTasks: async ({ body }) => ({ tasks: await (await open()).tasks.redrive(body.ids) }),
    cancelTasks: async ({ body }) => ({ tasks: await (await open()).tasks.cancel(body.ids) }),
    archiveTasks: async ({ body }) => ({ tasks: await (await open()).tasks.archive(body.ids) }),
    deleteTasks: async ({ body }) => ({ tasks: await (await open()).tasks.delete(body.ids) }),
  };
}
