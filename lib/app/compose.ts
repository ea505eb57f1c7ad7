/**
 * The composition root: picks the drivers that the settings name and wires the roles over them. The
 * only place that knows which technology is used; everything it returns speaks in ports.
 */
import type { Handlers, Transformer } from '../drivers/handlers/handler.ts';
import type { Connections } from '../drivers/http/connection.ts';
import { noMetrics } from '../drivers/system/no-metrics.ts';
import { openExecutionLog } from '../drivers/system/stream-execution-log.ts';
import { systemClock } from '../drivers/system/system-clock.ts';
import { SystemEntropy } from '../drivers/system/system-entropy.ts';
import type { LoggingConfiguration } from '../engine/execution-log-event.ts';
import type { Broker } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { EventBus } from '../ports/event-bus.ts';
import type { ExecutionLog } from '../ports/execution-log.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { ObjectReader, ObjectStore } from '../ports/object-store.ts';
import type { Store } from '../ports/store.ts';
import type { SweepSchedule } from '../ports/sweep-schedule.ts';
import type { TaskInvoker } from '../ports/task-invoker.ts';
import { ActivityDesk } from '../roles/activity-desk.ts';
import { Archiver } from '../roles/archiver.ts';
import { Committer } from '../roles/committer.ts';
import { Courier } from '../roles/courier.ts';
import { Dispatcher } from '../roles/dispatcher.ts';
import { ExecutionEnds } from '../roles/execution-ends.ts';
import { ExecutionLogger } from '../roles/execution-logger.ts';
import { Executor } from '../roles/executor.ts';
import { Janitor } from '../roles/janitor.ts';
import { Leader } from '../roles/leader.ts';
import { MachineCatalog } from '../roles/machine-catalog.ts';
import { MapRunStarter } from '../roles/map-run-starter.ts';
import { MessageDesk } from '../roles/message-desk.ts';
import { NestedExecutions } from '../roles/nested-executions.ts';
import { PriorityPicker } from '../roles/priority-picker.ts';
import type { RetryDelay } from '../roles/retry-delay.ts';
import { Sweeper } from '../roles/sweeper.ts';
import { Worker } from '../roles/worker.ts';
import { jobParts } from './batch-starter.ts';
import { composeInvoker } from './compose-invoker.ts';
import { eventTypes } from './event-names.ts';
import { OnDemandBroker } from './on-demand-broker.ts';
import { OnDemandObjects } from './on-demand-objects.ts';
import { openBroker } from './open-broker.ts';
import { openEventBus } from './open-event-bus.ts';
import { openObjects } from './open-objects.ts';
import { connectStore, openStore } from './open-store.ts';
import { openSweepSchedule } from './open-sweep-schedule.ts';
import { aboutText } from './processes.ts';
import type { Settings } from './settings.ts';
import { SourceFiles } from './source-files.ts';
import { wakingStore } from './waking-store.ts';

/** The app's own part: functions and facts that settings cannot hold. */
export interface AppParts {
  /** Where the app lies, and looks for packages. */
  readonly folder: string;
  readonly handlers: Handlers;
  readonly transformers: Readonly<Record<string, Transformer>>;
  /** What `http:invoke` adds to its requests, by name. */
  readonly connections: Connections;
  /** Hosts that Tasks may call without TLS. */
  readonly insecureHosts: ReadonlySet<string>;
  /** The activities that workers outside may ask for. */
  readonly activities: ReadonlySet<string>;
  /** Error names of a machine for which a second try is pointless. */
  readonly nonRetryable: (machineId: string) => ReadonlySet<string>;
  readonly retryDelay: RetryDelay;
  readonly loggingOf: (machineId: string) => LoggingConfiguration;
  readonly logger: Logger;
  /** @default JSON lines, where the settings say */
  readonly executionLog?: ExecutionLog;
}

