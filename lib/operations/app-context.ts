/** What operations work with: an app's settings, open drivers and shared services. */
import type { Settings } from '../config/settings.ts';
import type { Broker } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { EventBus } from '../ports/event-bus.ts';
import type { ExecutionLog } from '../ports/execution-log.ts';
import type { LeaderSchedule } from '../ports/leader-schedule.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { ObjectReader, ObjectStore } from '../ports/object-store.ts';
import type { Store } from '../ports/store/store.ts';
import type { TaskInvoker } from '../ports/task-invoker.ts';
import type { ActivityTasks } from '../roles/callbacks/activity-tasks.ts';
import type { MessageTasks } from '../roles/callbacks/message-tasks.ts';
import type { NestedExecutions } from '../roles/callbacks/nested-executions.ts';
import type { SignalRouter } from '../roles/callbacks/signal-router.ts';
import type { ExecutionEnds } from '../roles/execution/execution-ends.ts';
import type { AppDefinition } from './app-definition.ts';
import type { CustomTasks } from './enqueue/custom-tasks.ts';
import type { MachineRegistry } from './machine-registry.ts';

/** Drivers that the caller has opened: an app uses them and does not close them. */
export interface OpenDrivers {
  /** @default opened from the settings */
  readonly store?: Store;
  /** @default opened from the settings */
  readonly broker?: Broker;
}

/** An open app. An operation takes only the part that it needs: `Pick<AppContext, 'store' | …>`. */
export interface AppContext {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly logger: Logger;
  readonly executionLog: ExecutionLog;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly broker: Broker;
  /** Receives the ends of executions and batches, for systems outside. */
  readonly events: EventBus;
  /** Reports the ends of executions to `events` and `metrics`. */
  readonly ends: ExecutionEnds;
  /** Invokes the leader function, in a deployment that has one. */
  readonly leaderSchedule: LeaderSchedule;
  /** One for the whole process, so that every role is notified of signals immediately. */
  readonly signalRouter: SignalRouter;
  readonly messages: MessageTasks;
  readonly activities: ActivityTasks;
  /** Objects in buckets, for distributed Maps. */
  readonly objects: ObjectStore;
  /** Reads the sources of batches: local files, and objects in buckets. */
  readonly files: ObjectReader;
  readonly invoker: TaskInvoker;
  /** Starts executions of the app's machines on behalf of Tasks. */
  readonly nested: NestedExecutions;
  readonly machines: MachineRegistry;
  readonly customTasks: CustomTasks;
  readonly app: AppDefinition;
  /** The drivers that were passed in, and are not closed with the app. */
  readonly externalDrivers: OpenDrivers;
  /** Dangerous settings of the broker, each a sentence with its remedy; filled when it opens. */
  readonly warnings: ReadonlySet<string>;
}
