/**
 * The real roles, wired into simulated processes: leader processes (leader, sweeper, archiver and
 * janitor) and worker processes, or worker functions in their place. Each process has its own
 * wires, dice and clock.
 */
import { noMetrics } from '../../lib/drivers/system/no-metrics.ts';
import type { Broker } from '../../lib/ports/broker.ts';
import { noEventBus } from '../../lib/ports/event-bus.ts';
import type { ObjectStore } from '../../lib/ports/object-store.ts';
import type { Store } from '../../lib/ports/store.ts';
import { exponentialDelay } from '../../lib/retry/task-retry-delay.ts';
import { Archiver } from '../../lib/roles/archiver.ts';
import { MapRunStarter } from '../../lib/roles/batch/map-run-starter.ts';
import { MessageTasks } from '../../lib/roles/callbacks/message-tasks.ts';
import { NestedExecutions } from '../../lib/roles/callbacks/nested-executions.ts';
import { SignalRouter } from '../../lib/roles/callbacks/signal-router.ts';
import { Dispatcher } from '../../lib/roles/delivery/dispatcher.ts';
import { PriorityPicker } from '../../lib/roles/delivery/priority-picker.ts';
import { EventWorker } from '../../lib/roles/event-worker.ts';
import { Committer } from '../../lib/roles/execution/committer.ts';
import { Executor } from '../../lib/roles/execution/executor.ts';
import { MachineCatalog } from '../../lib/roles/execution/machine-catalog.ts';
import { Janitor } from '../../lib/roles/janitor.ts';
import { Leader } from '../../lib/roles/leader.ts';
import { Sweeper } from '../../lib/roles/sweeper.ts';
import { Worker } from '../../lib/roles/worker.ts';
import { nonRetryable } from './answers.ts';
import type { Outsiders } from './outsiders.ts';
import { PushingPoller } from './pushing-poller.ts';
import { childMachine } from './random-machine.ts';
import { type Others, scriptedInvoker } from './scripted-invoker.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { Trace } from './trace.ts';
import { queues } from './workload.ts';

/** How the roles are set; the seed draws some of it. */
export interface ClusterSettings {
  readonly leaseMs: number;
  readonly concurrency: number;
  readonly holdMs: number;
  readonly stallsMax: number;
  readonly retentionMs: number;
}

/** What a process is made of. */
export interface NodeDeps {
  readonly process: SimulatedProcess;
  readonly store: Store;
  readonly broker: Broker;
  readonly objects: ObjectStore;
  readonly trace: Trace;
  readonly outsiders: Outsiders;
  readonly settings: ClusterSettings;
  readonly servesAll: boolean;
  readonly observe: Others['observe'];
}

/** A process of the cluster. */
export interface Node {
  readonly kind: 'leader' | 'worker';
  readonly process: SimulatedProcess;
  /** Whether it has handlers of every type of custom tasks. */
  readonly servesAll: boolean;
  /** Executions that run in it. */
  running(): number;
  /** Stops its roles in an orderly way. */
  stop(): Promise<void>;
}

/** Milliseconds between two looks, longer than in production so that simulated hours pass fast. */
const paces = Object.freeze({ busyMs: 5_000, idleMs: 10_000, sweepMs: 15_000, archiveMs: 30_000 });

/** Starts a leader process. */
export function startLeader(parts: NodeDeps): Node {
  const { process, store, broker, objects, settings } = parts;
  const common = roleOptions(parts);
  const dispatcher = new Dispatcher({ ...common, broker });
  const signalRouter = new SignalRouter({ ...common, store, dispatcher });
  const executor = executorOf(parts);
  const batches = {
    files: objects,
    objects,
    transformers: {},
    queues: Object.keys(queues),
    payloadBytesMax: 262_144,
  };
  const { busyMs, idleMs, sweepMs, archiveMs } = paces;
  const roles = [
    new Leader({ ...common, ...batches, store, dispatcher, signalRouter, busyMs, idleMs }),
    new Sweeper({ ...common, store, broker, dispatcher, intervalMs: sweepMs }),
    new Archiver({ ...common, ...batches, store, broker, executor, intervalMs: archiveMs }),
    new Janitor({ ...common, store, intervalMs: 300_000, retentionMs: settings.retentionMs }),
  ];
  for (const role of roles) role.start();
  return {
    kind: 'leader',
    ...{ process, servesAll: false },
    running: () => executor.running,
    stop: async () => {
      await Promise.all(roles.map((role) => role.stop()));
    },
  };
}

/** Time that a function has in excess of what a lease of its lasts, in milliseconds. */
const functionMarginMs = 5_000;

/** Starts a process that a worker function lives in. */
export function startFunction(parts: NodeDeps): Node {
  const { process, store, broker, settings } = parts;
  const common = roleOptions(parts);
  let executor = executorOf(parts);
  const worker = new EventWorker({
    ...common,
    ...{ store, broker },
    dispatcher: new Dispatcher({ ...common, broker }),
    executor: () => {
      executor = executorOf(parts);
      return executor;
    },
  });
  const poller = new PushingPoller({
    ...{ process, broker, worker },
    picker: new PriorityPicker({ weights: queues, random: common.random }),
    batchSize: settings.concurrency,
    timeoutMs: settings.leaseMs - functionMarginMs,
  });
  poller.start();
  return {
    ...{ kind: 'worker', process, servesAll: parts.servesAll },
    running: () => executor.running,
    stop: () => poller.stop(),
  };
}

/** Starts a worker process. */
export function startWorker(parts: NodeDeps): Node {
  const { process, store, broker, settings } = parts;
  const common = roleOptions(parts);
  const executor = executorOf(parts);
  const worker = new Worker({
    ...common,
    ...{ store, broker, executor },
    dispatcher: new Dispatcher({ ...common, broker }),
    picker: new PriorityPicker({ weights: queues, random: common.random }),
    concurrency: settings.concurrency,
    leaseMs: settings.leaseMs,
    waitMs: 20_000,
    graceMs: 5_000,
  });
  worker.start();
  return {
    ...{ kind: 'worker', process, servesAll: parts.servesAll },
    running: () => executor.running,
    stop: () => worker.stop(),
  };
}

function executorOf(parts: NodeDeps): Executor {
  const { process, store, broker, outsiders, settings, servesAll, observe } = parts;
  const common = roleOptions(parts);
  const dispatcher = new Dispatcher({ ...common, broker });
  const nested = new NestedExecutions({ ...common, store, dispatcher });
  const signalRouter = new SignalRouter({ ...common, store, dispatcher });
  const messages = new MessageTasks({ ...common, store, signalRouter });
  nested.offer({ id: childMachine.id, version: 1, kind: 'STANDARD' });
  return new Executor({
    ...common,
    machines: new MachineCatalog(store),
    committer: new Committer({ ...common, store, patienceMs: settings.leaseMs }),
    invoker: scriptedInvoker(process, { outsiders, nested, messages, servesAll, observe }),
    store,
    signalRouter,
    mapRuns: new MapRunStarter({ ...common, store, onStarted: () => {} }),
    retryDelay: exponentialDelay(),
    nonRetryable: () => nonRetryable,
    stallsMax: settings.stallsMax,
    holdMs: settings.holdMs,
  });
}

function roleOptions({ process, trace }: NodeDeps) {
  const { clock, dice, name } = process;
  const { entropy } = dice;
  return {
    ...{ clock, entropy, metrics: noMetrics, events: noEventBus },
    logger: trace.loggerOf(name),
    random: () => entropy.random(),
  };
}
