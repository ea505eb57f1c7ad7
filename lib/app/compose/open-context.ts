import { eventTypes } from '../../config/event-names.ts';
import type { Settings } from '../../config/settings.ts';
import { noMetrics } from '../../drivers/system/no-metrics.ts';
import { systemClock } from '../../drivers/system/system-clock.ts';
import { SystemEntropy } from '../../drivers/system/system-entropy.ts';
import type { AppContext } from '../../operations/app-context.ts';
import type { AppDefinition } from '../../operations/app-definition.ts';
import { CustomTasks } from '../../operations/enqueue/custom-tasks.ts';
import { MachineRegistry } from '../../operations/machine-registry.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { ActivityTasks } from '../../roles/callbacks/activity-tasks.ts';
import { MessageTasks } from '../../roles/callbacks/message-tasks.ts';
import { NestedExecutions } from '../../roles/callbacks/nested-executions.ts';
import { SignalRouter } from '../../roles/callbacks/signal-router.ts';
import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import { ExecutionEnds } from '../../roles/execution/execution-ends.ts';
import { createInvoker } from './create-invoker.ts';
import { type DriverOptions, openDrivers } from './open-drivers.ts';
import { SourceFiles } from './source-files.ts';

/** How an app's context is opened. */
export interface ContextOptions extends DriverOptions {
  /** @default nothing is measured */
  readonly metrics?: Metrics;
}

/**
 * Opens the drivers of an app and wires the services that its processes share. Its machines are not
 * registered yet. Throws what opening the store throws.
 */
export async function openContext(
  settings: Settings,
  app: AppDefinition,
  { metrics = noMetrics, ...options }: ContextOptions = {},
): Promise<AppContext> {
  const { logger } = app;
  const drivers = await openDrivers(settings, app, options);
  const { store, broker, events, objects } = drivers;
  const clock = systemClock;
  const entropy = new SystemEntropy(systemClock.now);
  const dispatcher = new Dispatcher({ broker, logger, metrics });
  const signalRouter = new SignalRouter({ store, dispatcher, logger });
  const callbackDeps = { store, signalRouter, clock, logger };
  const messages = new MessageTasks(callbackDeps);
  const activities = new ActivityTasks({ ...callbackDeps, activities: app.activities });
  const nested = new NestedExecutions({ store, dispatcher, entropy, logger, clock });
  return {
    ...drivers,
    settings,
    clock,
    entropy,
    logger,
    metrics,
    ends: new ExecutionEnds({
      events,
      metrics,
      published: settings.executionEvents,
      eventType: eventTypes.executionEnded,
    }),
    signalRouter,
    messages,
    activities,
    files: new SourceFiles(objects),
    invoker: createInvoker(settings, app, { nested, messages, activities }),
    nested,
    machines: new MachineRegistry(),
    customTasks: new CustomTasks(store),
    app,
  };
}

/** Closes the drivers that were opened here, the execution log last. Nothing may run any more. */
export async function closeContext(
  context: Pick<AppContext, 'ends' | 'broker' | 'store' | 'executionLog' | 'externalDrivers'>,
): Promise<void> {
  const { broker, store, executionLog, ends, externalDrivers } = context;
  await ends.flush();
  if (externalDrivers.broker === undefined) await broker.close();
  if (externalDrivers.store === undefined) await store.close();
  await executionLog.close();
}