/** What everything else is made of. */
export interface World {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly logger: Logger;
  readonly executionLog: ExecutionLog;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly broker: Broker;
  /** Who is told of ends outside. */
  readonly events: EventBus;
  /** Tells it those of executions. */
  readonly ends: ExecutionEnds;
  /** What calls the leader. */
  readonly sweepSchedule: SweepSchedule;
  /** Shared by all that runs in this process, so that each learns of signals at once. */
  readonly courier: Courier;
  readonly messages: MessageDesk;
  readonly activities: ActivityDesk;
  /** Buckets, for distributed Maps. */
  readonly objects: ObjectStore;
  /** What sources read: files of this machine, and of the buckets. */
  readonly files: ObjectReader;
  readonly invoker: TaskInvoker;
  /** Starts executions of the app's machines for Tasks that ask for it. */
  readonly nested: NestedExecutions;
  readonly parts: AppParts;
  /** Which of the drivers are not this world's own. */
  readonly lent: OpenDrivers;
  /** What is dangerous about the broker, once it is open: sentences with their mend. */
  readonly dangers: ReadonlySet<string>;
}

/** Drivers that are open already: they are used as they are, and closed by whoever opened them. */
export interface OpenDrivers {
  /** @default what the settings name */
  readonly store?: Store;
  /** @default what the settings name */
  readonly broker?: Broker;
}

/** How the drivers are opened. */
export interface OpeningOptions {
  /** @default 0 */
  readonly lockWaitMs?: number;
  /** @default none */
  readonly lent?: OpenDrivers;
  /**
   * Whether the store's schema is brought up to date. A fleet whose deploy does that saves itself
   * the asking. @default true
   */
  readonly migrates?: boolean;
  /** @default nothing is measured */
  readonly metrics?: Metrics;
  /**
   * Whether what is recorded here turns the sweep's schedule on, where the settings name one: for
   * all but the leader and the workers that it calls. @default true
   */
  readonly turnsSweepOn?: boolean;
}

/** Opens the drivers. Throws what opening the store throws. */
export async function openWorld(
  settings: Settings,
  parts: AppParts,
  options: OpeningOptions = {},
): Promise<World> {
  const { lent = {}, metrics = noMetrics } = options;
  const { logger } = parts;
  const sweepSchedule = await openSweepSchedule(settings.sweepSchedule, systemClock);
  const events = await openEventBus(settings.eventBus, logger);
  const objects = new OnDemandObjects(() => openObjects(settings.objects));
  const executionLog =
    parts.executionLog ?? (await openExecutionLog(settings.executionLog, logger));
  const opening = openWorldStore(settings, logger, sweepSchedule, options);
  const store = await opening.catch(async (error: unknown) => {
    await executionLog.close();
    throw error;
  });
  const entropy = new SystemEntropy(systemClock.now);
  const dangers = new Set<string>();
  const broker = lent.broker ?? onDemand(settings.broker, logger, dangers);
  const dispatcher = new Dispatcher({ broker, logger, metrics });
  const courier = new Courier({ store, dispatcher, logger });
  const desk = { store, courier, clock: systemClock, logger };
  const messages = new MessageDesk(desk);
  const activities = new ActivityDesk({ ...desk, activities: parts.activities });
  const nested = new NestedExecutions({
    ...{ store, dispatcher, entropy, logger },
    clock: systemClock,
  });
  return {
    settings,
    clock: systemClock,
    entropy,
    logger,
    executionLog,
    metrics,
    store,
    broker,
    events,
    ends: new ExecutionEnds({
      ...{ events, metrics, which: settings.executionEvents },
      eventType: eventTypes.executionEnded,
    }),
    sweepSchedule,
    courier,
    messages,
    activities,
    objects,
    files: new SourceFiles(objects),
    invoker: composeInvoker(settings, parts, { nested, messages, activities }),
    nested,
    parts,
    lent,
    dangers,
  };
}

async function openWorldStore(
  settings: Settings,
  logger: Logger,
  sweepSchedule: SweepSchedule,
  { lockWaitMs = 0, lent = {}, migrates = true, turnsSweepOn = true }: OpeningOptions,
): Promise<Store> {
  const patience = { clock: systemClock, logger, waitMs: lockWaitMs };
  const open = () =>
    migrates ? openStore(settings.store, patience) : connectStore(settings.store);
  const store = lent.store ?? (await open());
  const wakes = turnsSweepOn && settings.sweepSchedule !== null;
  return wakes ? wakingStore(store, sweepSchedule, logger) : store;
}

