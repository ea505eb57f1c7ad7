/**
 * The real roles in simulated processes: leader processes (leader, sweeper, archiver and janitor)
 * and worker processes, or worker functions in their place. Each process has its own wires, dice
 * and clock.
 */
import { noEventBus } from '../../lib/drivers/system/no-event-bus.ts';
import { noMetrics } from '../../lib/drivers/system/no-metrics.ts';
import type { Broker } from '../../lib/ports/broker.ts';
import type { LeaderSchedule } from '../../lib/ports/leader-schedule.ts';
import type { ObjectStore } from '../../lib/ports/object-store.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { exponentialDelay } from '../../lib/retry/task-retry-delay.ts';
import { Archiver } from '../../lib/roles/archiver.ts';
import { MapRunStarter } from '../../lib/roles/batch/map-run-starter.ts';
import { ActivityTasks } from '../../lib/roles/callbacks/activity-tasks.ts';
import { MessageTasks } from '../../lib/roles/callbacks/message-tasks.ts';
import { NestedExecutions } from '../../lib/roles/callbacks/nested-executions.ts';
import { SignalRouter } from '../../lib/roles/callbacks/signal-router.ts';
import { Dispatcher } from '../../lib/roles/delivery/dispatcher.ts';
import { MissingHandlers } from '../../lib/roles/delivery/missing-handlers.ts';
import { PriorityPicker } from '../../lib/roles/delivery/priority-picker.ts';
import { UnhandledTaskTypes } from '../../lib/roles/delivery/unhandled-task-types.ts';
import { EventWorker } from '../../lib/roles/event-worker.ts';
import { Committer } from '../../lib/roles/execution/committer.ts';
import { noExecutionEnds } from '../../lib/roles/execution/execution-ends.ts';
import { Executor } from '../../lib/roles/execution/executor.ts';
import { FinishPolicy } from '../../lib/roles/execution/finish-policy.ts';
import { MachineCatalog } from '../../lib/roles/execution/machine-catalog.ts';
import { RunFactory } from '../../lib/roles/execution/run-factory.ts';
import { Janitor } from '../../lib/roles/janitor.ts';
import { Leader } from '../../lib/roles/leader.ts';
import type { ConfiguredLimits } from '../../lib/roles/limits/limit-catalog.ts';
import { Sweeper } from '../../lib/roles/sweeper.ts';
import { Worker } from '../../lib/roles/worker.ts';
import { activity, nonRetryable } from './answers.ts';
import type { Sabotage } from './canaries/canary.ts';
import { createCatalog, createPermits, type ProcessPermits } from './drawn-limits.ts';
import type { ExternalServices } from './external-services.ts';
import type { LeaderCalls } from './leader-calls.ts';
import {
  findLackedHandler,
  ownHandler,
  type ProgramVersion,
  transformersOf,
} from './program-versions.ts';
import { PushingPoller } from './pushing-poller.ts';
import { childMachine } from './random-machine.ts';
import { type ScriptedInvokerDeps, scriptedInvoker } from './scripted-invoker.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { Trace } from './trace.ts';
import { queues } from './workload.ts';

/** The settings of roles that the seed draws. */
export interface ClusterSettings {
  readonly leaseMs: number;
  readonly concurrency: number;
  readonly holdMs: number;
  readonly stallsMax: number;
  readonly retentionMs: number;
  /**
   * Whether calls to the broker are late, or fail: each costs the task a delivery, and no worker is
   * lost.
   */
  readonly spendsDeliveries: boolean;
}

/** What a process is created from. */
export interface NodeDeps {
  readonly process: SimulatedProcess;
  readonly store: Store;
  readonly broker: Broker;
  readonly objects: ObjectStore;
  readonly trace: Trace;
  readonly externalServices: ExternalServices;
  readonly settings: ClusterSettings;
  /** Null without limits. */
  readonly limits: ConfiguredLimits | null;
  readonly handlesAllTypes: boolean;
  /** The version of the program that it runs; null when there is one version. */
  readonly version: ProgramVersion | null;
  /** The schedule and the queue of the leader function. */
  readonly schedule: LeaderSchedule & Pick<LeaderCalls, 'continueLater'>;
  readonly sabotage: Pick<Sabotage, 'deployGraceMs' | 'failsUnknownHandlers'>;
  readonly isPoison: ScriptedInvokerDeps['isPoison'];
  readonly observe: ScriptedInvokerDeps['observe'];
}

