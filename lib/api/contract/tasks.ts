/** Operations on the tasks of queues: executions, and tasks of the app's own types. */
import * as z from 'zod';
import { taskRequestFault } from '../../operations/enqueue/enqueue-task.ts';
import { queueTaskStates } from '../../ports/store/task-store.ts';
import type { Operation } from './operation.ts';
import {
  count,
  exactly,
  executionDetails,
  executionSummary,
  jsonText,
  labels,
  lookedAt,
  moment,
  next,
  nonEmptyText,
  pageQuery,
  timestamp,
} from './shapes.ts';

const taskState = z.enum(queueTaskStates);
const summary = { ...executionSummary, state: taskState, workerId: z.string().nullable() };

const enqueued = exactly({
  executionId: nonEmptyText,
  name: nonEmptyText,
  created: z.boolean().meta({
    description: 'False when its name, source or key was taken; the id is then the earlier one.',
  }),
});

/** A task to queue: an execution of a machine, or a task of a custom type. */
const newTask = exactly({
  machineId: nonEmptyText.exactOptional(),
  type: nonEmptyText
    .exactOptional()
    .meta({ description: 'Queues a task of this type instead of an execution.' }),
  input: jsonText.exactOptional(),
  name: nonEmptyText
    .exactOptional()
    .meta({ description: 'Unique forever: a second task of this name is the first one.' }),
  unique: z
    .union([z.boolean(), nonEmptyText])
    .exactOptional()
    .meta({ description: 'Allows one open task with the same input, or with this key.' }),
  source: exactly({
    executionId: nonEmptyText,
    state: nonEmptyText.exactOptional(),
  }).exactOptional(),
  transformer: nonEmptyText.exactOptional(),
  index: count.exactOptional(),
  priority: nonEmptyText.exactOptional(),
  retriesMax: count.exactOptional(),
  timeoutMs: count.exactOptional(),
  deadline: moment.exactOptional(),
  retentionMs: count.exactOptional(),
  delayMs: count.exactOptional(),
  at: moment.exactOptional(),
  labels: labels.exactOptional(),
}).check(({ value, issues }) => {
  const message = taskRequestFault(value);
  if (message !== null) issues.push({ code: 'custom', message, input: value });
});

/** The tasks of a command, by id or `machine:name`. */
const tasksMax = 100;
const namedTasks = exactly({ ids: z.array(nonEmptyText).min(1).max(tasksMax) });

const outcomes = exactly({
  tasks: z
    .array(
      exactly({
        id: nonEmptyText,
        done: z.boolean().meta({ description: 'False: nothing was changed.' }),
        message: z.string().meta({ description: 'What was done, or why nothing was.' }),
      }),
    )
    .readonly(),
});

/** Lists, queues, shows, redrives, cancels, archives and deletes tasks. */
export const taskOperations = {
  listTasks: {
    needs: 'read',
    method: 'GET',
    path: '/v1/tasks',
    summary: 'Lists the tasks in one state, newest first',
    query: exactly({
      ...pageQuery,
      state: taskState.default('pending'),
      queue: nonEmptyText.exactOptional(),
      machineId: nonEmptyText.exactOptional(),
    }),
    reply: exactly({ tasks: z.array(exactly(summary)).readonly(), next, lookedAt }),
  },
  enqueueTask: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/tasks',
    summary: 'Queues an execution of a machine, or a task of a custom type, now or for later',
    body: newTask,
    documents: ['input'],
    reply: enqueued,
    creates: true,
  },
  getTask: {
    needs: 'read',
    method: 'GET',
    path: '/v1/tasks/{taskId}',
    summary: 'Returns one task',
    reply: exactly({
      ...summary,
      ...executionDetails,
      abortRequested: z.boolean().meta({
        description: 'Whether its abort was requested: it stops, or never starts.',
      }),
      archivedAt: timestamp.nullable(),
      archiveReason: z.string().nullable(),
    }),
  },
  redriveTasks: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/tasks/redrive',
    summary: 'Makes tasks due now; a failed task runs again from the state that failed',
    body: namedTasks,
    reply: outcomes,
  },
  cancelTasks: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/tasks/cancel',
    summary: 'Stops tasks, whichever worker runs them',
    body: namedTasks,
    reply: outcomes,
  },
  archiveTasks: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/tasks/archive',
    summary: 'Moves tasks that no worker holds to the archive',
    body: namedTasks,
    reply: outcomes,
  },
  deleteTasks: {
    needs: 'own',
    method: 'POST',
    path: '/v1/tasks/delete',
    summary: 'Deletes tasks that have ended or never started, with their history',
    body: namedTasks,
    reply: outcomes,
  },
} as const satisfies Record<string, Operation>;
