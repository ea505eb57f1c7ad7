/** Wires the roles of a process over an open context; none of them is started. */
import type { AppContext } from '../../operations/app-context.ts';
import {
  type CreateExecutorOptions,
  createExecutor,
  roleOptions,
} from '../../operations/create-executor.ts';
import { batchReaderDeps } from '../../operations/start-batch.ts';
import { workerMetadataText } from '../../operations/workers.ts';
import { Archiver } from '../../roles/archiver.ts';
import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import { PriorityPicker } from '../../roles/delivery/priority-picker.ts';
import type { Executor } from '../../roles/execution/executor.ts';
import { Janitor } from '../../roles/janitor.ts';
import { Leader } from '../../roles/leader.ts';
import { Sweeper } from '../../roles/sweeper.ts';
import { Worker } from '../../roles/worker.ts';

/** What executors of one process share. */
export type SharedByExecutors = Pick<CreateExecutorOptions, 'machines' | 'committer'>;

/** What a leader process runs: the leader, and the roles that look after the store and queues. */
export interface LeaderRoles {
  readonly leader: Leader;
  readonly sweeper: Sweeper;
  readonly archiver: Archiver;
  readonly janitor: Janitor;
  /** The archiver's; to be closed with the process. */
  readonly executor: Executor;
}

/** Creates the roles of a leader process. */
export function createLeaderRoles(
  context: AppContext,
  shared: SharedByExecutors = {},
): LeaderRoles {
  const { settings, store, broker, signalRouter } = context;
  const common = roleOptions(context);
  const dispatcher = new Dispatcher(context);
  const about = workerMetadataText('leader', context);
  const { ledMachine } = settings;
  const leader = new Leader({
    ...common,
    ...batchReaderDeps(context),
    store,
    dispatcher,
    signalRouter,
    leaseMs: settings.leaseMs,
    about: () => about,
    ...(ledMachine !== null && { scope: { machineId: ledMachine } }),
  });
  const onMapRunStarted = () => leader.wake();
  const executor = createExecutor(context, { ...shared, onMapRunStarted });
  return {
    leader,
    sweeper: new Sweeper({ ...common, store, broker, dispatcher }),
    archiver: new Archiver({
      ...common,
      store,
      broker,
      queues: Object.keys(settings.queues),
      executor,
    }),
    janitor: new Janitor({ ...common, store, retentionMs: settings.retentionMs }),
    executor,
  };
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
  const about = workerMetadataText('worker', context);
  const executor = createExecutor(context, options);
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
    about: () => about,
  });
  return { worker, executor };
}