/** A process of the cluster. */
export interface Node {
  readonly kind: 'leader' | 'worker';
  readonly process: SimulatedProcess;
  readonly version: ProgramVersion | null;
  /** Whether it has handlers for every type of custom tasks. */
  readonly handlesAllTypes: boolean;
  /** Returns the number of executions that run in it. */
  running(): number;
  /** Stops its roles in an orderly way. */
  stop(): Promise<void>;
}

/** Poll intervals in milliseconds, longer than in production so that simulations run fast. */
const intervals = Object.freeze({
  busyMs: 5_000,
  idleMs: 10_000,
  sweepMs: 15_000,
  archiveMs: 30_000,
});

const janitorMs = 300_000;

/** Longer than any simulation: a version that can go on comes back. */
const endlessGraceMs = 90 * 86_400_000;

/** The roles of a leader, none of which is started. */
export function createLeaderRoles(deps: NodeDeps) {
  const { store, broker, objects, settings, version, sabotage } = deps;
  const common = nodeRoleOptions(deps);
  const dispatcher = new Dispatcher({ ...common, broker });
  const signalRouter = new SignalRouter({ ...common, store, dispatcher });
  const executor = createExecutor(deps);
  const batches = {
    files: objects,
    objects,
    transformers: version === null ? {} : transformersOf(version),
    queues: Object.keys(queues),
    payloadBytesMax: 262_144,
    deployGraceMs: sabotage.deployGraceMs ?? (version === null ? 0 : endlessGraceMs),
  };
  const { busyMs, idleMs, sweepMs, archiveMs } = intervals;
  return {
    executor,
    leaderOptions: { ...common, ...batches, store, dispatcher, signalRouter, busyMs, idleMs },
    sweeper: new Sweeper({
      ...common,
      store,
      broker,
      dispatcher,
      intervalMs: sweepMs,
      limitRules: createCatalog(deps.limits).rules,
    }),
    archiver: new Archiver({
      ...common,
      ...batches,
      store,
      broker,
      executor,
      intervalMs: archiveMs,
    }),
    janitor: new Janitor({
      ...common,
      store,
      intervalMs: janitorMs,
      retentionMs: settings.retentionMs,
    }),
  };
}

/** Starts a leader process. */
export function startLeader(deps: NodeDeps): Node {
  const { process } = deps;
  const { executor, leaderOptions, sweeper, archiver, janitor } = createLeaderRoles(deps);
  const roles = [new Leader(leaderOptions), sweeper, archiver, janitor];
  for (const role of roles) role.start();
  return {
    kind: 'leader',
    process,
    version: deps.version,
    handlesAllTypes: false,
    running: () => executor.runningCount,
    stop: async () => {
      await Promise.all(roles.map((role) => role.stop()));
    },
  };
}

/** How much earlier than its lease a function times out, in milliseconds. */
const functionMarginMs = 5_000;

/** Starts a process that runs a worker function. */
export function startFunction(deps: NodeDeps): Node {
  const { process, store, broker, settings } = deps;
  const common = nodeRoleOptions(deps);
  const permits = createNodePermits(deps);
  let executor = createExecutor(deps, permits);
  const worker = new EventWorker({
    ...common,
    store,
    broker,
    dispatcher: new Dispatcher({ ...common, broker }),
    createExecutor: () => {
      executor = createExecutor(deps, permits);
      return executor;
    },
    ...(permits && { permits: permits.client }),
  });
  const poller = new PushingPoller({
    process,
    broker,
    worker,
    picker: new PriorityPicker({ weights: queues, random: common.random }),
    batchSize: settings.concurrency,
    timeoutMs: settings.leaseMs - functionMarginMs,
  });
  poller.start();
  return {
    kind: 'worker',
    process,
    version: deps.version,
    handlesAllTypes: deps.handlesAllTypes,
    running: () => executor.runningCount,
    stop: () => poller.stop(),
  };
}

