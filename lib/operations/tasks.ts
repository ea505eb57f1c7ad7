/**
 * What people order of single tasks: to run now, to go to the archive, to be deleted. Each task is
 * answered by itself, with what became of it or why it stayed as it was. Tasks change while they
 * are looked at, so the store decides, in one conditional statement; what is said of a task is how
 * it was found.
 */

import { isChildMachine } from '../batch/map-run/map-run-batch.ts';
import type { Wakeup } from '../ports/execution-store.ts';
import type { TaskRecord } from '../ports/task-store.ts';
import { Dispatcher } from '../roles/delivery/dispatcher.ts';
import { endByForce } from '../roles/execution/forced-ends.ts';
import type { AppContext } from './app-context.ts';
import { createExecutor } from './create-executor.ts';

/** What became of an order about one task. */
export interface TaskOutcome {
  readonly id: string;
  /** False: nothing was changed. */
  readonly done: boolean;
  /** What became of it, or why nothing did. */
  readonly told: string;
}

/** A task that an order may be about. */
type Found = readonly [id: string, task: TaskRecord | null];

/** What is said of an id that nobody knows. */
export const unknownTask = "is no task that the store knows; 'task list' shows those there are";

const ofMapRun = 'belongs to the run of a Map, which has the say over it';

/** How long ending a task may take, in milliseconds. */
const archiveLeaseMs = 30_000;

/** See this file's head. */
export class TaskOrders {
  readonly #context: AppContext;
  readonly #dispatcher: Dispatcher;

  constructor(context: AppContext) {
    this.#context = context;
    this.#dispatcher = new Dispatcher(context);
  }

  /** Makes tasks due now; what failed runs again from the state that failed, its tries anew. */
  async run(ids: readonly string[]): Promise<TaskOutcome[]> {
    const { store } = this.#context;
    const found = await this.#find(ids);
    const inState = (...states: TaskRecord['state'][]) =>
      found.flatMap(([id, task]) =>
        task !== null && states.includes(task.state) && !isChildMachine(task.machineId) ? [id] : [],
      );
    const archived = inState('archived');
    const wakeups = [
      ...(await store.hurryTasks(inState('scheduled', 'retry'))),
      ...(archived.length === 0
        ? []
        : await store.redriveArchived({ taskIds: archived }, archived.length)),
      ...(await store.redriveExecutions(inState('failed'))),
    ];
    const due = await this.#send(wakeups);
    return found.map(([id, task]) =>
      due.has(id)
        ? { id, done: true, told: 'is due now' }
        : { id, done: false, told: whyNotRun(task) },
    );
  }

  /** Puts tasks into the archive: what nobody has in hand ends FAILED with `Millrace.Archived`. */
  async archive(ids: readonly string[]): Promise<TaskOutcome[]> {
    const outcomes: TaskOutcome[] = [];
    for (const [id, task] of await this.#find(ids)) {
      const reason = task === null ? unknownTask : whyNotArchived(task);
      const told = task === null || reason !== null ? reason : await this.#archiveOne(task);
      outcomes.push({ id, done: told === null, told: told ?? 'is in the archive' });
    }
    return outcomes;
  }

  /** Deletes tasks that have ended, and those that never began, with their history. */
  async delete(ids: readonly string[]): Promise<TaskOutcome[]> {
    const found = await this.#find(ids);
    const known = found.flatMap(([id, task]) => (task === null ? [] : [id]));
    const deleted = new Set(await this.#context.store.deleteTasks(known));
    return found.map(([id, task]) =>
      deleted.has(id)
        ? { id, done: true, told: 'is deleted' }
        : { id, done: false, told: whyNotDeleted(task) },
    );
  }

  async #find(ids: readonly string[]): Promise<Found[]> {
    const found: Found[] = [];
    for (const id of new Set(ids)) found.push([id, await this.#context.store.getTask(id)]);
    return found;
  }

  async #send(wakeups: readonly Wakeup[]): Promise<Set<string>> {
    await this.#dispatcher.dispatch(wakeups);
    return new Set(wakeups.map(({ executionId }) => executionId));
  }

  /** Null when it is done, else why it is not. */
  async #archiveOne({ id, state, queue }: TaskRecord): Promise<string | null> {
    const { store, entropy, clock } = this.#context;
    if (state === 'failed') {
      const letter = { taskId: id, queue, body: '', reason: 'a person archived it' };
      await store.archive([{ ...letter, deliveries: 0, sentAt: clock.now() }]);
      return null;
    }
    // A claim refuses what is not due. Its task need not be sent: it is taken at once.
    await store.hurryTasks([id]);
    const executor = createExecutor(this.#context, () => {});
    const end = { error: 'Millrace.Archived', cause: 'a person archived it' };
    await endByForce({ store, executor, entropy, leaseMs: archiveLeaseMs }, new Map([[id, end]]));
    const after = await store.getTask(id);
    if (after === null) return 'was deleted meanwhile';
    return after.state === 'archived' ? null : (whyNotArchived(after) ?? `is ${after.state}`);
  }
}

function whyNotRun(task: TaskRecord | null): string {
  if (task === null) return unknownTask;
  switch (task.state) {
    case 'active':
      return `runs already, on the worker ${task.workerId}`;
    case 'pending':
      return 'is due already, and waits for a worker';
    case 'waiting':
      return 'waits in the midst of its work, as its definition says';
    case 'succeeded':
      return 'has SUCCEEDED: what is done is not done again; enqueue another';
    default:
      return isChildMachine(task.machineId) ? ofMapRun : 'changed meanwhile: look at it again';
  }
}

function whyNotArchived({ state, workerId, machineId }: TaskRecord): string | null {
  if (isChildMachine(machineId)) return ofMapRun;
  switch (state) {
    case 'active':
      return `runs on the worker ${workerId}: cancel it first`;
    case 'waiting':
      return 'waits in the midst of its work: cancel it first';
    case 'succeeded':
      return 'has SUCCEEDED: the archive is for what failed';
    case 'archived':
      return 'is in the archive already';
    default:
      return null;
  }
}

function whyNotDeleted(task: TaskRecord | null): string {
  if (task === null) return unknownTask;
  const { endedAt, startedAt, batchId } = task;
  if (endedAt === null && (startedAt !== null || batchId === null)) {
    return `is ${task.state}: cancel it first`;
  }
  if (batchId !== null)
    return `belongs to the batch ${batchId}, which counts it until it has ended`;
  return 'goes on from an execution that is still there, and keeps it from being taken twice';
}
