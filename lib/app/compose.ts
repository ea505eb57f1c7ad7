/**
 * The composition root: picks the drivers that the settings name and wires the roles over them. The
 * only place that knows which technology is used; everything it returns speaks in ports.
 */
import type { Handlers, Transformer } from '../drivers/handlers/handler.ts';
import type { Connections } from '../drivers/http/connection.ts';
import { MemoryBroker } from '../drivers/memory/memory-broker.ts';
import { noMetrics } from '../drivers/system/no-metrics.ts';
import { systemClock } from '../drivers/system/system-clock.ts';
import { SystemEntropy } from '../drivers/system/system-entropy.ts';
import type { Broker } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { ObjectReader, ObjectStore } from '../ports/object-store.ts';
import type { Store } from '../ports/store.ts';
import type { TaskInvoker } from '../ports/task-invoker.ts';
import { Archiver } from '../roles/archiver.ts';
import { Committer } from '../roles/committer.ts';
import { Dispatcher } from '../roles/dispatcher.ts';
import { Executor } from '../roles/executor.ts';
import { Janitor } from '../roles/janitor.ts';
import { Leader } from '../roles/leader.ts';
import { LocalRunner } from '../roles/local-runner.ts';
import { MachineCatalog } from '../roles/machine-catalog.ts';
import { PriorityPicker } from '../roles/priority-picker.ts';
import { exponentialDelay } from '../roles/retry-delay.ts';
import { Sweeper } from '../roles/sweeper.ts';
import { Worker } from '../roles/worker.ts';
import { jobParts } from './batch-starter.ts';
import { composeInvoker } from './compose-invoker.ts';
import { openObjects } from './open-objects.ts';
import { openStore } from './open-store.ts';
import type { Settings } from './settings.ts';
import { SourceFiles } from './source-files.ts';

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
  /** Error names of a machine for which a second try is pointless. */
  readonly nonRetryable: (machineId: string) => ReadonlySet<string>;
  readonly logger: Logger;
}

/** What everything else is made of. */
export interface World {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly broker: Broker;
  /** Buckets, for distributed Maps. */
  readonly objects: ObjectStore;
  /** What sources read: files of this machine, and of the buckets. */
  readonly files: ObjectReader;
  readonly invoker: TaskInvoker;
  readonly parts: AppParts;
}

/** Opens the drivers. Throws what opening the store throws. */
export async function openWorld(
  settings: Settings,
  parts: AppParts,
  lockWaitMs = 0,
): Promise<World> {
  const { logger } = parts;
  const objects = await openObjects(settings.objects);
  return {
    settings,
    clock: systemClock,
    entropy: new SystemEntropy(systemClock.now),
    logger: parts.logger,
    metrics: noMetrics,
    store: await openStore(settings.store, { clock: systemClock, logger, waitMs: lockWaitMs }),
    broker: new MemoryBroker({ clock: systemClock }),
    objects,
    files: new SourceFiles(objects),
    invoker: composeInvoker(settings, parts),
    parts,
  };
}

/** The roles of the all-in-one process, not yet started. */
export interface Roles {
  readonly leader: Leader;
  readonly worker: Worker;
  readonly sweeper: Sweeper;
  readonly archiver: Archiver;
  readonly janitor: Janitor;
}

/** Wires every role over `world`. */
export function composeRoles(world: World): Roles {
  const { settings, store, broker } = world;
  const { leaseMs } = settings;
  const common = commonOptions(world);
  const dispatcher = new Dispatcher(world);
  const picker = new PriorityPicker({
    weights: settings.queues,
    strict: settings.strictPriority,
    random: common.random,
  });
  const queues = Object.keys(settings.queues);
  return {
    leader: new Leader({ ...common, ...jobParts(world), store, dispatcher, leaseMs }),
    worker: new Worker({
      ...common,
      store,
      broker,
      dispatcher,
      picker,
      executor: composeExecutor(world),
      concurrency: settings.concurrency,
      leaseMs,
      graceMs: settings.graceMs,
    }),
    sweeper: new Sweeper({ ...common, store, broker, dispatcher }),
    archiver: new Archiver({ ...common, store, broker, queues, executor: composeExecutor(world) }),
    janitor: new Janitor({ ...common, store, retentionMs: settings.retentionMs }),
  };
}

/** A runner of executions in this process, without a queue; not yet started. */
export function composeLocalRunner(world: World): LocalRunner {
  const { store, settings } = world;
  const executor = composeExecutor(world);
  return new LocalRunner({ ...commonOptions(world), store, executor, leaseMs: settings.leaseMs });
}

function composeExecutor(world: World): Executor {
  const { store, settings, invoker, parts } = world;
  const { payloadBytesMax, leaseMs } = settings;
  return new Executor({
    ...commonOptions(world),
    machines: new MachineCatalog(store, { payloadBytesMax }),
    committer: new Committer({ ...world, patienceMs: leaseMs }),
    invoker,
    retryDelay: exponentialDelay(),
    nonRetryable: parts.nonRetryable,
  });
}

function commonOptions({ clock, entropy, logger, metrics }: World) {
  return { clock, entropy, logger, metrics, random: () => entropy.random() };
}
