/** Operations on executions: each is called by its id, or by `machine:name`. */
import * as z from 'zod';
import type { JsonObject } from '../../asl/json/json.ts';
import type { Operation } from './operation.ts';
import {
  exactly,
  executionDetails,
  executionStatus,
  executionSummary,
  json,
  next,
  pageQuery,
  pageReply,
  queryMoment,
  queryNumber,
  text,
} from './shapes.ts';

const historyEvent = z.custom<JsonObject>().meta({
  type: 'object',
  description: "An event as Step Functions' GetExecutionHistory has it; times in milliseconds.",
});

/** See this file's head. */
export const executionOperations = {
  listExecutions: {
    method: 'GET',
    path: '/v1/executions',
    summary: 'Lists executions, the newest first',
    query: exactly({
      ...pageQuery,
      machineId: text.exactOptional(),
      batchId: text.exactOptional(),
      status: executionStatus.exactOptional(),
      name: text.exactOptional(),
      error: text.exactOptional(),
      createdFrom: queryMoment.exactOptional(),
      createdBefore: queryMoment.exactOptional(),
    }),
    reply: pageReply('executions', exactly(executionSummary)),
  },
  startExecution: {
    method: 'POST',
    path: '/v1/executions',
    summary: 'Starts an execution that is not run again when it fails; a name starts it once',
    body: exactly({
      machineId: text,
      input: json.default({}),
      name: text.exactOptional(),
      priority: text.exactOptional(),
    }),
    reply: exactly({
      executionId: text,
      name: text,
      created: z.boolean().meta({
        description: 'False when one of this name and input was there already.',
      }),
    }),
    creates: true,
  },
  getExecution: {
    method: 'GET',
    path: '/v1/executions/{executionId}',
    summary: 'Tells all about an execution, with its input and output',
    reply: exactly({
      ...executionSummary,
      ...executionDetails,
      machineType: z.enum(['STANDARD', 'EXPRESS']).nullable(),
    }),
  },
  getExecutionHistory: {
    method: 'GET',
    path: '/v1/executions/{executionId}/history',
    summary: 'Tells what an execution did, event by event, the oldest first',
    query: exactly({
      limit: queryNumber(1, 1_000, 100).default(100),
      cursor: queryNumber(1, 999_999_999).exactOptional(),
    }),
    reply: exactly({ executionId: text, events: z.array(historyEvent).readonly(), next }),
  },
  abortExecution: {
    method: 'POST',
    path: '/v1/executions/{executionId}/abort',
    summary: 'Stops an execution, whichever worker runs it',
    reply: exactly({
      executionId: text,
      outcome: z.enum(['cancelled', 'stopping']).meta({
        description: 'cancelled: it never begins. stopping: it is asked to stop.',
      }),
    }),
  },
  redriveExecution: {
    method: 'POST',
    path: '/v1/executions/{executionId}/redrive',
    summary: 'Runs an execution again that did not succeed, from the state that failed',
    reply: exactly({ executionId: text }),
  },
} as const satisfies Record<string, Operation>;
