/** Operations on executions: each is addressed by its id, or by `machine:name`. */
import * as z from 'zod';
import type { HistoryEvent } from '../../engine/history-event.ts';
import type { Operation } from './operation.ts';
import {
  exactly,
  executionDetails,
  executionStatus,
  executionSummary,
  json,
  next,
  nonEmptyText,
  pageQuery,
  pageReply,
  queryMoment,
  queryNumber,
} from './shapes.ts';

const historyEvent = z.custom<HistoryEvent>().meta({
  type: 'object',
  description:
    "An event in the format of Step Functions' GetExecutionHistory; times in milliseconds.",
});

/** Lists, starts, shows, cancels and redrives executions. */
export const executionOperations = {
  listExecutions: {
    method: 'GET',
    path: '/v1/executions',
    summary: 'Lists executions, newest first',
    query: exactly({
      ...pageQuery,
      machineId: nonEmptyText.exactOptional(),
      batchId: nonEmptyText.exactOptional(),
      status: executionStatus.exactOptional(),
      name: nonEmptyText.exactOptional(),
      error: nonEmptyText.exactOptional(),
      createdFrom: queryMoment.exactOptional(),
      createdBefore: queryMoment.exactOptional(),
    }),
    reply: pageReply('executions', exactly(executionSummary)),
  },
  startExecution: {
    method: 'POST',
    path: '/v1/executions',
    summary: 'Starts an execution, which is not retried when it fails; a name starts it once',
    body: exactly({
      machineId: nonEmptyText,
      input: json.default({}),
      name: nonEmptyText.exactOptional(),
      priority: nonEmptyText.exactOptional(),
    }),
    reply: exactly({
      executionId: nonEmptyText,
      name: nonEmptyText,
      created: z.boolean().meta({
        description: 'False when an execution of this name and input existed already.',
      }),
    }),
    creates: true,
  },
  getExecution: {
    method: 'GET',
    path: '/v1/executions/{executionId}',
    summary: 'Returns one execution, with its input and output',
    reply: exactly({
      ...executionSummary,
      ...executionDetails,
      machineType: z.enum(['STANDARD', 'EXPRESS']).nullable(),
    }),
  },
  getExecutionHistory: {
    method: 'GET',
    path: '/v1/executions/{executionId}/history',
    summary: 'Returns the history of an execution, oldest event first',
    query: exactly({
      limit: queryNumber(1, 1_000, 100).default(100),
      cursor: queryNumber(1, 999_999_999).exactOptional(),
    }),
    reply: exactly({ executionId: nonEmptyText, events: z.array(historyEvent).readonly(), next }),
  },
  cancelExecution: {
    method: 'POST',
    path: '/v1/executions/{executionId}/cancel',
    summary: 'Stops an execution, whichever worker runs it',
    reply: exactly({
      executionId: nonEmptyText,
      outcome: z.enum(['cancelled', 'stopping']).meta({
        description: 'cancelled: it will never start. stopping: it is being stopped.',
      }),
    }),
  },
  redriveExecution: {
    method: 'POST',
    path: '/v1/executions/{executionId}/redrive',
    summary: 'Runs an execution again that did not succeed, from the state that failed',
    reply: exactly({ executionId: nonEmptyText }),
  },
} as const satisfies Record<string, Operation>;
