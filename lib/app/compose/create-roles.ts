/** Wires the roles of a process over an open context; none of them is started. */
import { version } from '../../config/version.ts';
import { findWebhookSecret } from '../../config/webhooks-config.ts';
import { HttpWebhookClient } from '../../drivers/http/http-webhook-client.ts';
import type { AppContext } from '../../operations/app-context.ts';
import {
  type CreateExecutorOptions,
  createExecutor,
  createMissingHandlers,
  roleOptions,
} from '../../operations/create-executor.ts';
import { createLimits, listLimitRules } from '../../operations/limits/create-limits.ts';
import { createOrderWork } from '../../operations/orders/create-order-work.ts';
import { batchEndDeps, createResultFileWriter } from '../../operations/results/batch-end-deps.ts';
import { batchReaderDeps } from '../../operations/start-batch.ts';
import { advanceDeletion } from '../../operations/state-machines/delete-state-machine.ts';
import { workerMetadata } from '../../operations/workers.ts';
import type { Store } from '../../ports/store/store.ts';
import { Alerter } from '../../roles/alerter.ts';
import { Archiver } from '../../roles/archiver.ts';
import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import { PriorityPicker } from '../../roles/delivery/priority-picker.ts';
import type { EventReader } from '../../roles/event-reader.ts';
import type { Executor } from '../../roles/execution/executor.ts';
import type { FolderWatcher } from '../../roles/folder-watcher.ts';
import { Janitor } from '../../roles/janitor.ts';
import { Leader } from '../../roles/leader.ts';
import { OrderRunner, type OrderRunnerOptions } from '../../roles/order-runner.ts';
import { QueueMeter } from '../../roles/queue-meter.ts';
import type { ResultFileWriter } from '../../roles/result-file-writer.ts';
import type { Scheduler } from '../../roles/scheduler.ts';
import { Sweeper, sweeperDefaults } from '../../roles/sweeper.ts';
import { WebhookSender } from '../../roles/webhook-sender.ts';
import { Worker } from '../../roles/worker.ts';
import { createTriggerRoles, noTriggerRoles } from './create-trigger-roles.ts';
import { storeAfterCalls } from './store-after-calls.ts';

/** What executors of one process share. */
export type SharedByExecutors = Pick<CreateExecutorOptions, 'machines' | 'committer'>;

/** What a leader process runs: the leader, and the roles that look after the store and queues. */
export interface LeaderRoles {
  readonly leader: Leader;
  readonly sweeper: Sweeper;
  readonly archiver: Archiver;
  readonly janitor: Janitor;
  readonly orderRunner: OrderRunner;
  readonly alerter: Alerter;
  readonly webhookSender: WebhookSender;
  readonly resultFileWriter: ResultFileWriter;
  /** Null in a process that keeps neither metrics nor figures. */
  readonly queueMeter: QueueMeter | null;
  /** Null where nothing, or something else, starts batches by itself. */
  readonly scheduler: Scheduler | null;
  readonly folderWatcher: FolderWatcher | null;
  readonly eventReader: EventReader | null;
  /** The archiver's; to be closed with the process. */
  readonly executor: Executor;
}

/** What a leader process runs besides leading batches. */
export interface LeaderRolesOptions {
  /** Whether schedules and new objects start batches. */
  readonly evaluatesTriggers: boolean;
}

/** Creates the roles of a leader process. */
export function createLeaderRoles(
  context: AppContext,
  { evaluatesTriggers, ...shared }: SharedByExecutors & LeaderRolesOptions,
): LeaderRoles {
  const { settings, store, broker, signalRouter } = context;
  const common = roleOptions(context);
  const dispatcher = new Dispatcher(context);
  const about = workerMetadata('leader', context);
  const { ledMachine } = settings;
  const queueNames = Object.keys(settings.queues);
  const webhookSender = createWebhookSender(context);
  const resultFileWriter = createResultFileWriter(context);
  // What only a leader process queues: its other roles need not look for it often.
  const wakingStore = storeAfterCalls(store, queueingCalls, () => {
    webhookSender.wake();
    resultFileWriter.wake();
  });
  const leader = new Leader({
    ...common,
    ...batchReaderDeps(context),
    ...batchEndDeps(context),
    store: wakingStore,
    dispatcher,
    signalRouter,
    leaseMs: settings.leaseMs,
    deployGraceMs: broker.volatile ? 0 : settings.deployGraceMs,
    about,
    ...(ledMachine !== null && { scope: { machineId: ledMachine } }),
  });
  const onMapRunStarted = () => leader.wake();
  const executor = createExecutor(context, { ...shared, onMapRunStarted });
  return {
    leader,
    sweeper: new Sweeper({
      ...common,
      store,
      broker,
      dispatcher,
      limitRules: listLimitRules(context),
      // Who chooses a short lease wants work to continue soon after a loss.
      orphanMs: Math.min(sweeperDefaults.orphanMs, 3 * settings.leaseMs),
    }),
    archiver: new Archiver({
      ...common,
      store,
      broker,
      queues: queueNames,
      executor,
    }),
    janitor: createJanitor(context),
    orderRunner: createOrderRunner(context, {
      id: context.entropy.uuid(),
      leaseMs: settings.leaseMs,
    }),
    alerter: createAlerter({ ...context, store: wakingStore }),
    webhookSender,
    resultFileWriter,
    queueMeter: createQueueMeter(context),
    ...(evaluatesTriggers ? createTriggerRoles(context, () => leader.wake()) : noTriggerRoles),
    executor,
  };
}

