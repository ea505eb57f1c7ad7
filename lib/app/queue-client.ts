/**
 * Puts work on the queues for workers to take, and tells what became of it: what a program uses
 * that only produces.
 */
import type { Json } from '../asl/json/json.ts';
import { isEnd } from '../engine/status.ts';
import { MillraceError } from '../errors.ts';
import type { AppContext } from '../operations/app-context.ts';
import type { CancelOutcome } from '../operations/cancel-tasks.ts';
import { CustomTasks } from '../operations/custom-tasks.ts';
import { type Enqueued, type EnqueuedExecution, Enqueueing } from '../operations/enqueue.ts';
import type { EnqueueOptions, When } from '../operations/enqueue-options.ts';
import { checkPayload, type ExecutionTaskPayload } from '../operations/execution-payload.ts';
import type { RegisteredMachine } from '../operations/machine-registry.ts';
import { type QueueReport, queueReports } from '../operations/queue-report.ts';
import type { BatchRequest } from '../operations/start-batch.ts';
import type { BatchRecord } from '../ports/batch-store.ts';
import type { Page, PageRequest } from '../ports/page.ts';
import {
  type TaskRecord,
  type TaskState,
  type TaskSummary,
  taskStates,
} from '../ports/task-store.ts';
import { Dispatcher } from '../roles/delivery/dispatcher.ts';

/** How tasks of a custom type are queued. */
export interface TasksOptions extends EnqueueOptions {
  /**
   * True: no two open tasks of the type have the same payload. A text: no two open ones have the
   * same text. @default false
   */
  readonly unique?: boolean | string;
}

/** How one task of a custom type is queued. */
export interface TaskOptions extends TasksOptions {
  /**
   * Unique within the type for ever: a second task of the same name is the first one. @default a
   * new UUID
   */
  readonly name?: string;
}

/** What the client needs of the app. */
export interface QueueClientDeps {
  readonly context: AppContext;
  /** Throws UNKNOWN_MACHINE. */
  readonly machine: (id: string) => RegisteredMachine;
  readonly startBatch: (machineId: string, request: BatchRequest) => Promise<BatchRecord>;
  readonly close: () => Promise<void>;
}

/**
 * See this file's head; made by `Millrace.queueClient`, or by `openQueueClient` with an app of its
 * own. Enqueueing throws INVALID_ARGUMENT, UNKNOWN_MACHINE, UNKNOWN_EXECUTION, UNKNOWN_TRANSFORMER,
 * INVALID_ITEM or PAYLOAD_TOO_LARGE, and nothing is recorded then.
 *
 * @example
 * const client = await openQueueClient({ config });
 * const { executionId } = await client.enqueueExecution({ machineId: 'order', input: { id: 7 } });
 * await client.close();
 */
export class QueueClient {
  readonly #parts: QueueClientDeps;
  readonly #enqueueing: Enqueueing;
  readonly #dispatcher: Dispatcher;
  readonly #tasks: CustomTasks;

  constructor(parts: QueueClientDeps) {
    this.#parts = parts;
    this.#enqueueing = new Enqueueing(parts.context);
    this.#dispatcher = new Dispatcher(parts.context);
    this.#tasks = new CustomTasks(parts.context.store);
  }

  /** Records an execution and sends its task. */
  async enqueueExecution(
    payload: ExecutionTaskPayload,
    options: EnqueueOptions = {},
  ): Promise<EnqueuedExecution> {
    return this.#enqueueing.one(this.#onMachine(payload), null, options);
  }

  /** The same, its priority said first. */
  enqueueExecutionWithPriority(
    payload: ExecutionTaskPayload,
    priority: string,
    options: EnqueueOptions = {},
  ): Promise<EnqueuedExecution> {
    return this.enqueueExecution(payload, { ...options, priority });
  }

  /**
   * Records many executions, a thousand in a statement, and sends their tasks; answers in their
   * order. One payload that cannot be refuses all of them, by its index.
   */
  async enqueueExecutions(
    payloads: readonly ExecutionTaskPayload[],
    options: EnqueueOptions = {},
  ): Promise<EnqueuedExecution[]> {
    return this.#enqueueing.all(payloads, (payload) => this.#machineOf(payload), options);
  }

