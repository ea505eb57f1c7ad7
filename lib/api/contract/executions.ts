/** Operations on executions: each is addressed by its id, or by `machine:name`. */
import * as z from 'zod';
import { JsonText } from '../../asl/json/json-text.ts';
import type { HistoryEvent } from '../../engine/history-event.ts';
import { executionStatuses } from '../../engine/status.ts';
import type { Operation } from './operation.ts';
import {
  count,
  exactly,
  executionDetails,
  executionStatus,
  executionSummary,
  json,
  jsonText,
  labelFilter,
  labels,
  lookedAt,
  moment,
  next,
  nonEmptyText,
  pageQuery,
  queryLabels,
  queryMoment,
  queryNumber,
  queryTexts,
  replyJson,
  timestamp,
} from './shapes.ts';

const historyEvent = z.custom<HistoryEvent>().meta({
  type: 'object',
  description:
    "An event in the format of Step Functions' GetExecutionHistory; times in milliseconds.",
});

/** One visit of a state: from its entry to its exit. */
const visit = exactly({
  eventId: z.int().meta({ description: 'The id of its entered event.' }),
  state: nonEmptyText,
  type: nonEmptyText,
  place: z.string().meta({
    description:
      "Where in Parallel branches and Map iterations: '' at the top, '12.3' the branch or " +
      "iteration 3 of the visit 12, '12.3/40.0' a branch inside of it.",
  }),
  attempt: count.meta({ description: 'How often the execution had been redriven.' }),
  enteredAt: timestamp,
  endedAt: timestamp.nullable(),
  status: z.enum(['RUNNING', 'WAITING', 'RETRYING', 'SUCCEEDED', 'CAUGHT', 'FAILED', 'ABORTED']),
  tries: z
    .array(
      exactly({
        scheduledAt: timestamp,
        endedAt: timestamp.nullable(),
        error: z.string().nullable(),
        cause: z.string().nullable(),
      }),
    )
    .readonly()
    .meta({ description: 'The calls of a Task, oldest first.' }),
  dueAt: timestamp
    .nullable()
    .meta({ description: 'When it goes on by itself; null if not known.' }),
  waitsFor: z
    .enum(['handler', 'token', 'activity', 'message', 'execution', 'mapRun', 'timer'])
    .nullable(),
  error: z.string().nullable(),
  cause: z.string().nullable(),
  bytes: exactly({ input: count.nullable(), output: count.nullable() }),
  below: exactly({ total: count, succeeded: count, failed: count, running: count })
    .nullable()
    .meta({ description: 'Branches or iterations; null for other states.' }),
  link: exactly({ kind: z.enum(['execution', 'batch']), id: nonEmptyText })
    .nullable()
    .meta({ description: 'The nested execution, or the batch of a distributed Map.' }),
});

const filters = {
  machineId: nonEmptyText.exactOptional(),
  batchId: nonEmptyText.exactOptional(),
  queue: nonEmptyText.exactOptional(),
  status: queryTexts(executionStatuses).exactOptional(),
  name: nonEmptyText.exactOptional(),
  namePrefix: nonEmptyText.exactOptional(),
  error: nonEmptyText.exactOptional(),
  failedState: nonEmptyText.exactOptional(),
  currentState: nonEmptyText
    .meta({ description: 'Only RUNNING ones in this state at the top of their machine.' })
    .exactOptional(),
  createdFrom: queryMoment.exactOptional(),
  createdBefore: queryMoment.exactOptional(),
  endedFrom: queryMoment.exactOptional(),
  endedBefore: queryMoment.exactOptional(),
  labels: queryLabels.exactOptional(),
};

