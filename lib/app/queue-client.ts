import type { Json } from '../asl/json/json.ts';
import { MillraceError } from '../errors.ts';
import type { AppContext } from '../operations/app-context.ts';
import { type CancelOutcome, cancelTask, cancelUnstartedTask } from '../operations/cancel-tasks.ts';
import {
  type EnqueuedExecution,
  enqueueCustomTask,
  enqueueCustomTasks,
  enqueueExecution,
  enqueueExecutions,
  type TaskOptions,
  type TasksOptions,
} from '../operations/enqueue/enqueue.ts';
import type { EnqueueOptions, When } from '../operations/enqueue/enqueue-options.ts';
import type { ExecutionTaskPayload } from '../operations/enqueue/execution-payload.ts';
import { type QueueReport, reportQueues } from '../operations/queue-report.ts';
import { type BatchRequest, startBatch } from '../operations/start-batch.ts';
import { resolveMachine } from '../operations/state-machines/resolve-machine.ts';
import { listTasks } from '../operations/tasks.ts';
import type { BatchRecord } from '../ports/store/batch-store.ts';
import type { LookedPage, PageRequest } from '../ports/store/page.ts';
import {
  type QueueTaskState,
  queueTaskStates,
  type TaskRecord,
  type TaskSummary,
} from '../ports/store/task-store.ts';

/** What a {@link QueueClient} is constructed from. */
export interface QueueClientDeps {
  readonly context: AppContext;
  /** Called when a batch was recorded. */
  readonly wakeLeader: () => void;
  readonly close: () => Promise<void>;
}

/** An execution to queue, of one of the configuration's machines. */
export type ClientPayload<Machine extends string> = ExecutionTaskPayload & {
  readonly machineId: Machine;
};

/** Options of an enqueue, with one of the configuration's queues as the priority. */
export type ClientOptions<Queue extends string> = EnqueueOptions & { readonly priority?: Queue };

/**
 * Queues executions, tasks and batches for workers, and reads their results: for programs that only
 * produce. Made by `Millrace.queueClient`, or by `openQueueClient` with an app of its own.
 * Enqueueing throws INVALID_ARGUMENT, UNKNOWN_MACHINE, UNKNOWN_EXECUTION, UNKNOWN_TRANSFORMER,
 * INVALID_ITEM or PAYLOAD_TOO_LARGE, and records nothing then.
 *
 * @example
 * const client = await openQueueClient({ config });
 * const { executionId } = await client.enqueueExecution({ machineId: 'order', input: { id: 7 } });
 * await client.close();
 */
export class QueueClient<Machine extends string = string, Queue extends string = string> {
  readonly #deps: QueueClientDeps;
  readonly #context: AppContext;

  constructor(deps: QueueClientDeps) {
    this.#deps = deps;
    this.#context = deps.context;
  }

  /** Queues an execution. */
  enqueueExecution(
    payload: ClientPayload<Machine>,
    options: ClientOptions<Queue> = {},
  ): Promise<EnqueuedExecution> {
    return enqueueExecution(this.#context, payload, null, options);
  }

  /** Queues an execution with a priority, given as the second argument. */
  enqueueExecutionWithPriority(
    payload: ClientPayload<Machine>,
    priority: Queue,
    options: ClientOptions<Queue> = {},
  ): Promise<EnqueuedExecution> {
    return this.enqueueExecution(payload, { ...options, priority });
  }

  /**
   * Queues many executions, a thousand per statement, and returns them in the order of their
   * payloads. One invalid payload refuses all of them, by its index.
   */
  enqueueExecutions(
    payloads: readonly ClientPayload<Machine>[],
    options: ClientOptions<Queue> = {},
  ): Promise<EnqueuedExecution[]> {
    return enqueueExecutions(this.#context, payloads, options);
  }

  /** Queues an execution that starts later, and can be cancelled until then. */
  scheduleExecution(
    payload: ClientPayload<Machine>,
    when: When,
    options: ClientOptions<Queue> = {},
  ): Promise<EnqueuedExecution> {
    return enqueueExecution(this.#context, payload, when, options);
  }

  /** Queues a task of a custom type, for a worker that has a handler of the type. */
  enqueueTask(type: string, payload: Json, options: TaskOptions = {}): Promise<EnqueuedExecution> {
    return enqueueCustomTask(this.#context, type, payload, null, options);
  }

  /** Queues many tasks of one type, as {@link enqueueExecutions} does. */
  enqueueTasks(
    type: string,
    payloads: readonly Json[],
    options: TasksOptions = {},
  ): Promise<EnqueuedExecution[]> {
    return enqueueCustomTasks(this.#context, type, payloads, options);
  }

  /** Queues a task that starts later, and can be cancelled until then. */
  scheduleTask(
    type: string,
    payload: Json,
    when: When,
    options: TaskOptions = {},
  ): Promise<EnqueuedExecution> {
    return enqueueCustomTask(this.#context, type, payload, when, options);
  }

  /** Records a batch; a leader fans it out. */
  async enqueueBatch(machineId: Machine, request: BatchRequest): Promise<BatchRecord> {
    const machine = await resolveMachine(this.#context, machineId);
    const batch = await startBatch(this.#context, machine, request);
    this.#deps.wakeLeader();
    return batch;
  }

  /**
   * Cancels an execution or a task that has not started. Returns false when it has started, has
   * ended or is unknown; nothing is changed then.
   */
  cancelScheduled(id: string): Promise<boolean> {
    return cancelUnstartedTask(this.#context, id);
  }

  /** Stops an execution or a task, whichever worker runs it; it ends ABORTED. */
  cancel(id: string): Promise<CancelOutcome> {
    return cancelTask(this.#context, id);
  }

  /** Returns an execution or a task with its documents; null for an unknown id. */
  getTask(id: string): Promise<TaskRecord | null> {
    return this.#context.store.getTask(id);
  }

  /** Lists a queue's executions and tasks in a state, newest first. Throws INVALID_ARGUMENT. */
  async listTasks(
    queue: string,
    state: QueueTaskState,
    page: PageRequest = { limit: 100 },
  ): Promise<LookedPage<TaskSummary>> {
    if (!queueTaskStates.includes(state)) {
      throw new MillraceError(
        'INVALID_ARGUMENT',
        `the state must be one of ${queueTaskStates.join(', ')}; found '${state}'`,
      );
    }
    return listTasks(this.#context, { queue, state }, page);
  }

  /** Returns the messages and the tasks of each queue. */
  getStats(): Promise<QueueReport[]> {
    return reportQueues(this.#context);
  }

  /** Closes what the client has opened itself, which is nothing when it belongs to an app. */
  close(): Promise<void> {
    return this.#deps.close();
  }
}
