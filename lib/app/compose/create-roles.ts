/** Wires the roles of a process over an open context. */
import type { AppContext } from '../../operations/app-context.ts';
import { createExecutor, roleOptions } from '../../operations/create-executor.ts';
import { batchJobDeps } from '../../operations/start-batch.ts';
import { aboutText } from '../../operations/workers.ts';
import type { Store } from '../../ports/store.ts';
import { Archiver } from '../../roles/archiver.ts';
import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import { PriorityPicker } from '../../roles/delivery/priority-picker.ts';
import { Janitor } from '../../roles/janitor.ts';
import { Leader } from '../../roles/leader.ts';
import { Sweeper } from '../../roles/sweeper.ts';
import { Worker } from '../../roles/worker.ts';

/** The roles of a process, not yet started. */
export interface Roles {
  readonly leader: Leader;
  readonly worker: Worker;
  readonly sweeper: Sweeper;
  readonly archiver: Archiver;
  readonly janitor: Janitor;
}

/** Wires every role over `context`. */
export function createRoles(context: AppContext): Roles {
  const { settings, store, broker, signalRouter } = context;
  const { leaseMs } = settings;
  const common = roleOptions(context);
  const dispatcher = new Dispatcher(context);
  const picker = new PriorityPicker({
    weights: settings.served,
    strict: settings.strictPriority,
    random: common.random,
  });
  const queues = Object.keys(settings.queues);
  const { ledMachine } = settings;
  const about = { leader: aboutText('leader', context), worker: aboutText('worker', context) };
  const leader = new Leader({
    ...common,
    ...batchJobDeps(context),
    ...{ store, dispatcher, signalRouter, leaseMs, about: () => about.leader },
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
      executor: createExecutor(context, lead),
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
      executor: createExecutor(context, lead),
    }),
    janitor: new Janitor({ ...common, store, retentionMs: settings.retentionMs }),
  };
}

/** Leases the batches of one machine alone. */
function leaseOf(store: Store, machineId: string): Store['leaseBatches'] {
  return (leaderId, leaseMs, limit) => store.leaseBatches(leaderId, leaseMs, limit, { machineId });
}
