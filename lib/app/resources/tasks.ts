import { cancelTasks } from '../../operations/cancel-tasks.ts';
import type { EnqueuedExecution } from '../../operations/enqueue/enqueue.ts';
import { enqueueTask, type TaskRequest } from '../../operations/enqueue/enqueue-task.ts';
import { toValues } from '../../operations/execution-details.ts';
import {
  archiveTasks,
  deleteTasks,
  getTask,
  listTasks,
  redriveTasks,
  type TaskDetails,
  type TaskOutcome,
  type TaskTexts,
} from '../../operations/tasks.ts';
import type { LookedPage, PageRequest } from '../../ports/store/page.ts';
import type { TaskFilter, TaskSummary } from '../../ports/store/task-store.ts';
import type { ResourceDeps } from './resource-deps.ts';

/**
 * The tasks of an app's queues: `app.tasks`. A task is named by id, or `machine:name`. A command on
 * several tasks returns an outcome for each.
 */
export class Tasks {
  readonly #deps: ResourceDeps;

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /**
   * Lists the tasks in one state, newest first. Of tasks that have ended, a page looks at a bounded
   * number, as a list of executions does. Throws INVALID_ARGUMENT for an unknown queue.
   */
  list(filter: TaskFilter, page: PageRequest = { limit: 100 }): Promise<LookedPage<TaskSummary>> {
    return listTasks(this.#deps.lists, filter, page);
  }

  /** Returns one task; throws UNKNOWN_TASK. */
  async get(name: string): Promise<TaskDetails> {
    return toValues(await this.getTexts(name));
  }

  /** As `get`, with the documents letter for letter. */
  getTexts(name: string): Promise<TaskTexts> {
    return getTask(this.#deps.context, name);
  }

  /**
   * Queues an execution of a machine, or a task of a custom type, now or later. Throws
   * INVALID_ARGUMENT, UNKNOWN_MACHINE, UNKNOWN_EXECUTION, UNKNOWN_TRANSFORMER, INVALID_ITEM or
   * PAYLOAD_TOO_LARGE.
   */
  enqueue(request: TaskRequest): Promise<EnqueuedExecution> {
    return enqueueTask(this.#deps.context, request);
  }

  /** Makes tasks due now. A failed task runs again from the state that failed. */
  redrive(names: readonly string[]): Promise<TaskOutcome[]> {
    return redriveTasks(this.#deps.context, names);
  }

  /** Moves tasks that no worker holds to the archive. */
  archive(names: readonly string[]): Promise<TaskOutcome[]> {
    return archiveTasks(this.#deps.context, names);
  }

  /** Deletes tasks that have ended or never started, with their history. */
  delete(names: readonly string[]): Promise<TaskOutcome[]> {
    return deleteTasks(this.#deps.context, names);
  }

  /** Stops tasks, whichever worker runs them; they end ABORTED. */
  cancel(names: readonly string[]): Promise<TaskOutcome[]> {
    return cancelTasks(this.#deps.context, names);
  }
}
