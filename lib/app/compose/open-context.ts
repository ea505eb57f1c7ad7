/**
 * Opens the drivers that the settings name and wires the services that everything shares. The only
 * place that knows which technology is used.
 */

import { eventTypes } from '../../config/event-names.ts';
import type { Settings } from '../../config/settings.ts';
import { noMetrics } from '../../drivers/system/no-metrics.ts';
import { openExecutionLog } from '../../drivers/system/stream-execution-log.ts';
import { systemClock } from '../../drivers/system/system-clock.ts';
import { SystemEntropy } from '../../drivers/system/system-entropy.ts';
import type { AppContext, AppDefinition, OpenDrivers } from '../../operations/app-context.ts';
import type { Broker } from '../../ports/broker.ts';
import type { LeaderSchedule } from '../../ports/leader-schedule.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Store } from '../../ports/store.ts';
import { ActivityTasks } from '../../roles/callbacks/activity-tasks.ts';
import { MessageTasks } from '../../roles/callbacks/message-tasks.ts';
import { NestedExecutions } from '../../roles/callbacks/nested-executions.ts';
import { SignalRouter } from '../../roles/callbacks/signal-router.ts';
import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import { ExecutionEnds } from '../../roles/execution/execution-ends.ts';
import { createInvoker } from './create-invoker.ts';
import { OnDemandBroker } from './lazy-broker.ts';
import { OnDemandObjects } from './lazy-object-store.ts';
import { openBroker } from './open-broker.ts';
import { openEventBus } from './open-event-bus.ts';
import { openLeaderSchedule } from './open-leader-schedule.ts';
import { openObjects } from './open-object-store.ts';
import { connectStore, openStore } from './open-store.ts';
import { scheduleWakingStore } from './schedule-waking-store.ts';
import { SourceFiles } from './source-files.ts';

/** How the drivers are opened. */
export interface OpeningOptions {
  /** @default 0 */
  readonly lockWaitMs?: number;
  /** @default none */
  readonly lent?: OpenDrivers;
  /**
   * Whether the store's schema is brought up to date. A fleet whose deploy does that saves itself
   * the asking. @default true
   */
  readonly migrates?: boolean;
  /** @default nothing is measured */
  readonly metrics?: Metrics;
  /**
   * Whether what is recorded here turns the sweep's schedule on, where the settings name one: for
   * all but the leader and the workers that it calls. @default true
   */
  readonly enablesLeaderSchedule?: boolean;
}

/** Opens the drivers. Throws what opening the store throws. */
export async function openContext(
  settings: Settings,
  parts: AppDefinition,
  options: OpeningOptions = {},
): Promise<AppContext> {
  const { lent = {}, metrics = noMetrics } = options;
  const { logger } = parts;
  const leaderSchedule = await openLeaderSchedule(settings.leaderSchedule, systemClock);
  const events = await openEventBus(settings.eventBus, logger);
  const objects = new OnDemandObjects(() => openObjects(settings.objects));
  const executionLog =
    parts.executionLog ?? (await openExecutionLog(settings.executionLog, logger));
  const opening = openContextStore(settings, logger, leaderSchedule, options);
  const store = await opening.catch(async (error: unknown) => {
    await executionLog.close();
    throw error;
  });
  const entropy = new SystemEntropy(systemClock.now);
  const warnings = new Set<string>();
  const broker = lent.broker ?? onDemand(settings.broker, logger, warnings);
  const dispatcher = new Dispatcher({ broker, logger, metrics });
  const signalRouter = new SignalRouter({ store, dispatcher, logger });
  const desk = { store, signalRouter, clock: systemClock, logger };
  const messages = new MessageTasks(desk);
  const activities = new ActivityTasks({ ...desk, activities: parts.activities });
  const nested = new NestedExecutions({
    ...{ store, dispatcher, entropy, logger },
    clock: systemClock,
  });
  return {
    settings,
    clock: systemClock,
    entropy,
    logger,
    executionLog,
    metrics,
    store,
    broker,
    events,
    ends: new ExecutionEnds({
      ...{ events, metrics, which: settings.executionEvents },
      eventType: eventTypes.executionEnded,
    }),
    leaderSchedule,
    signalRouter,
    messages,
    activities,
    objects,
    files: new SourceFiles(objects),
    invoker: createInvoker(settings, parts, { nested, messages, activities }),
    nested,
    app: parts,
    externalDrivers: lent,
    warnings,
  };
}

async function openContextStore(
  settings: Settings,
  logger: Logger,
  leaderSchedule: LeaderSchedule,
  { lockWaitMs = 0, lent = {}, migrates = true, enablesLeaderSchedule = true }: OpeningOptions,
): Promise<Store> {
  const patience = { clock: systemClock, logger, waitMs: lockWaitMs };
  const open = () =>
    migrates ? openStore(settings.store, patience) : connectStore(settings.store);
  const store = lent.store ?? (await open());
  const wakes = enablesLeaderSchedule && settings.leaderSchedule !== null;
  return wakes ? scheduleWakingStore(store, leaderSchedule, logger) : store;
}

function onDemand(settings: Settings['broker'], logger: Logger, warnings: Set<string>): Broker {
  const onWarning = (warning: string) => void warnings.add(warning);
  return new OnDemandBroker(settings.driver === 'memory', () =>
    openBroker(settings, { clock: systemClock, logger, onWarning }),
  );
}

/** Lets go of the drivers, the execution log last: nothing that runs may be left. */
export async function closeContext(context: AppContext): Promise<void> {
  const { broker, store, executionLog, ends, externalDrivers } = context;
  await ends.told();
  if (externalDrivers.broker === undefined) await broker.close();
  if (externalDrivers.store === undefined) await store.close();
  await executionLog.close();
}
