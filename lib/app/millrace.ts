/**
 * The app, open: its machines recorded, its store and broker ready, its roles startable. What the
 * CLI, the tests and a user's own program hold in their hands.
 */
import type { Json } from '../asl/json/json.ts';
import { describeBroker } from '../config/broker-settings.ts';
import type { BatchConfig, MillraceConfig } from '../config/config.ts';
import { MillraceError } from '../errors.ts';
import {
  type ActivityRequest,
  type ActivityWork,
  getActivityTask,
} from '../operations/activities.ts';
import type { AppContext } from '../operations/app-context.ts';
import { deleteArchived, type PaceOptions, redriveArchived } from '../operations/archive.ts';
import { type BatchReport, reportBatch } from '../operations/batch-report.ts';
import { abortBatch, pauseBatch, resumeBatch } from '../operations/batches.ts';
import type { RegisteredMachine } from '../operations/machine-registry.ts';
import { type OutgoingMessage, sendMessage } from '../operations/messages.ts';
import { Queues } from '../operations/queues.ts';
import { type BatchRequest, startBatch } from '../operations/start-batch.ts';
import { TaskAnswers, type TaskFailureReport } from '../operations/task-tokens.ts';
import { TaskOrders } from '../operations/tasks.ts';
import type { Part } from '../operations/workers.ts';
import type { ArchiveFilter } from '../ports/archive-store.ts';
import type { BatchRecord } from '../ports/batch-store.ts';
import type { Broker } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { TestStateReply, TestStateRequest } from '../test-state/request.ts';
import { createRoles, type Roles } from './compose/create-roles.ts';
import { closeContext } from './compose/open-context.ts';
import { type OpenOptions, openApp } from './open-app.ts';
import { allProcessRoles, checkProcessRoles, rolesOf } from './process-roles.ts';
import { QueueClient } from './queue-client.ts';
import { StateMachine } from './state-machine.ts';

/**
 * Opens an app: checks the configuration, opens the store, records the machines.
 *
 * @example
 * const app = await openMillrace({ config });
 * const { status, output } = await app.machine('order').execute({ items: 3 });
 * await app.close();
 */
export async function openMillrace(options: OpenOptions): Promise<Millrace> {
  const { context, config, folder, machines } = await openApp(options);
  return new Millrace(context, config, folder, machines);
}

/** See this file's head; made by {@link openMillrace}. */
export class Millrace {
  readonly #context: AppContext;
  readonly #config: MillraceConfig;
  readonly #folder: string;
  readonly #machines: ReadonlyMap<string, RegisteredMachine>;
  readonly #roles: Roles;
  readonly #answers: TaskAnswers;
  #started = false;

  constructor(
    context: AppContext,
    config: MillraceConfig,
    folder: string,
    machines: ReadonlyMap<string, RegisteredMachine>,
  ) {
    this.#context = context;
    this.#config = config;
    this.#folder = folder;
    this.#machines = machines;
    this.#roles = createRoles(context);
    this.#answers = new TaskAnswers(context, () => this.#wakes());
  }

  get store(): Store {
    return this.#context.store;
  }

  /** Where tasks queue; not open before it is used. */
  get broker(): Broker {
    return this.#context.broker;
  }

