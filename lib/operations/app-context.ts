/** What operations work with: an app's settings, open drivers and shared services. */
import type { Settings } from '../config/settings.ts';
import type { AwsScope } from '../engine/arn/aws-scope.ts';
import type { Broker } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { EventBus } from '../ports/event-bus.ts';
import type { ExecutionLog } from '../ports/execution-log.ts';
import type { LeaderSchedule } from '../ports/leader-schedule.ts';
import type { Logger } from '../ports/logger.ts';
import type { ObjectReader, ObjectStore, ObjectWriter } from '../ports/object-store.ts';
import type { ServiceSchedules } from '../ports/service-schedules.ts';
import type { ChangeOrigin } from '../ports/store/order-store.ts';
import type { Store } from '../ports/store/store.ts';
import type { TaskInvoker } from '../ports/task-invoker.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { CallbackServices } from '../roles/callbacks/callback-services.ts';
import type { ExecutionEnds } from '../roles/execution/execution-ends.ts';
import type { FigureCollector } from '../roles/execution/figures/figure-collector.ts';
import type { EndHooks } from '../roles/hooks/end-hooks.ts';
import type { WorkerPulse } from '../roles/worker-pulse.ts';
import type { AppDefinition } from './app-definition.ts';
import type { CustomTasks } from './enqueue/custom-tasks.ts';
import type { MachineRegistry } from './machine-registry.ts';
import type { ExecutionStarts } from './state-machines/execution-starts.ts';

/** Drivers that the caller has opened: an app uses them and does not close them. */
export interface OpenDrivers {
  /** @default opened from the settings */
  readonly store?: Store;
  /** @default opened from the settings */
  readonly broker?: Broker;
}

/** An open app. An operation takes only the part that it needs: `Pick<AppContext, 'store' | …>`. */
export interface AppContext extends Telemetry, CallbackServices {
  readonly settings: Settings;
  /** The account and region that the store's ARNs name. */
  readonly scope: AwsScope;
  readonly clock: Clock;
  /**
   * Times what recurs in a run of this process while nothing happens, such as heartbeats.
   * @default `clock`
   */
  readonly backgroundClock?: Clock;
  readonly entropy: Entropy;
  readonly logger: Logger;
  readonly executionLog: ExecutionLog;
  /** How fast this process works. */
  readonly pulse: WorkerPulse;
  /** Who makes changes through the app, for the log of changes. */
  readonly origin: ChangeOrigin;
  /** Sums what the executions of this process do; null when no figures are kept. */
  readonly figures: FigureCollector | null;
  /** Writes these sums when the process runs nothing; to be closed with it. @default none */
  readonly figureFlusher?: { close(): Promise<void> } | null;
  readonly store: Store;
  readonly broker: Broker;
  /** Receives the ends of executions and batches, for systems outside. */
  readonly events: EventBus;
  /** Reports the ends of executions to `events` and `metrics`. */
  readonly ends: ExecutionEnds;
  /** Notifies of the ends of executions and batches. @default no one is notified */
  readonly hooks?: EndHooks;
  /** Invokes the leader function, in a deployment that has one. */
  readonly leaderSchedule: LeaderSchedule;
  /** The schedules of batches that a service evaluates; null where leaders evaluate them. */
  readonly serviceSchedules: ServiceSchedules | null;
  /** Objects in buckets, for distributed Maps. */
  readonly objects: ObjectStore;
  /** Writes files of results: local files, and objects in buckets. */
  readonly outputs: ObjectWriter;
  /** Reads the sources of batches: local files, and objects in buckets. */
  readonly files: ObjectReader;
  readonly invoker: TaskInvoker;
  readonly machines: MachineRegistry;
  readonly customTasks: CustomTasks;
  /** Records the executions that are started through the API of Step Functions. */
  readonly starts: ExecutionStarts;
  readonly app: AppDefinition;
  /** The drivers that were passed in, and are not closed with the app. */
  readonly externalDrivers: OpenDrivers;
  /** Dangerous settings of the broker, each a sentence with its remedy; filled when it opens. */
  readonly warnings: ReadonlySet<string>;
}