  /** Records an execution that starts later, and can be cancelled until then. */
  async scheduleExecution(
    payload: ExecutionTaskPayload,
    when: When,
    options: EnqueueOptions = {},
  ): Promise<EnqueuedExecution> {
    return this.#enqueueing.one(this.#onMachine(payload), when, options);
  }

  /** Queues a task of a custom type, which a worker does that has a handler of the type. */
  async enqueueTask(
    type: string,
    payload: Json,
    { name, unique = false, ...options }: TaskOptions = {},
  ): Promise<EnqueuedExecution> {
    const task = await this.#asTask(type, payload, name, unique);
    return this.#enqueueing.one(task, null, options);
  }

  /** Queues many tasks of one type, as {@link enqueueExecutions} does. */
  async enqueueTasks(
    type: string,
    payloads: readonly Json[],
    { unique = false, ...options }: TasksOptions = {},
  ): Promise<EnqueuedExecution[]> {
    const machine = await this.#tasks.machine(type);
    const inputs = payloads.map((input) => ({ input, unique }));
    return this.#enqueueing.all(inputs, () => machine, options);
  }

  /** Records a task that starts later, and can be cancelled until then. */
  async scheduleTask(
    type: string,
    payload: Json,
    when: When,
    { name, unique = false, ...options }: TaskOptions = {},
  ): Promise<EnqueuedExecution> {
    const task = await this.#asTask(type, payload, name, unique);
    return this.#enqueueing.one(task, when, options);
  }

  /** Records a batch; a leader fans it out. */
  enqueueBatch(machineId: string, request: BatchRequest): Promise<BatchRecord> {
    return this.#parts.startBatch(machineId, request);
  }

  /**
   * True when the execution or task will never run now; false when it has begun, has ended or is
   * unknown: it stays as it is then.
   */
  async cancelScheduled(id: string): Promise<boolean> {
    const { cancelled, wakeups } = await this.#parts.context.store.abortUnstarted([id]);
    await this.#dispatcher.dispatch(wakeups);
    return cancelled.includes(id);
  }

  /** Stops an execution or a task, wherever it is and whichever worker runs it; it ends ABORTED. */
  async cancel(id: string): Promise<CancelOutcome> {
    if (await this.cancelScheduled(id)) return 'cancelled';
    const { store } = this.#parts.context;
    await this.#dispatcher.dispatch(await store.requestAbort([id]));
    const record = await store.getExecution(id);
    if (record === null) return 'unknown';
    return isEnd(record.status) ? 'ended' : 'stopping';
  }

  /** An execution or a task, whole; null for an id that is unknown. */
  getTask(id: string): Promise<TaskRecord | null> {
    return this.#parts.context.store.getTask(id);
  }

  /** Executions and tasks of a queue in a state, newest first. Throws INVALID_ARGUMENT. */
  async listTasks(
    queue: string,
    state: TaskState,
    page: PageRequest = { limit: 100 },
  ): Promise<Page<TaskSummary>> {
    requireAmong('queue', queue, Object.keys(this.#parts.context.settings.queues));
    requireAmong('state', state, taskStates);
    return this.#parts.context.store.listTasks({ queue, state }, page);
  }

  /** What lies in each queue: its messages, and its tasks by their state. */
  getStats(): Promise<QueueReport[]> {
    return queueReports(this.#parts.context);
  }

  /** Lets go of what the client has opened itself: nothing, when it is an app's. */
  close(): Promise<void> {
    return this.#parts.close();
  }

  #onMachine(payload: ExecutionTaskPayload) {
    return { machine: this.#machineOf(payload), payload };
  }

  #machineOf(payload: ExecutionTaskPayload): RegisteredMachine {
    checkPayload(payload);
    return this.#parts.machine(payload.machineId);
  }

  async #asTask(
    type: string,
    input: Json,
    name: string | undefined,
    unique: boolean | string,
  ): Promise<Enqueued> {
    const machine = await this.#tasks.machine(type);
    return { machine, payload: { input, unique, ...(name !== undefined && { name }) } };
  }
}

function requireAmong(what: string, found: string, expected: readonly string[]): void {
  if (expected.includes(found)) return;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `the ${what} must be one of ${expected.join(', ')}; found '${found}'`,
  );
}
