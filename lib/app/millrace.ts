import { describeBroker } from '../config/broker-settings.ts';
import type { MillraceConfig } from '../config/config.ts';
import type {
  MachineId,
  MachineInput,
  MachineOutput,
  QueueName,
} from '../config/typing/typed-config.ts';
import type { AppContext, OpenDrivers } from '../operations/app-context.ts';
import type { ProcessRole } from '../operations/workers.ts';
import type { MetricsExposition } from '../ports/metrics-exposition.ts';
import type { TestStateReply, TestStateRequest } from '../test-state/request.ts';
import { auditResources, type RecordChanges } from './audited-changes.ts';
import { closeContext } from './compose/open-context.ts';
import { type OpenOptions, openApp } from './open-app.ts';
import { guardProcess, type ProcessGuard } from './process-guard.ts';
import { judgeHealth, type ProcessHealth } from './process-health.ts';
import { allProcessRoles, ProcessRoles, type RoleStartOptions } from './process-roles.ts';
import { QueueClient } from './queue-client.ts';
import { replicaContext } from './resources/replica-context.ts';
import { ResourceGroups } from './resources/resource-groups.ts';
import { StateMachine } from './state-machine.ts';

/**
 * Opens an app: checks its configuration, opens its store and registers its machines.
 *
 * @example
 * const app = await openMillrace({ config });
 * const { status, output } = await app.machine('order').execute({ items: 3 });
 * await app.close();
 */
export async function openMillrace<const Config extends MillraceConfig>(
  options: OpenOptions<Config>,
): Promise<Millrace<Config>> {
  return new Millrace<Config>(await openApp(options), { records: true });
}

let readContext: (app: Millrace) => AppContext;

/** Returns what the operations of an app work with: for layers that call operations themselves. */
export function contextOf(app: Millrace): AppContext {
  return readContext(app);
}

/**
 * An open app, made by {@link openMillrace}. Its commands are grouped by what they are about:
 * `app.batches.start('orders')`, `app.tasks.cancel([id])`. `start` runs its roles in this process.
 */
export class Millrace<
  // biome-ignore lint/suspicious/noExplicitAny: an app of any configuration, which each app is
  Config extends MillraceConfig = any,
> extends ResourceGroups<Config> {
  static {
    readContext = (app) => app.#context;
  }

  readonly #context: AppContext;
  readonly #roles: ProcessRoles;
  #unrecorded: Millrace<Config> | null = null;

  /**
   * @param records whether changes made through its resources are in the log of changes
   * @param roles the roles of the same app, if it has some already
   */
  constructor(
    context: AppContext,
    {
      records = false,
      roles = new ProcessRoles(context),
    }: { readonly records?: boolean; readonly roles?: ProcessRoles } = {},
  ) {
    super({ context, lists: replicaContext(context), roles });
    this.#context = context;
    this.#roles = roles;
    if (records) {
      const record: RecordChanges = (notes) => this.orders.record(notes);
      auditResources(new Map(Object.entries(this)), record, context.origin.via === 'cli');
    }
  }

  /**
   * The same app, whose changes are not recorded in the log of changes: for a caller that records
   * them itself, because it knows who made them.
   */
  get unrecorded(): Millrace<Config> {
    this.#unrecorded ??= new Millrace<Config>(this.#context, { roles: this.#roles });
    return this.#unrecorded;
  }

  /**
   * Starts roles in this process: from now on it fans batches out (leader), runs tasks (worker), or
   * both. Throws INVALID_CONFIGURATION for a role that could not reach the others,
   * BROKER_UNAVAILABLE when the broker cannot be reached.
   */
  start(
    roles: readonly ProcessRole[] = allProcessRoles,
    options: RoleStartOptions = {},
  ): Promise<void> {
    return this.#roles.start(roles, options);
  }

  /**
   * Stops the roles: handlers that run may finish within the grace period, and unfinished work is
   * handed back.
   */
  stop(): Promise<void> {
    return this.#roles.stop();
  }

  /** Stops the roles and closes the drivers that the app has opened. */
  async close(): Promise<void> {
    await this.#roles.close();
    await closeContext(this.#context);
  }

  /** How the roles of this process go on, for health checks. */
  get health(): ProcessHealth {
    const progress = this.#roles.loops.map((loop) => loop.progress);
    return judgeHealth(progress, this.#roles.isStopping);
  }

  /**
   * Guards this process, which runs the roles of the app: an error that nothing catches fails the
   * task of the handler that it comes from, a handler that blocks the event loop is named in the
   * log, and a loop that makes no progress is noticed. A process has one guard.
   */
  guardProcess(): ProcessGuard {
    const { logger, settings } = this.#context;
    const loops = () => this.#roles.loops;
    return guardProcess({ logger, loops, leaseMs: settings.leaseMs });
  }

  /** Returns the machine with this id of the configuration; throws UNKNOWN_MACHINE. */
  machine<Id extends MachineId<Config>>(
    id: Id,
  ): StateMachine<MachineInput<Config, Id>, MachineOutput<Config, Id>> {
    return new StateMachine(this.#context, this.#context.machines.get(id));
  }

  /**
   * Returns a client that queues executions, tasks and batches for workers; for
   * `StateMachine.setQueueClient`.
   * @param onClose called by the client's `close`. @default closes nothing: the app stays open
   */
  queueClient(
    onClose: () => Promise<void> = async () => {},
  ): QueueClient<MachineId<Config>, QueueName<Config>> {
    return new QueueClient({
      context: this.#context,
      wakeLeader: () => this.#roles.wakeLeader(),
      close: onClose,
    });
  }

  /**
   * Runs a single state of a definition; handlers of the app are called for Tasks without a mock.
   * Throws what `testState` throws.
   */
  async testState(request: TestStateRequest, signal?: AbortSignal): Promise<TestStateReply> {
    // Loaded on demand: a leader never needs it.
    const { testState } = await import('../operations/test-state.ts');
    const { app, logger } = this.#context;
    return testState(request, {
      handlers: app.handlers,
      folder: app.folder,
      logger,
      ...(signal !== undefined && { signal }),
    });
  }

  /** The open drivers, for another app or a `QueueWorker` of this process; `close` closes them. */
  get drivers(): Required<OpenDrivers> {
    const { store, broker } = this.#context;
    return { store, broker };
  }

  /** Where the app keeps executions and queues tasks, as texts without passwords. */
  get description(): { readonly store: string; readonly broker: string } {
    const { store, settings } = this.#context;
    return { store: store.description, broker: describeBroker(settings.broker) };
  }

  /** Receives what the app logs. */
  get logger(): AppContext['logger'] {
    return this.#context.logger;
  }

  /** The metrics of this process for Prometheus; null unless it was opened with `measures`. */
  get metrics(): MetricsExposition | null {
    return this.#context.exposition;
  }

  /** Receives what others measure in this process, for {@link metrics}. */
  get metricsRecorder(): AppContext['metrics'] {
    return this.#context.metrics;
  }

  /** Checks that the store answers. Throws STORE_UNAVAILABLE or STORE_FAILED. */
  async checkStore(): Promise<void> {
    await this.#context.store.inspect();
  }
}