/** The calls that may queue deliveries to webhooks, or files of results. */
const queueingCalls: ReadonlySet<keyof Store> = new Set<keyof Store>([
  'endAlerts',
  'openAlerts',
  'transitionBatch',
]);

function createQueueMeter(context: AppContext): QueueMeter | null {
  const { settings, store, broker, exposition } = context;
  const records = settings.measure === 'on';
  if (exposition === null && !records) return null;
  return new QueueMeter({
    ...roleOptions(context),
    store,
    broker,
    queues: Object.keys(settings.queues),
    reports: exposition === null ? 'none' : 'all',
    limits: listLimitRules(context),
    records,
  });
}

/** Creates the janitor, which keeps what it deletes for as long as the settings say. */
export function createJanitor(context: AppContext): Janitor {
  const { store, settings, machines } = context;
  const { retentionMs, measureRetentionMs, auditRetentionMs } = settings;
  return new Janitor({
    ...roleOptions(context),
    retentionMs,
    measureRetentionMs,
    auditRetentionMs,
    machines: () => machines.list().map(({ record }) => record),
    advanceDeletion: (id) => advanceDeletion(context, id),
    store,
  });
}

/** Creates the role that carries out orders. */
export function createOrderRunner(
  context: AppContext,
  options: Pick<OrderRunnerOptions, 'id' | 'predecessor' | 'leaseMs' | 'burstMs'>,
): OrderRunner {
  const { store } = context;
  return new OrderRunner({
    ...roleOptions(context),
    ...options,
    store,
    work: createOrderWork(context),
  });
}

/** Creates the role that evaluates the alert rules. */
export function createAlerter(context: AppContext): Alerter {
  const { store, broker, settings, app } = context;
  return new Alerter({
    ...roleOptions(context),
    store,
    broker,
    queues: Object.keys(settings.queues),
    rules: settings.alerts,
    urls: app.webhooks.alerts.map(({ url }) => url),
  });
}

/** Creates the role that sends what is queued for webhooks. */
export function createWebhookSender(context: AppContext): WebhookSender {
  const { store, app } = context;
  return new WebhookSender({
    ...roleOptions(context),
    store,
    client: new HttpWebhookClient(app.webhooks.privateHosts),
    secretOf: (delivery) => findWebhookSecret(app.webhooks, delivery),
    userAgent: `millrace/${version}`,
  });
}

/** What a worker process runs. */
export interface WorkerRoles {
  readonly worker: Worker;
  /** The worker's; to be closed with the process. */
  readonly executor: Executor;
}

/** Creates the worker of a worker process. */
export function createWorkerRoles(
  context: AppContext,
  options: CreateExecutorOptions = {},
): WorkerRoles {
  const { settings, store, broker } = context;
  const common = roleOptions(context);
  const missingHandlers = createMissingHandlers(context);
  const permits = createLimits(context);
  const executor = createExecutor(context, {
    ...options,
    ...(permits && { limits: permits.limits }),
    ...(missingHandlers && { missingHandlers }),
  });
  const about = workerMetadata('worker', context, () => ({
    busy: executor.runningCount,
    lacks: missingHandlers?.lacks ?? [],
    ...context.pulse.read(),
  }));
  const worker = new Worker({
    ...common,
    store,
    broker,
    dispatcher: new Dispatcher(context),
    picker: new PriorityPicker({
      weights: settings.served,
      strict: settings.strictPriority,
      random: common.random,
    }),
    executor,
    concurrency: settings.concurrency,
    leaseMs: settings.leaseMs,
    graceMs: settings.graceMs,
    about,
    permits: permits?.client,
  });
  return { worker, executor };
}
