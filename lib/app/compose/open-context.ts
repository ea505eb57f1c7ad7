import { eventTypes } from '../../config/event-names.ts';
import type { Settings } from '../../config/settings.ts';
import { systemClock } from '../../drivers/system/system-clock.ts';
import { SystemEntropy } from '../../drivers/system/system-entropy.ts';
import type { AppContext } from '../../operations/app-context.ts';
import type { AppDefinition } from '../../operations/app-definition.ts';
import { CustomTasks } from '../../operations/enqueue/custom-tasks.ts';
import { MachineRegistry } from '../../operations/machine-registry.ts';
import { ExecutionStarts } from '../../operations/state-machines/execution-starts.ts';
import { openScope } from '../../operations/state-machines/open-scope.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ChangeOrigin } from '../../ports/store/order-store.ts';
import type { Store } from '../../ports/store/store.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { ActivityTasks } from '../../roles/callbacks/activity-tasks.ts';
import { MessageTasks } from '../../roles/callbacks/message-tasks.ts';
import { NestedExecutions } from '../../roles/callbacks/nested-executions.ts';
import { SignalRouter } from '../../roles/callbacks/signal-router.ts';
import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import { ExecutionEnds } from '../../roles/execution/execution-ends.ts';
import { FigureCollector } from '../../roles/execution/figures/figure-collector.ts';
import { FigureFlusher } from '../../roles/execution/figures/figure-flusher.ts';
import { WorkerPulse } from '../../roles/worker-pulse.ts';
import { createInvoker } from './create-invoker.ts';
import { createEndHooks } from './end-hook-tasks.ts';
import { type DriverOptions, type Drivers, openDrivers } from './open-drivers.ts';
import { noTelemetry } from './open-telemetry.ts';
import { OutputFiles } from './output-files.ts';
import { SourceFiles } from './source-files.ts';

/** How an app's context is opened. */
export interface ContextOptions extends DriverOptions {
  /** @default nothing is measured or recorded */
  readonly telemetry?: Telemetry;
  /** Who makes changes through the app. @default a program, without a name */
  readonly origin?: ChangeOrigin;
  /** Times what executions do. @default the machine's clock */
  readonly clock?: Clock;
}

const anonymousProgram: ChangeOrigin = Object.freeze({ by: null, via: 'program', requestId: null });

/**
 * Opens the drivers of an app and wires the services that its processes share. Its machines are not
 * registered yet. Throws what opening the store throws.
 */
export async function openContext(
  settings: Settings,
  app: AppDefinition,
  {
    telemetry = noTelemetry,
    origin = anonymousProgram,
    clock = systemClock,
    ...options
  }: ContextOptions = {},
): Promise<AppContext> {
  const { logger } = app;
  const { tracer } = telemetry;
  const pulse = new WorkerPulse(systemClock);
  const metrics = pulse.watch(telemetry.metrics);
  const drivers = await openDrivers(settings, app, options);
  const { store, broker, events, objects } = drivers;
  const scope = await openDriversScope(drivers, settings);
  measurePool(store, telemetry);
  const entropy = new SystemEntropy(systemClock.now);
  const dispatcher = new Dispatcher({ broker, logger, metrics, tracer, clock });
  const signalRouter = new SignalRouter({ store, dispatcher, logger });
  const callbackDeps = { store, signalRouter, clock, logger };
  const messages = new MessageTasks(callbackDeps);
  const activities = new ActivityTasks({ ...callbackDeps, activities: app.activities });
  const schemas = app.inputCheckOf === undefined ? {} : { inputCheckOf: app.inputCheckOf };
  const customTasks = new CustomTasks(store);
  const nested = new NestedExecutions({
    store,
    dispatcher,
    entropy,
    logger,
    clock,
    scope,
    ...schemas,
  });
  return {
    ...drivers,
    settings,
    scope,
    clock,
    entropy,
    logger,
    ...telemetry,
    metrics,
    pulse,
    origin,
    ...createFigures(settings, { store, logger }),
    ends: new ExecutionEnds({
      events,
      metrics,
      logger,
      published: settings.executionEvents,
      eventType: eventTypes.executionEnded,
    }),
    signalRouter,
    messages,
    activities,
    files: new SourceFiles(objects),
    outputs: new OutputFiles(objects),
    invoker: createInvoker(settings, app, { nested, messages, activities }),
    nested,
    machines: new MachineRegistry(),
    customTasks,
    starts: new ExecutionStarts({ store, dispatcher }),
    hooks: createEndHooks(settings, app, { customTasks, entropy, dispatcher }),
    app,
  };
}

/** Returns the scope of the store; closes what was opened when it is another than configured. */
async function openDriversScope(drivers: Drivers, { scope }: Settings) {
  const { store, executionLog, externalDrivers } = drivers;
  try {
    return await openScope(store, scope);
  } catch (error) {
    if (externalDrivers.store === undefined) await store.close();
    await executionLog.close();
    throw error;
  }
}

/**
 * Functions are those of a deployment with a leader schedule. Their sums go with their last commit,
 * as they may be frozen after it.
 */
function createFigures(
  { measure, leaderSchedule }: Settings,
  { store, logger }: Pick<AppContext, 'store' | 'logger'>,
): Pick<AppContext, 'figures' | 'figureFlusher'> {
  if (measure === 'off') return { figures: null };
  const mayFreeze = leaderSchedule !== null;
  const figures = new FigureCollector({ clock: systemClock, mayFreeze });
  if (mayFreeze) return { figures };
  return {
    figures,
    figureFlusher: new FigureFlusher({ figures, store, clock: systemClock, logger }),
  };
}

/** Reports the use of the store's connections at each read of the metrics. */
function measurePool(store: Store, { metrics, exposition }: Telemetry): void {
  exposition?.beforeRead(() => {
    const use = store.poolUse?.();
    if (use === undefined) return;
    metrics.gauge('storeConnections', use.busy, { state: 'busy' });
    metrics.gauge('storeConnections', use.idle, { state: 'idle' });
    metrics.gauge('storeConnections', use.waiting, { state: 'waiting' });
    metrics.gauge('storeConnectionsMax', use.max);
  });
}

/**
 * Closes the drivers that were opened here, then the execution log and the telemetry. Nothing may
 * run any more.
 */
export async function closeContext(
  context: Pick<
    AppContext,
    | 'ends'
    | 'figureFlusher'
    | 'broker'
    | 'store'
    | 'executionLog'
    | 'externalDrivers'
    | 'closeTelemetry'
  >,
): Promise<void> {
  const { broker, store, executionLog, ends, externalDrivers } = context;
  await ends.flush();
  await context.figureFlusher?.close();
  if (externalDrivers.broker === undefined) await broker.close();
  if (externalDrivers.store === undefined) await store.close();
  await executionLog.close();
  await context.closeTelemetry();
}
