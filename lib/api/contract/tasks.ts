/** Operations on the tasks of queues: executions, and tasks of the app's own types. */
import * as z from 'zod';
import { taskStates } from '../../ports/task-store.ts';
import type { Operation } from './operation.ts';
import {
  at,
  count,
  exactly,
  executionDetails,
  executionSummary,
  json,
  moment,
  pageQuery,
  pageReply,
  text,
} from './shapes.ts';

const taskState = z.enum(taskStates);
const summary = { ...executionSummary, state: taskState, workerId: z.string().nullable() };

const enqueued = exactly({
  executionId: text,
  name: text,
  created: z.boolean().meta({
    description: 'False when its name, source or key was taken; the id is then that one’s.',
  }),
});

/** A task to queue: an execution of a machine, or work of a custom type. */
const newTask = exactly({
  machineId: text.exactOptional(),
  type: text.exactOptional().meta({ description: 'A task of this type instead of a machine’s.' }),
  input: json.exactOptional(),
  name: text.exactOptional().meta({ description: 'A second one of this name is the first one.' }),
  unique: z
    .union([z.boolean(), text])
    .exactOptional()
    .meta({ description: 'No second one while one of the same input, or of this key, is open.' }),
  source: exactly({ executionId: text, state: text.exactOptional() }).exactOptional(),
  transformer: text.exactOptional(),
  index: count.exactOptional(),
  priority: text.exactOptional(),
  retriesMax: count.exactOptional(),
  timeoutMs: count.exactOptional(),
  deadline: moment.exactOptional(),
  retentionMs: count.exactOptional(),
  delayMs: count.exactOptional(),
  at: moment.exactOptional(),
})
  .refine(({ machineId, type }) => (machineId === undefined) !== (type === undefined), {
    error: 'expected either machineId or type',
  })
  .refine(({ delayMs, at }) => delayMs === undefined || at === undefined, {
    error: 'expected delayMs or at, found both',
  })
  .refine(
    ({ type, source, transformer, index }) =>
      type === undefined || (source ?? transformer ?? index) === undefined,
    {
      error: 'source, transformer and index are for executions of a machine, found them with type',
    },
  );

/** Tasks that an order is about, by id or `machine:name`. */
const orderMax = 100;
const someTasks = exactly({ ids: z.array(text).min(1).max(orderMax) });

const outcomes = exactly({
  tasks: z
    .array(
      exactly({
        id: text,
        done: z.boolean().meta({ description: 'False: nothing was changed.' }),
        told: z.string().meta({ description: 'What became of it, or why nothing did.' }),
      }),
    )
    .readonly(),
});

/** See this file's head. */
export const taskOperations = {
  listTasks: {
    method: 'GET',
    path: '/v1/tasks',
    summary: 'Lists the tasks in one state, the newest first',
    query: exactly({
      ...pageQuery,
      state: taskState.default('pending'),
      queue: text.exactOptional(),
      machineId: text.exactOptional(),
    }),
    reply: pageReply('tasks', exactly(summary)),
  },
  enqueueTask: {
    method: 'POST',
    path: '/v1/tasks',
    summary: 'Queues an execution of a machine, or a task of a custom type, now or for later',
    body: newTask,
    reply: enqueued,
    creates: true,
  },
  getTask: {
    method: 'GET',
    path: '/v1/tasks/{taskId}',
    summary: 'Tells all about a task',
    reply: exactly({
      ...summary,
      ...executionDetails,
      archivedAt: at.nullable(),
      archiveReason: z.string().nullable(),
    }),
  },
  runTasks: {
    method: 'POST',
    path: '/v1/tasks/run',
    summary: 'Makes tasks due now; what failed runs again from the state that failed',
    body: someTasks,
    reply: outcomes,
  },
  cancelTasks: {
    method: 'POST',
    path: '/v1/tasks/cancel',
    summary: 'Stops tasks, on whichever worker they run',
    body: someTasks,
    reply: outcomes,
  },
  archiveTasks: {
    method: 'POST',
    path: '/v1/tasks/archive',
    summary: 'Ends tasks that nobody has in hand, and puts them into the archive',
    body: someTasks,
    reply: outcomes,
  },
  deleteTasks: {
    method: 'POST',
    path: '/v1/tasks/delete',
    summary: 'Deletes tasks that have ended or never began, with their history',
    body: someTasks,
    reply: outcomes,
  },
} as const satisfies Record<string, Operation>;