/** Starts a worker process. */
export function startWorker(deps: NodeDeps): Node {
  const { process, store, broker, settings } = deps;
  const common = nodeRoleOptions(deps);
  const permits = createNodePermits(deps);
  const executor = createExecutor(deps, permits);
  const about = JSON.stringify(describeWorker(deps));
  const worker = new Worker({
    ...common,
    store,
    broker,
    executor,
    dispatcher: new Dispatcher({ ...common, broker }),
    picker: new PriorityPicker({ weights: queues, random: common.random }),
    concurrency: settings.concurrency,
    leaseMs: settings.leaseMs,
    waitMs: 20_000,
    graceMs: 5_000,
    about: () => about,
    permits: permits?.client,
  });
  worker.start();
  return {
    kind: 'worker',
    process,
    version: deps.version,
    handlesAllTypes: deps.handlesAllTypes,
    running: () => executor.runningCount,
    stop: () => worker.stop(),
  };
}

/** What other workers read of it. */
function describeWorker({ version }: NodeDeps): object {
  const known = Object.values(ownHandler).filter((name) => name !== findLackedHandler(version));
  const handlers = version === null ? null : ['flaky', 'timed', ...known];
  return { role: 'worker', queues: Object.keys(queues), handlers, lacks: [] };
}

function createNodePermits(deps: NodeDeps): ProcessPermits | null {
  const { limits, store, broker, settings } = deps;
  const common = nodeRoleOptions(deps);
  return createPermits(limits, { ...common, store, broker, retryMsMax: settings.leaseMs });
}

function createExecutor(deps: NodeDeps, permits: ProcessPermits | null = null): Executor {
  const { process, store, broker, externalServices, settings, handlesAllTypes, observe } = deps;
  const { version, sabotage } = deps;
  const common = nodeRoleOptions(deps);
  const dispatcher = new Dispatcher({ ...common, broker });
  const nested = new NestedExecutions({ ...common, store, dispatcher });
  const signalRouter = new SignalRouter({ ...common, store, dispatcher });
  const messages = new MessageTasks({ ...common, store, signalRouter });
  const activities = new ActivityTasks({
    ...common,
    store,
    signalRouter,
    activities: new Set([activity.name]),
  });
  nested.offer({ id: childMachine.id, version: 1, kind: 'STANDARD' });
  const committer = new Committer({ ...common, store, retryMsMax: settings.leaseMs });
  const invoker = scriptedInvoker(process, {
    externalServices,
    nested,
    messages,
    activities,
    handlesAllTypes,
    lackedHandler: findLackedHandler(version),
    isPoison: deps.isPoison,
    observe,
  });
  const { entropy } = common;
  const missingHandlers = new MissingHandlers({
    ...common,
    store,
    invoker,
    findHandlerName: ({ resource }) => resource,
    graceMs: endlessGraceMs,
  });
  const leavesCalls = version !== null && !sabotage.failsUnknownHandlers;
  return new Executor({
    ...common,
    store,
    committer,
    signalRouter,
    unhandledTaskTypes: new UnhandledTaskTypes({ ...common, committer, invoker }),
    runs: new RunFactory({
      ...common,
      committer,
      invoker,
      machines: new MachineCatalog(store),
      mapRuns: new MapRunStarter({ ...common, store, dispatcher, onStarted: () => {} }),
      finishPolicy: new FinishPolicy({
        entropy,
        retryDelay: exponentialDelay(),
        nonRetryable: () => nonRetryable,
      }),
      executionLogger: { write: () => {} },
      ends: noExecutionEnds,
      ...(leavesCalls && { missingHandlers }),
      ...(permits && { limits: permits.limits }),
      stallsMax: settings.stallsMax,
      holdMs: settings.holdMs,
    }),
  });
}

/** Returns what every role of the process is constructed from. */
export function nodeRoleOptions({ process, trace }: NodeDeps) {
  const { clock, dice, name } = process;
  const { entropy } = dice;
  return {
    clock,
    entropy,
    metrics: noMetrics,
    events: noEventBus,
    logger: trace.createLogger(name),
    random: () => entropy.random(),
  };
}