  /** The queues that tasks wait in. */
  get queues(): Queues {
    return new Queues(this.#context, () => this.#wakes());
  }

  /** Orders about single tasks. */
  get tasks(): TaskOrders {
    return new TaskOrders(this.#context);
  }

  get clock(): Clock {
    return this.#context.clock;
  }

  /** Where tasks queue, for people: no password in it. */
  get brokerDescription(): string {
    return describeBroker(this.#context.settings.broker);
  }

  /**
   * Starts the roles of `parts`: from now on this process fans out, or runs what is open, or both.
   * A broker in this process's memory begins empty, and the store is told so: what an earlier
   * process had queued is queued again. Throws INVALID_CONFIGURATION for a part whose process would
   * meet no other, BROKER_UNAVAILABLE when the broker cannot be reached.
   */
  async start(parts: readonly Part[] = allProcessRoles): Promise<void> {
    const { settings, broker, externalDrivers, warnings, logger } = this.#context;
    checkProcessRoles(parts, settings, externalDrivers);
    if (settings.ledMachine !== null) this.#registered(settings.ledMachine);
    await broker.stats(Object.keys(settings.queues));
    for (const warning of warnings) logger.warn(warning);
    if (broker.volatile && externalDrivers.broker === undefined) await this.store.forgetSent();
    for (const role of rolesOf(this.#roles, parts)) role.start();
    this.#started = true;
  }

  /**
   * Drains: handlers that run may answer within the grace; then nothing is left running or
   * half-written.
   */
  async stop(): Promise<void> {
    this.#started = false;
    const { leader, worker, sweeper, archiver, janitor } = this.#roles;
    await Promise.all([leader.stop(), sweeper.stop(), archiver.stop(), janitor.stop()]);
    await worker.stop();
  }

  /** Stops the roles and lets go of the store. */
  async close(): Promise<void> {
    await this.stop();
    await closeContext(this.#context);
  }

  /** The machine with this id; throws UNKNOWN_MACHINE naming those that there are. */
  machine(id: string): StateMachine {
    return new StateMachine(this.#context, this.#registered(id), this.#folder);
  }

  /**
   * Starts the batch of this name in the configuration. Throws when its machine, source or handlers
   * are not there.
   */
  async startBatch(name: string, changes: Partial<BatchRequest> = {}): Promise<BatchRecord> {
    const batch = this.batchConfig(name);
    if (batch === undefined) {
      const known = Object.keys(this.#config.batches ?? {}).join(', ') || 'none';
      throw new MillraceError('UNKNOWN_BATCH', `no batch is named '${name}'; known: ${known}`);
    }
    const { source, item, options } = batch;
    const record = await startBatch(this.#context, this.#registered(batch.machine), this.#folder, {
      name,
      source,
      ...(item !== undefined && { item }),
      ...changes,
      options: { ...options, ...changes.options },
    });
    this.#roles.leader.wake();
    return record;
  }

  /**
   * Stops the fan-out of a batch; what was begun runs on. Throws UNKNOWN_BATCH, or CONFLICT when it
   * cannot pause.
   */
  pauseBatch(batchId: string): Promise<BatchRecord> {
    return pauseBatch(this.store, batchId);
  }

  /** Lets a paused batch go on. Throws UNKNOWN_BATCH, or CONFLICT when it has ended. */
  resumeBatch(batchId: string): Promise<BatchRecord> {
    return resumeBatch(this.store, batchId);
  }

  /**
   * Stops a batch and all that was begun of it; a leader ends it ABORTED when the last has stopped.
   * Throws UNKNOWN_BATCH, or CONFLICT when it has ended otherwise.
   */
  abortBatch(batchId: string, reason?: string): Promise<BatchRecord> {
    return abortBatch(this.#context, batchId, reason);
  }

  /**
   * Runs archived executions again, each from the state that failed, the oldest first; answers the
   * ids of each page as it is put back.
   */
  redriveArchived(
    filter: ArchiveFilter,
    options: PaceOptions = {},
  ): AsyncGenerator<readonly string[]> {
    return redriveArchived(this.#context, filter, options);
  }

  /** Deletes entries of the archive, the oldest first; answers how many went with each page. */
  deleteArchived(filter: ArchiveFilter, options: PaceOptions = {}): AsyncGenerator<number> {
    return deleteArchived(this.#context, filter, options);
  }

  /**
   * A client that queues executions, tasks and batches for workers; for
   * `StateMachine.setQueueClient`.
   * @param onClose what its `close` does; nothing of the app's by default
   */
  queueClient(onClose: () => Promise<void> = async () => {}): QueueClient {
    return new QueueClient({
      context: this.#context,
      machine: (id) => this.#registered(id),
      startBatch: async (machineId, request) => {
        const machine = this.#registered(machineId);
        const record = await startBatch(this.#context, machine, this.#folder, request);
        this.#roles.leader.wake();
        return record;
      },
      close: onClose,
    });
  }

  /**
   * Answers the Task that gave out `taskToken` (`.waitForTaskToken`, or an activity) with its
   * output. Throws INVALID_TOKEN, INVALID_OUTPUT, TASK_DOES_NOT_EXIST, or TASK_TIMED_OUT when
   * nothing waits for it any more.
   */
  sendTaskSuccess(taskToken: string, output: Json): Promise<void> {
    return this.#answers.succeed(taskToken, output);
  }

  /** The same for a task that failed; an `error` is what `Retry` and `Catch` match. */
  sendTaskFailure(taskToken: string, failure: TaskFailureReport = {}): Promise<void> {
    return this.#answers.fail(taskToken, failure);
  }

  /** Tells that the work is alive, for Tasks with `HeartbeatSeconds`. Throws as the others do. */
  sendTaskHeartbeat(taskToken: string): Promise<void> {
    return this.#answers.heartbeat(taskToken);
  }

  /**
   * Hands a message to every execution that waits for its key and value in a state of the type
   * Message; when none does, keeps it for the first that comes. Answers its id. Throws
   * INVALID_ARGUMENT or PAYLOAD_TOO_LARGE.
   */
  sendMessage(message: OutgoingMessage): Promise<string> {
    return sendMessage(this.#context, message, this.#wakes());
  }

  /**
   * The oldest work of an activity, for a worker outside, which answers it by its task token; null
   * when none came in time. Throws UNKNOWN_ACTIVITY or INVALID_ARGUMENT.
   */
  getActivityTask(activity: string, request: ActivityRequest = {}): Promise<ActivityWork | null> {
    return getActivityTask(this.#context, activity, request, this.#wakes());
  }

  /**
   * Runs one state of a definition alone, with the app's handlers for Tasks that have no mock.
   * Throws as `testState` does.
   */
  async testState(request: TestStateRequest, signal?: AbortSignal): Promise<TestStateReply> {
    // Loaded by need: a leader has none.
    const { testState } = await import('../operations/test-state.ts');
    return testState(request, {
      handlers: this.#config.handlers ?? {},
      folder: this.#folder,
      logger: this.#context.logger,
      ...(signal !== undefined && { signal }),
    });
  }

  /** Whether tasks that are sent here reach a worker now. */
  #wakes(): boolean {
    return this.#started || !this.#context.broker.volatile;
  }

  /** The configuration of a batch; undefined when there is none of this name. */
  batchConfig(name: string): BatchConfig | undefined {
    const batches = this.#config.batches ?? {};
    return Object.hasOwn(batches, name) ? batches[name] : undefined;
  }

  /** The figures of a batch; throws UNKNOWN_BATCH. */
  async report(batchId: string): Promise<BatchReport> {
    const batch = await this.store.getBatch(batchId);
    if (batch === null) {
      throw new MillraceError('UNKNOWN_BATCH', `the store has no batch with the id ${batchId}`);
    }
    const summarize = this.batchConfig(batch.name)?.summarize;
    return reportBatch(this.store, batch, summarize, this.#context.clock.now());
  }

  #registered(id: string): RegisteredMachine {
    const machine = this.#machines.get(id);
    if (machine !== undefined) return machine;
    const known = [...this.#machines.keys()].join(', ') || 'none';
    throw new MillraceError('UNKNOWN_MACHINE', `no machine is named '${id}'; known: ${known}`);
  }
}
