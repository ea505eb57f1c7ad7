import type { executionOperations } from '../contract/executions.ts';
import { type AppOpener, type OperationHandlers, splitQuery } from './app-opener.ts';

/** Handles the operations on executions. */
export function executionHandlers(
  open: AppOpener,
): OperationHandlers<keyof typeof executionOperations> {
  return {
    listExecutions: async ({ query }) => {
      const { page, filter } = splitQuery(query);
      const { entries, next } = await (await open()).executions.list(filter, page);
      return { executions: entries, next };
    },
    startExecution: async ({ body }) => (await open()).executions.start(body),
    getExecution: async ({ params }) => (await open()).executions.get(params.executionId),
    getExecutionHistory: async ({ params, query: { limit, cursor } }) => {
      const request = { limit, ...(cursor !== undefined && { from: cursor }) };
      const page = await (await open()).executions.history(params.executionId, request);
      return { ...page, next: page.next === null ? null : String(page.next) };
    },
    cancelExecution: async ({ params }) => (await open()).executions.cancel(params.executionId),
    redriveExecution: async ({ params }) => (await open()).executions.redrive(params.executionId),
  };
}
