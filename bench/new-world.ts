/** A composition as the app makes it, over a store that the benchmark opened. */
import type { World } from '../lib/app/compose.ts';
import { resolveSettings, type Settings } from '../lib/app/settings.ts';
import { SourceFiles } from '../lib/app/source-files.ts';
import { HandlerInvoker } from '../lib/drivers/handlers/handler-invoker.ts';
import { MemoryBroker } from '../lib/drivers/memory/memory-broker.ts';
import { FolderObjectStore } from '../lib/drivers/system/folder-object-store.ts';
import { lineLogger } from '../lib/drivers/system/line-logger.ts';
import { noMetrics } from '../lib/drivers/system/no-metrics.ts';
import { StreamExecutionLog } from '../lib/drivers/system/stream-execution-log.ts';
import { systemClock } from '../lib/drivers/system/system-clock.ts';
import { SystemEntropy } from '../lib/drivers/system/system-entropy.ts';
import { noEventBus } from '../lib/ports/event-bus.ts';
import type { Store } from '../lib/ports/store.ts';
import { alwaysOn } from '../lib/ports/sweep-schedule.ts';
import { ActivityDesk } from '../lib/roles/activity-desk.ts';
import { Courier } from '../lib/roles/courier.ts';
import { Dispatcher } from '../lib/roles/dispatcher.ts';
import { ExecutionEnds } from '../lib/roles/execution-ends.ts';
import { MessageDesk } from '../lib/roles/message-desk.ts';
import { NestedExecutions } from '../lib/roles/nested-executions.ts';
import { exponentialDelay } from '../lib/roles/retry-delay.ts';
import { handlers } from './three-tasks.ts';

/** What a benchmark may set; everything else is what a user gets. */
export interface WorldKnobs {
  /** Executions that the worker runs at once. @default the worker's own default */
  readonly concurrency?: number;
}

/** A world with an empty broker in memory, and handlers for the machine of `three-tasks.ts`. */
export function newWorld(store: Store, knobs: WorldKnobs = {}): World {
  const write = (line: string) => process.stderr.write(line);
  const logger = lineLogger({ level: 'warn', format: 'text', write, now: Date.now });
  const objects = new FolderObjectStore('.');
  const entropy = new SystemEntropy(systemClock.now);
  const broker = new MemoryBroker({ clock: systemClock });
  const dispatcher = new Dispatcher({ broker, logger, metrics: noMetrics });
  const courier = new Courier({ store, dispatcher, logger });
  const desk = { store, courier, clock: systemClock, logger };
  return {
    settings: settingsOf(knobs),
    clock: systemClock,
    entropy,
    logger,
    executionLog: new StreamExecutionLog(process.stderr, logger),
    metrics: noMetrics,
    store,
    broker,
    events: noEventBus,
    ends: new ExecutionEnds({
      events: noEventBus,
      metrics: noMetrics,
      which: 'none',
      eventType: '',
    }),
    sweepSchedule: alwaysOn,
    courier,
    messages: new MessageDesk(desk),
    activities: new ActivityDesk({ ...desk, activities: new Set() }),
    objects,
    files: new SourceFiles(objects),
    invoker: new HandlerInvoker(handlers, logger),
    nested: new NestedExecutions({ store, dispatcher, entropy, clock: systemClock, logger }),
    lent: {},
    dangers: new Set(),
    parts: {
      folder: process.cwd(),
      handlers,
      transformers: {},
      connections: {},
      insecureHosts: new Set(),
      activities: new Set(),
      nonRetryable: () => new Set(),
      retryDelay: exponentialDelay(),
      loggingOf: () => ({}),
      logger,
    },
  };
}

/** The settings of an app that sets nothing but `knobs`. */
export function settingsOf(knobs: WorldKnobs): Settings {
  // The store is opened already: what the settings say of it is not read.
  return resolveSettings(knobs, {}, { store: 'memory' }, { config: '.', current: '.' });
}
