import type { Settings } from '../config/settings.ts';
import { MillraceError } from '../errors.ts';
import type { AppContext, OpenDrivers } from '../operations/app-context.ts';
import { createCommitter, createMachineCatalog } from '../operations/create-executor.ts';
import type { ProcessRole } from '../operations/workers.ts';
import { waitAtMost } from '../retry/wait-at-most.ts';
import type { Role } from '../roles/role.ts';
import type * as composeRoles from './compose/create-roles.ts';
import type { LeaderRoles, SharedByExecutors, WorkerRoles } from './compose/create-roles.ts';

/** How roles are started. */
export interface RoleStartOptions {
  /**
   * Whether a leader starts batches by their schedules and for new objects. @default true
   */
  readonly evaluatesTriggers?: boolean;
}

/** Every role: an all-in-one process. */
export const allProcessRoles: readonly ProcessRole[] = Object.freeze(['leader', 'worker']);

/** Maximum time that a stop takes after the grace period, in milliseconds. */
const stopMsMax = 10_000;

/** The roles that a process runs: each is created when it is first started. */
export class ProcessRoles {
  readonly #context: AppContext;
  #shared: SharedByExecutors | null = null;
  #leaderRoles: LeaderRoles | null = null;
  #workerRoles: WorkerRoles | null = null;
  #isStarted = false;
  /** Whether a stop was not finished in time: it is not waited for again. */
  #isGivenUp = false;
  #stopMeasuring: () => void = () => {};

  constructor(context: AppContext) {
    this.#context = context;
    const { exposition } = context;
    if (exposition !== null) {
      this.#stopMeasuring = exposition.beforeRead(() => this.#measure());
    }
  }

  /** The loops of the roles that this process has started. */
  get loops(): readonly Role[] {
    const roles = [...listRoles(this.#leaderRoles), ...listWorker(this.#workerRoles)];
    return roles.flatMap((role) => role.loops);
  }

  /** Whether it was stopped, or is stopping, after it was started. */
  get isStopping(): boolean {
    return !this.#isStarted && this.loops.length > 0;
  }

  /** Whether tasks sent from this process reach a worker now. */
  get reachesWorkers(): boolean {
    return this.#isStarted || !this.#context.broker.volatile;
  }

  /**
   * Starts `roles`. A broker in this process's memory starts empty, so the messages of an earlier
   * process are sent again.
   * @param evaluatesTriggers whether a leader starts batches by schedules and for new objects
   * @throws INVALID_CONFIGURATION when the roles are incomplete and the drivers are not shared
   * @throws BROKER_UNAVAILABLE
   */
  async start(
    roles: readonly ProcessRole[],
    { evaluatesTriggers = true }: RoleStartOptions = {},
  ): Promise<void> {
    const { settings, store, broker, externalDrivers, warnings, logger, machines } = this.#context;
    checkProcessRoles(roles, settings, externalDrivers);
    if (settings.ledMachine !== null) machines.get(settings.ledMachine);
    await broker.stats(Object.keys(settings.queues));
    for (const warning of warnings) logger.warn(warning);
    if (broker.volatile && externalDrivers.broker === undefined) await store.markAllUnsent();
    // Loaded here: most commands run no roles, which are a third of the program.
    const compose = await import('./compose/create-roles.ts');
    for (const role of roles) {
      if (role === 'leader') this.#startLeader(compose, evaluatesTriggers);
      else this.#startWorker(compose);
    }
    this.#isStarted = true;
  }

  /**
   * Lets handlers that run finish within the grace period, then stops everything. Resolves in any
   * case a little after the grace period, also when the store or the broker does not answer.
   */
  async stop(): Promise<void> {
    this.#isStarted = false;
    if (this.#isGivenUp) return;
    const { clock, logger, settings } = this.#context;
    const waitMs = settings.graceMs + stopMsMax;
    if (await waitAtMost(clock, this.#stopRoles(), waitMs)) return;
    this.#isGivenUp = true;
    logger.error('process not stopped in time: its leases will expire', { waitMs });
  }

  async #stopRoles(): Promise<void> {
    const stopping = listRoles(this.#leaderRoles).map((role) => role.stop());
    await Promise.all(stopping);
    await this.#workerRoles?.worker.stop();
  }

  /** Stops everything permanently. */
  async close(): Promise<void> {
    await this.stop();
    this.#stopMeasuring();
    this.#leaderRoles?.executor.close();
    this.#workerRoles?.executor.close();
  }

  /** Makes the leader of this process look for batches and orders now, if there is one. */
  wakeLeader(): void {
    this.#leaderRoles?.leader.wake();
    this.#leaderRoles?.orderRunner.wake();
  }

  #startLeader({ createLeaderRoles }: typeof composeRoles, evaluatesTriggers: boolean): void {
    this.#leaderRoles ??= createLeaderRoles(this.#context, {
      ...this.#executorParts(),
      evaluatesTriggers,
    });
    for (const role of listRoles(this.#leaderRoles)) role.start();
  }

  #startWorker({ createWorkerRoles }: typeof composeRoles): void {
    this.#workerRoles ??= createWorkerRoles(this.#context, {
      ...this.#executorParts(),
      onMapRunStarted: () => this.wakeLeader(),
    });
    this.#workerRoles.worker.start();
  }

  #measure(): void {
    const { metrics, settings } = this.#context;
    if (this.#leaderRoles !== null) {
      metrics.gauge('batchesLed', this.#leaderRoles.leader.batchesLed);
    }
    if (this.#workerRoles !== null) {
      metrics.gauge('executionsRunning', this.#workerRoles.executor.runningCount);
      metrics.gauge('executionsMax', settings.concurrency);
    }
  }

  #executorParts(): SharedByExecutors {
    this.#shared ??= {
      machines: createMachineCatalog(this.#context),
      committer: createCommitter(this.#context),
    };
    return this.#shared;
  }
}

/** Returns the roles that a leader process runs. */
function listRoles(roles: LeaderRoles | null): Role[] {
  if (roles === null) return [];
  const { executor: _, ...running } = roles;
  return Object.values(running).filter((role) => role !== null);
}

function listWorker(roles: WorkerRoles | null): Role[] {
  return roles === null ? [] : [roles.worker];
}

/**
 * Throws INVALID_CONFIGURATION when a process with only `roles` could not reach the other roles.
 * External drivers are not checked: the caller knows who shares them.
 */
export function checkProcessRoles(
  roles: readonly ProcessRole[],
  { broker, store }: Pick<Settings, 'broker' | 'store'>,
  externalDrivers: OpenDrivers = {},
): void {
  if (allProcessRoles.every((role) => roles.includes(role))) return;
  const names = roles.join(' and ');
  if (broker.driver === 'memory' && externalDrivers.broker === undefined) {
    throw notShared(names, 'broker', 'memory', 'set REDIS_URL or --redis, or QUEUE_DRIVER=sqs');
  }
  const isShared = store.driver === 'postgres' || store.driver === 'rds-data';
  if (!isShared && externalDrivers.store === undefined) {
    const remedy = 'set POSTGRES_URL or --postgres, or STORE_DRIVER=rds-data';
    throw notShared(names, 'store', store.driver, remedy);
  }
}

function notShared(role: string, what: string, found: string, remedy: string): MillraceError {
  return new MillraceError(
    'INVALID_CONFIGURATION',
    `a ${role} process of its own needs a ${what} that other processes reach; found ${found}: ` +
      `${remedy}, or run every role in one process with millrace dev`,
  );
}
