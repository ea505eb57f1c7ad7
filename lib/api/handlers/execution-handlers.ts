import type { ApiRequest } from '../contract/contract.ts';
import type { executionOperations } from '../contract/executions.ts';
import { type AppOpener, callerTrace, type OperationHandlers, splitQuery } from './app-opener.ts';
import { executionViewHandlers } from './execution-view-handlers.ts';
import { redactCause, redactDocuments, redactorFor } from './redacted-replies.ts';

/** Handles the operations on executions. */
export function executionHandlers(
  open: AppOpener,
): OperationHandlers<keyof typeof executionOperations> {
  return {
    listExecutions: async ({ query }, call) => {
      const app = await open();
      const redactor = redactorFor(app, call);
      const { fields, ...conditions } = query;
      const { page, filter } = toListRequest(conditions);
      if (fields !== undefined) {
        const listed = await app.executions.listDocuments(filter, page);
        const { next, lookedAt } = listed;
        const executions = listed.entries.map((entry) => {
          const { input, output, ...summary } = redactDocuments(entry, redactor);
          return {
            ...summary,
            ...(fields.includes('input') && { input }),
            ...(fields.includes('output') && { output: output ?? null }),
          };
        });
        return { executions, next, lookedAt };
      }
      const { entries, next, lookedAt } = await app.executions.list(filter, page);
      return { executions: entries.map((each) => redactCause(each, redactor)), next, lookedAt };
    },
    scanExecutions: async ({ body }, call) => {
      const app = await open();
      const redactor = redactorFor(app, call);
      const { entries, next, lookedAt } = await app.executions.scan({
        ...body,
        redactor: call.role === 'owner' ? null : redactor,
      });
      return { executions: entries.map((each) => redactCause(each, redactor)), next, lookedAt };
    },
    startExecution: async ({ body }, call) =>
      (await open()).executions.start({ ...body, ...callerTrace(call) }),
    getExecution: async ({ params, query: { documents } }, call) => {
      const app = await open();
      const execution = await app.executions.getTexts(params.executionId);
      const shown = documents === 'all' ? execution : { ...execution, input: null, output: null };
      return redactDocuments(shown, redactorFor(app, call));
    },
    cancelExecution: async ({ params }) => (await open()).executions.cancel(params.executionId),
    redriveExecution: async ({ params, body }) =>
      (await open()).executions.redrive(params.executionId, body),
    ...executionViewHandlers(open),
  };
}

function toListRequest(query: Omit<ApiRequest<'listExecutions'>['query'], 'fields'>) {
  const { page, filter } = splitQuery(query);
  const { status, ...conditions } = filter;
  return { page, filter: { ...conditions, ...(status !== undefined && { statuses: status }) } };
}