function onDemand(settings: Settings['broker'], logger: Logger, dangers: Set<string>): Broker {
  const onDanger = (danger: string) => void dangers.add(danger);
  return new OnDemandBroker(settings.driver === 'memory', () =>
    openBroker(settings, { clock: systemClock, logger, onDanger }),
  );
}

/** Lets go of the drivers, the execution log last: nothing that runs may be left. */
export async function closeWorld(world: World): Promise<void> {
  const { broker, store, executionLog, ends, lent } = world;
  await ends.told();
  if (lent.broker === undefined) await broker.close();
  if (lent.store === undefined) await store.close();
  await executionLog.close();
}

/** The roles of a process, not yet started. */
export interface Roles {
  readonly leader: Leader;
  readonly worker: Worker;
  readonly sweeper: Sweeper;
  readonly archiver: Archiver;
  readonly janitor: Janitor;
}

/** Wires every role over `world`. */
export function composeRoles(world: World): Roles {
  const { settings, store, broker, courier } = world;
  const { leaseMs } = settings;
  const common = commonOptions(world);
  const dispatcher = new Dispatcher(world);
  const picker = new PriorityPicker({
    weights: settings.served,
    strict: settings.strictPriority,
    random: common.random,
  });
  const queues = Object.keys(settings.queues);
  const { ledMachine } = settings;
  const about = { leader: aboutText('leader', world), worker: aboutText('worker', world) };
  const leader = new Leader({
    ...common,
    ...jobParts(world),
    ...{ store, dispatcher, courier, leaseMs, about: () => about.leader },
    ...(ledMachine !== null && { lease: leaseOf(store, ledMachine) }),
  });
  const lead = () => leader.wake();
  return {
    leader,
    worker: new Worker({
      ...common,
      store,
      broker,
      dispatcher,
      picker,
      executor: composeExecutor(world, lead),
      concurrency: settings.concurrency,
      leaseMs,
      graceMs: settings.graceMs,
      about: () => about.worker,
    }),
    sweeper: new Sweeper({ ...common, store, broker, dispatcher }),
    archiver: new Archiver({
      ...common,
      store,
      broker,
      queues,
      executor: composeExecutor(world, lead),
    }),
    janitor: new Janitor({ ...common, store, retentionMs: settings.retentionMs }),
  };
}

/** Leases the batches of one machine alone. */
function leaseOf(store: Store, machineId: string): Store['leaseBatches'] {
  return (leaderId, leaseMs, limit) => store.leaseBatches(leaderId, leaseMs, limit, { machineId });
}

/**
 * What runs executions.
 * @param onMapRun told when one has started the run of a distributed Map
 * @param machines those compiled already; executors that follow one another share them
 */
export function composeExecutor(
  world: World,
  onMapRun: (parentExecutionId: string) => void,
  machines = composeCatalog(world),
): Executor {
  const { store, settings, invoker, courier, parts } = world;
  return new Executor({
    ...commonOptions(world),
    machines,
    committer: new Committer({ ...world, patienceMs: settings.leaseMs }),
    invoker,
    store,
    courier,
    mapRuns: new MapRunStarter({ ...world, onStarted: onMapRun }),
    retryDelay: parts.retryDelay,
    nonRetryable: parts.nonRetryable,
    executionLogger: composeExecutionLogger(world),
    ends: world.ends,
  });
}

/** The machines that executors run, compiled when they are wanted. */
export function composeCatalog({ store, settings }: World): MachineCatalog {
  const { payloadBytesMax, historyEventsMax } = settings;
  return new MachineCatalog(store, { payloadBytesMax, historyEventsMax });
}

/** What tells the execution log, as far as each machine's configuration wants it. */
export function composeExecutionLogger({ executionLog, parts }: World): ExecutionLogger {
  return new ExecutionLogger(executionLog, parts.loggingOf);
}

/** What every role is made of. */
export function commonOptions({ clock, entropy, logger, metrics, events }: World) {
  return { clock, entropy, logger, metrics, events, random: () => entropy.random() };
}
