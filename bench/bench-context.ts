/** The context of an app over a store that the benchmark has opened. */
import { noTelemetry } from '../lib/app/compose/open-telemetry.ts';
import { OutputFiles } from '../lib/app/compose/output-files.ts';
import { SourceFiles } from '../lib/app/compose/source-files.ts';
import { resolveSettings, type Settings } from '../lib/config/settings.ts';
import { toWebhooks } from '../lib/config/webhooks-config.ts';
import { HandlerInvoker } from '../lib/drivers/handlers/handler-invoker.ts';
import { MemoryBroker } from '../lib/drivers/memory/memory-broker.ts';
import { alwaysOnSchedule } from '../lib/drivers/system/always-on-schedule.ts';
import { FolderObjectStore } from '../lib/drivers/system/folder-object-store.ts';
import { createLineLogger } from '../lib/drivers/system/line-logger.ts';
import { noEventBus } from '../lib/drivers/system/no-event-bus.ts';
import { noMetrics } from '../lib/drivers/system/no-metrics.ts';
import { StreamExecutionLog } from '../lib/drivers/system/stream-execution-log.ts';
import { systemClock } from '../lib/drivers/system/system-clock.ts';
import { SystemEntropy } from '../lib/drivers/system/system-entropy.ts';
import { defaultScope } from '../lib/engine/arn/aws-scope.ts';
import type { AppContext } from '../lib/operations/app-context.ts';
import { CustomTasks } from '../lib/operations/enqueue/custom-tasks.ts';
import { MachineRegistry } from '../lib/operations/machine-registry.ts';
import { ExecutionStarts } from '../lib/operations/state-machines/execution-starts.ts';
import type { Logger } from '../lib/ports/logger.ts';
import type { Store } from '../lib/ports/store/store.ts';
import { exponentialDelay } from '../lib/retry/task-retry-delay.ts';
import { ActivityTasks } from '../lib/roles/callbacks/activity-tasks.ts';
import { MessageTasks } from '../lib/roles/callbacks/message-tasks.ts';
import { NestedExecutions } from '../lib/roles/callbacks/nested-executions.ts';
import { SignalRouter } from '../lib/roles/callbacks/signal-router.ts';
import { Dispatcher } from '../lib/roles/delivery/dispatcher.ts';
import { ExecutionEnds } from '../lib/roles/execution/execution-ends.ts';
import { FigureCollector } from '../lib/roles/execution/figures/figure-collector.ts';
import type { LimitsConfig } from '../lib/roles/limits/limit-rules.ts';
import { WorkerPulse } from '../lib/roles/worker-pulse.ts';
import { handlers, machineId } from './three-tasks.ts';

/** Settings that a benchmark can change; all others have their defaults. */
export interface BenchSettings {
  /** Executions that the worker runs at once. @default the default of the worker */
  readonly concurrency?: number;
  /** Whether figures are kept. @default on, as in an app */
  readonly measure?: 'on' | 'off';
  /** The limits of the machine. @default none */
  readonly limits?: LimitsConfig;
}

/**
 * Creates a context with an empty in-memory broker and the handlers of the machine in
 * `three-tasks.ts`.
 */
export function createBenchContext(
  store: Store,
  { limits, ...settings }: BenchSettings = {},
): AppContext {
  const write = (line: string) => process.stderr.write(line);
  const logger = createLineLogger({ level: 'warn', format: 'text', write, now: Date.now });
  const objects = new FolderObjectStore('.');
  const entropy = new SystemEntropy(systemClock.now);
  const broker = new MemoryBroker({ clock: systemClock });
  const dispatcher = new Dispatcher({ broker, logger, metrics: noMetrics });
  const signalRouter = new SignalRouter({ store, dispatcher, logger });
  const callbacks = { store, signalRouter, clock: systemClock, logger };
  const resolved = resolveBenchSettings(settings);
  return {
    settings: resolved,
    scope: defaultScope,
    starts: new ExecutionStarts({ store, dispatcher }),
    figures: resolved.measure === 'off' ? null : new FigureCollector({ clock: systemClock }),
    clock: systemClock,
    entropy,
    logger,
    executionLog: new StreamExecutionLog(process.stderr, logger),
    ...noTelemetry,
    pulse: new WorkerPulse(systemClock),
    origin: { by: null, via: 'program', requestId: null },
    store,
    broker,
    events: noEventBus,
    ends: createEnds(logger),
    leaderSchedule: alwaysOnSchedule,
    serviceSchedules: null,
    signalRouter,
    messages: new MessageTasks(callbacks),
    activities: new ActivityTasks({ ...callbacks, activities: new Set() }),
    objects,
    files: new SourceFiles(objects),
    outputs: new OutputFiles(objects),
    invoker: new HandlerInvoker(handlers, logger),
    nested: new NestedExecutions({ store, dispatcher, entropy, clock: systemClock, logger }),
    machines: new MachineRegistry(),
    customTasks: new CustomTasks(store),
    externalDrivers: {},
    warnings: new Set(),
    app: createBenchApp(limits, logger),
  };
}

/** Resolves the settings of an app that sets nothing else. */
export function resolveBenchSettings(settings: Omit<BenchSettings, 'limits'>): Settings {
  // The store is open already: the store settings are not read.
  return resolveSettings(settings, { store: 'memory' }, { config: '.', current: '.' });
}

/** Creates what publishes no end. */
function createEnds(logger: Logger): ExecutionEnds {
  const silent = {
    events: noEventBus,
    metrics: noMetrics,
    published: 'none',
    eventType: '',
  } as const;
  return new ExecutionEnds({ ...silent, logger });
}

/** Returns the app: the handlers of the machine, and its limits. */
function createBenchApp(limits: BenchSettings['limits'], logger: Logger): AppContext['app'] {
  return {
    folder: process.cwd(),
    handlers,
    transformers: {},
    batches: {},
    connections: {},
    insecureHosts: new Set(),
    privateHosts: new Set(),
    integrations: null,
    webhooks: toWebhooks(),
    activities: new Set(),
    nonRetryable: () => new Set(),
    retryDelay: exponentialDelay(),
    limits: { machines: limits === undefined ? {} : { [machineId]: limits }, handlers: {} },
    redaction: { keys: null, paths: [] },
    loggingOf: () => ({}),
    logger,
  };
}
