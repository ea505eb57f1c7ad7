/** Operations on tasks, as an app carries them out. */

import type { Millrace } from '../../app/millrace.ts';
import type { QueueClient } from '../../app/queue-client.ts';
import { MillraceError } from '../../errors.ts';
import { cancelTasks } from '../../operations/cancel-tasks.ts';
import type { When } from '../../operations/enqueue-options.ts';
import { executionIdOf, shownExecution } from '../../operations/executions.ts';
import type { TaskOutcome } from '../../operations/tasks.ts';
import type { ApiReply, ApiRequest } from '../contract/contract.ts';
import type { taskOperations } from '../contract/tasks.ts';
import type { AppOpener, Some } from './app-opener.ts';

/** See this file's head. */
export function tasksOf(open: AppOpener): Some<keyof typeof taskOperations> {
  const order =
    (give: (app: Millrace, ids: readonly string[]) => Promise<TaskOutcome[]>) =>
    async ({ body }: ApiRequest<'runTasks'>): Promise<ApiReply<'runTasks'>> => {
      const app = await open();
      const ids: string[] = [];
      for (const name of body.ids) ids.push(await executionIdOf(app, name));
      return { tasks: await give(app, ids) };
    };
  return {
    listTasks: async ({ query: { limit, cursor, ...filter } }) => {
      const { store, queues } = await open();
      queues.require(filter.queue === undefined ? [] : [filter.queue]);
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      const { entries, next } = await store.listTasks(filter, page);
      return { tasks: entries, next };
    },
    enqueueTask: async ({ body }) => enqueue((await open()).queueClient(), body),
    getTask: async ({ params: { taskId } }) => {
      const app = await open();
      const task = await app.store.getTask(await executionIdOf(app, taskId));
      if (task === null) {
        const message = `no task is called '${taskId}': give its id, or <machine>:<name>`;
        throw new MillraceError('UNKNOWN_EXECUTION', message, { fields: { id: taskId } });
      }
      const { fence, replyTo, ...shown } = shownExecution(task);
      return shown;
    },
    runTasks: order((app, ids) => app.tasks.run(ids)),
    cancelTasks: order((app, ids) => cancelTasks(app.queueClient(), ids)),
    archiveTasks: order((app, ids) => app.tasks.archive(ids)),
    deleteTasks: order((app, ids) => app.tasks.delete(ids)),
  };
}

function enqueue(
  client: QueueClient,
  body: ApiRequest<'enqueueTask'>['body'],
): Promise<ApiReply<'enqueueTask'>> {
  const { machineId, type, input, name, unique, source, transformer, index, ...timed } = body;
  const { delayMs, at, ...terms } = timed;
  const own = { ...(name !== undefined && { name }), ...(unique !== undefined && { unique }) };
  const when = startOf(delayMs, at);
  if (machineId === undefined) {
    const options = { ...terms, ...own };
    return when === null
      ? client.enqueueTask(type ?? '', input ?? {}, options)
      : client.scheduleTask(type ?? '', input ?? {}, when, options);
  }
  const payload = {
    machineId,
    ...own,
    ...(input !== undefined && { input }),
    ...(source !== undefined && { source }),
    ...(transformer !== undefined && { transformer }),
    ...(index !== undefined && { index }),
  };
  return when === null
    ? client.enqueueExecution(payload, terms)
    : client.scheduleExecution(payload, when, terms);
}

function startOf(delayMs: number | undefined, at: number | undefined): When | null {
  if (delayMs !== undefined) return { delayMs };
  return at === undefined ? null : { at };
}