/** Lists, starts, shows, cancels and redrives executions. */
export const executionOperations = {
  listExecutions: {
    needs: 'read',
    method: 'GET',
    path: '/v1/executions',
    summary: 'Lists executions, newest first',
    query: exactly({
      ...pageQuery,
      ...filters,
      fields: queryTexts(['input', 'output'])
        .exactOptional()
        .meta({ description: 'Documents to list as well; a page then has 100 at most.' }),
    }),
    reply: exactly({
      executions: z
        .array(
          exactly({
            ...executionSummary,
            input: replyJson.exactOptional(),
            output: replyJson.exactOptional(),
          }),
        )
        .readonly(),
      next,
      lookedAt,
    }),
  },
  scanExecutions: {
    needs: 'read',
    method: 'POST',
    path: '/v1/executions/scan',
    summary: 'Looks for a text in the documents of the executions that a filter matches',
    body: exactly({
      text: nonEmptyText.max(1_000),
      filter: exactly({
        machineId: nonEmptyText.exactOptional(),
        batchId: nonEmptyText.exactOptional(),
        queue: nonEmptyText.exactOptional(),
        statuses: z.array(executionStatus).min(1).exactOptional(),
        namePrefix: nonEmptyText.exactOptional(),
        error: nonEmptyText.exactOptional(),
        createdFrom: moment.exactOptional(),
        createdBefore: moment.exactOptional(),
        labels: labelFilter.exactOptional(),
      }).default({}),
      cursor: nonEmptyText.exactOptional(),
    }),
    reply: exactly({
      executions: z.array(exactly(executionSummary)).readonly(),
      next,
      lookedAt,
    }),
  },
  startExecution: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/executions',
    summary: 'Starts an execution, which is not retried when it fails; a name starts it once',
    body: exactly({
      machineId: nonEmptyText,
      input: jsonText.default(new JsonText('{}')),
      name: nonEmptyText.exactOptional(),
      priority: nonEmptyText.exactOptional(),
      labels: labels.exactOptional(),
    }),
    documents: ['input'],
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
    needs: 'read',
    method: 'GET',
    path: '/v1/executions/{executionId}',
    summary: 'Returns one execution, with its input and output',
    query: exactly({
      documents: z
        .enum(['all', 'none'])
        .default('all')
        .meta({ description: 'none: input and output are null.' }),
    }),
    reply: exactly({
      ...executionSummary,
      ...executionDetails,
      machineType: z.enum(['STANDARD', 'EXPRESS']).nullable(),
    }),
  },
  getExecutionHistory: {
    needs: 'read',
    method: 'GET',
    path: '/v1/executions/{executionId}/history',
    summary: 'Returns the history of an execution, oldest or newest event first',
    query: exactly({
      limit: queryNumber(1, 1_000, 100).default(100),
      cursor: queryNumber(1, 999_999_999).exactOptional(),
      order: z.enum(['asc', 'desc']).default('asc'),
      documents: z
        .enum(['all', 'none'])
        .default('all')
        .meta({ description: 'none: leaves inputs and outputs out.' }),
      state: nonEmptyText.exactOptional(),
      type: nonEmptyText.exactOptional(),
      failed: z.enum(['0', '1']).default('0').meta({ description: '1: only failures.' }),
    }),
    reply: exactly({ executionId: nonEmptyText, events: z.array(historyEvent).readonly(), next }),
  },
  listVisits: {
    needs: 'read',
    method: 'GET',
    path: '/v1/executions/{executionId}/states',
    summary: 'Lists the visits of states, with their tries; those of one place, or the failed ones',
    query: exactly({
      limit: queryNumber(1, 1_000, 200).default(200),
      cursor: nonEmptyText.exactOptional(),
      place: z.string().default('').meta({ description: "A visit's `place`; '' is the top." }),
      failed: z
        .enum(['0', '1'])
        .default('0')
        .meta({ description: '1: only failed ones, anywhere.' }),
    }),
    reply: exactly({
      asOfEventId: count,
      visits: z.array(visit).readonly(),
      next,
    }),
  },
  getIterations: {
    needs: 'read',
    method: 'GET',
    path: '/v1/executions/{executionId}/iterations/{eventId}',
    summary: 'Returns the state of every iteration of a Map, run-length encoded',
    reply: exactly({
      length: count,
      runs: z
        .array(z.tuple([z.enum(['S', 'F', 'R', 'A', '-']), count]))
        .readonly()
        .meta({ description: 'S succeeded, F failed, R running, A aborted, - not started.' }),
    }),
  },
  getDocument: {
    needs: 'read',
    method: 'GET',
    path: '/v1/executions/{executionId}/documents/{document}',
    summary: "Returns a document as text: input, output, or an event's field such as 12.input",
    query: exactly({
      from: queryNumber(0, 999_999_999, 0).prefault('0'),
      bytes: queryNumber(1, 67_108_864, 65_536).prefault('65536'),
    }),
    reply: exactly({
      text: z.string(),
      bytes: count,
      redacted: z.boolean(),
    }),
    repliesText: true,
  },
  revealDocument: {
    needs: 'own',
    method: 'POST',
    path: '/v1/executions/{executionId}/documents/{document}/reveal',
    summary: 'Returns a document without redaction, and records who asked',
    body: exactly({ reason: nonEmptyText.max(1_000).exactOptional() }).default({}),
    reply: exactly({ text: z.string() }),
  },
  answerTask: {
    needs: 'own',
    method: 'POST',
    path: '/v1/executions/{executionId}/tasks/{eventId}/answer',
    summary: 'Ends a Task that waits for a callback, with an output or an error',
    body: z.union([
      exactly({ output: json }),
      exactly({ error: nonEmptyText.max(256), cause: z.string().max(32_768).exactOptional() }),
    ]),
    reply: exactly({ accepted: z.literal(true) }),
  },
  cancelExecution: {
    needs: 'operate',
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
    needs: 'operate',
    method: 'POST',
    path: '/v1/executions/{executionId}/redrive',
    summary: 'Runs an execution again that did not succeed, from the state that failed',
    body: exactly({
      latest: z.boolean().default(false).meta({
        description:
          'Continues under the newest definition of its machine; CONFLICT when it cannot.',
      }),
    }).prefault({}),
    reply: exactly({ executionId: nonEmptyText }),
  },
} as const satisfies Record<string, Operation>;
