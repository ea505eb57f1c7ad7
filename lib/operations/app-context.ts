/** What operations work with: an app's settings, open drivers and shared services. */
import type { Settings } from '../config/settings.ts';
import type { Handlers, Transformer } from '../drivers/handlers/handler.ts';
import type { Connections } from '../drivers/http/connection.ts';
import type { LoggingConfiguration } from '../engine/execution-log-event.ts';
import type { Broker } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { EventBus } from '../ports/event-bus.ts';
import type { ExecutionLog } from '../ports/execution-log.ts';
import type { LeaderSchedule } from '../ports/leader-schedule.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { ObjectReader, ObjectStore } from '../ports/object-store.ts';
import type { Store } from '../ports/store.ts';
import type { TaskInvoker } from '../ports/task-invoker.ts';
import type { RetryDelay } from '../retry/task-retry-delay.ts';
import type { ActivityTasks } from '../roles/callbacks/activity-tasks.ts';
import type { MessageTasks } from '../roles/callbacks/message-tasks.ts';
import type { NestedExecutions } from '../roles/callbacks/nested-executions.ts';
import type { SignalRouter } from '../roles/callbacks/signal-router.ts';
import type { ExecutionEnds } from '../roles/execution/execution-ends.ts';

/** Drivers that are open already: they are used as they are, and closed by whoever opened them. */
export interface OpenDrivers {
  /** @default what the settings name */
  readonly store?: Store;
  /** @default what the settings name */
  readonly broker?: Broker;
}

/** The app's own part: functions and facts that settings cannot hold. */
export interface AppDefinition {
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
export interface AppContext {
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
  readonly leaderSchedule: LeaderSchedule;
  /** Shared by all that runs in this process, so that each learns of signals at once. */
  readonly signalRouter: SignalRouter;
  readonly messages: MessageTasks;
  readonly activities: ActivityTasks;
  /** Buckets, for distributed Maps. */
  readonly objects: ObjectStore;
  /** What sources read: files of this machine, and of the buckets. */
  readonly files: ObjectReader;
  readonly invoker: TaskInvoker;
  /** Starts executions of the app's machines for Tasks that ask for it. */
  readonly nested: NestedExecutions;
  readonly app: AppDefinition;
  /** Which of the drivers are not this world's own. */
  readonly externalDrivers: OpenDrivers;
  /** What is dangerous about the broker, once it is open: sentences with their mend. */
  readonly warnings: ReadonlySet<string>;
}
