/**
 * Commands on single tasks. Each task has an outcome of its own. A task may change between the look
 * and the command, so the store decides in one conditional statement; the message of an outcome
 * describes the task as it was found.
 */

import { isChildMachine } from '../batch/map-run/map-run-batch.ts';
import { MillraceError } from '../errors.ts';
import type { MachineVersions } from '../ports/store/execution-store.ts';
import type { LookedPage, PageRequest } from '../ports/store/page.ts';
import type { TaskFilter, TaskRecord, TaskSummary } from '../ports/store/task-store.ts';
import type { AppContext } from './app-context.ts';
import { type Details, type TextDetails, toTextDetails } from './execution-details.ts';
import { resolveExecutionId } from './find-execution.ts';
import { archiveEndedMany, archiveOpenMany, redriveMany } from './orders/bulk-changes.ts';
import { requireQueues } from './queues.ts';

/** The outcome of a command on one task. */
export interface TaskOutcome {
  readonly id: string;
  /** False: nothing was changed. */
  readonly done: boolean;
  /** What was done, or why nothing was. */
  readonly message: string;
}

/** A task with its documents parsed. */
export type TaskDetails = Details<TaskRecord>;

/** A task with its documents letter for letter. */
export type TaskTexts = TextDetails<TaskRecord>;

/** A task that a command names; null when it is unknown. */
type FoundTask = readonly [id: string, task: TaskRecord | null];

/** The message of an outcome whose task is unknown. */
export const unknownTaskMessage = "is no known task; 'task list' shows the tasks of the store";

const ofMapRun = 'belongs to the run of a Map, which controls it';

/**
 * Lists the tasks in one state, newest first.
 * @throws INVALID_ARGUMENT for an unknown queue
 */
export async function listTasks(
  context: Pick<AppContext, 'store' | 'settings'>,
  filter: TaskFilter,
  page: PageRequest,
): Promise<LookedPage<TaskSummary>> {
  requireQueues(context, filter.queue === undefined ? [] : [filter.queue]);
  return context.store.listTasks(filter, page);
}

/**
 * Returns one task, by id or `machine:name`.
 * @throws UNKNOWN_TASK
 */
export async function getTask(
  context: Pick<AppContext, 'store'>,
  name: string,
): Promise<TaskTexts> {
  const task = await context.store.getTask(await resolveExecutionId(context, name));
  if (task !== null) return toTextDetails(task);
  const message = `no task is called '${name}': give its id, or <machine>:<name>`;
  throw new MillraceError('UNKNOWN_TASK', message, { fields: { id: name } });
}

/**
 * Makes tasks due now. A failed task runs again from the state that failed, with all retries.
 * @param versions other versions for those that have ended, by machine. @default their own
 */
export async function redriveTasks(
  context: Pick<AppContext, 'store' | 'broker' | 'logger' | 'metrics'>,
  names: readonly string[],
  versions: MachineVersions = {},
): Promise<TaskOutcome[]> {
  const found = await findTasks(context, names);
  const inState = (...states: TaskRecord['state'][]) =>
    found.flatMap(([id, task]) =>
      task !== null && states.includes(task.state) && !isChildMachine(task.machineId) ? [id] : [],
    );
  const due = await redriveMany(context, {
    sleeping: inState('scheduled', 'retry'),
    archived: inState('archived'),
    failed: inState('failed'),
    versions,
  });
  return found.map(([id, task]) =>
    due.has(id)
      ? { id, done: true, message: 'is due now' }
      : { id, done: false, message: whyNotRedriven(task) },
  );
}

/** Moves tasks to the archive: a task that no worker holds ends FAILED with `Millrace.Archived`. */
export async function archiveTasks(
  context: AppContext,
  names: readonly string[],
): Promise<TaskOutcome[]> {
  const found = await findTasks(context, names);
  const archivable = found.flatMap(([, task]) =>
    task === null || whyNotArchived(task) !== null ? [] : [task],
  );
  const failed = archivable.filter(({ state }) => state === 'failed');
  const open = archivable.filter(({ state }) => state !== 'failed');
  await archiveEndedMany(context, failed);
  await archiveOpenMany(
    context,
    open.map(({ id }) => id),
  );
  const problems = new Map<string, string | null>(failed.map(({ id }) => [id, null]));
  for (const { id } of open) problems.set(id, await whyStillNotArchived(context, id));
  return found.map(([id, task]) => {
    const refusal = task === null ? unknownTaskMessage : whyNotArchived(task);
    const problem = refusal ?? problems.get(id) ?? null;
    return { id, done: problem === null, message: problem ?? 'is in the archive' };
  });
}

/** Returns null when the task is in the archive, otherwise why it is not. */
async function whyStillNotArchived({ store }: AppContext, id: string): Promise<string | null> {
  const after = await store.getTask(id);
  if (after === null) return 'was deleted meanwhile';
  return after.state === 'archived' ? null : (whyNotArchived(after) ?? `is ${after.state}`);
}

/** Deletes tasks that have ended or never started, with their history. */
export async function deleteTasks(
  context: Pick<AppContext, 'store'>,
  names: readonly string[],
): Promise<TaskOutcome[]> {
  const found = await findTasks(context, names);
  const known = found.flatMap(([id, task]) => (task === null ? [] : [id]));
  const deleted = new Set(await context.store.deleteTasks(known));
  return found.map(([id, task]) =>
    deleted.has(id)
      ? { id, done: true, message: 'is deleted' }
      : { id, done: false, message: whyNotDeleted(task) },
  );
}

async function findTasks(
  context: Pick<AppContext, 'store'>,
  names: readonly string[],
): Promise<FoundTask[]> {
  const ids = new Set<string>();
  for (const name of names) ids.add(await resolveExecutionId(context, name));
  const found: FoundTask[] = [];
  for (const id of ids) found.push([id, await context.store.getTask(id)]);
  return found;
}

function whyNotRedriven(task: TaskRecord | null): string {
  if (task === null) return unknownTaskMessage;
  switch (task.state) {
    case 'active':
      return `is already running on the worker ${task.workerId}`;
    case 'pending':
      return 'is already due, and waits for a worker';
    case 'waiting':
      return 'is waiting, as its definition says';
    case 'succeeded':
      return 'has SUCCEEDED, and is not run again; enqueue a new one';
    default:
      return isChildMachine(task.machineId) ? ofMapRun : 'has changed meanwhile: look at it again';
  }
}

function whyNotArchived({ state, workerId, machineId }: TaskRecord): string | null {
  if (isChildMachine(machineId)) return ofMapRun;
  switch (state) {
    case 'active':
      return `is running on the worker ${workerId}: cancel it first`;
    case 'waiting':
      return 'is waiting, as its definition says: cancel it first';
    case 'succeeded':
      return 'has SUCCEEDED: the archive is for tasks that failed';
    case 'archived':
      return 'is in the archive already';
    default:
      return null;
  }
}

function whyNotDeleted(task: TaskRecord | null): string {
  if (task === null) return unknownTaskMessage;
  const { endedAt, startedAt, batchId } = task;
  if (endedAt === null && (startedAt !== null || batchId === null)) {
    return `is ${task.state}: cancel it first`;
  }
  if (batchId !== null) {
    return `belongs to the batch ${batchId}, which counts it until the batch has ended`;
  }
  return 'continues an execution that still exists, and keeps it from being taken twice';
}
