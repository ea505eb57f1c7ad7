/** Opens the drivers that the settings name. */
import type { Settings } from '../../config/settings.ts';
import { openExecutionLog } from '../../drivers/system/stream-execution-log.ts';
import { systemClock } from '../../drivers/system/system-clock.ts';
import type { AppContext, OpenDrivers } from '../../operations/app-context.ts';
import type { AppDefinition } from '../../operations/app-definition.ts';
import type { Broker } from '../../ports/broker.ts';
import type { LeaderSchedule } from '../../ports/leader-schedule.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Store } from '../../ports/store/store.ts';
import { LazyBroker } from './lazy-broker.ts';
import { LazyObjectStore } from './lazy-object-store.ts';
import { openBroker } from './open-broker.ts';
import { openEventBus } from './open-event-bus.ts';
import { openLeaderSchedule, openServiceSchedules } from './open-leader-schedule.ts';
import { openObjectStore } from './open-object-store.ts';
import { connectStore, openStore } from './open-store.ts';
import { scheduleWakingStore } from './schedule-waking-store.ts';
import { waitForService } from './wait-for-service.ts';

/** How drivers are opened. */
export interface DriverOptions {
  /** Time to wait for a database that another process has locked, in milliseconds. @default 0 */
  readonly lockWaitMs?: number;
  /** Drivers that are open already, and are not closed with the app. @default none */
  readonly externalDrivers?: OpenDrivers;
  /**
   * Whether to bring the store's schema up to date. A fleet whose deployment does that saves the
   * question at each start. @default true
   */
  readonly migrates?: boolean;
  /**
   * Whether work that is recorded here enables the leader schedule, where the settings name one:
   * for every process but the leader and the workers that it invokes. @default true
   */
  readonly enablesLeaderSchedule?: boolean;
}

/** The drivers of an app. The broker and the object store connect at their first call. */
export type Drivers = Pick<
  AppContext,
  | 'store'
  | 'broker'
  | 'events'
  | 'objects'
  | 'executionLog'
  | 'leaderSchedule'
  | 'serviceSchedules'
  | 'externalDrivers'
  | 'warnings'
>;

/** Opens the drivers. Throws what opening the store throws; nothing is left open then. */
export async function openDrivers(
  settings: Settings,
  { logger, executionLog: ownLog }: Pick<AppDefinition, 'logger' | 'executionLog'>,
  options: DriverOptions,
): Promise<Drivers> {
  const { externalDrivers = {}, enablesLeaderSchedule = true } = options;
  const leaderSchedule = await openLeaderSchedule(
    settings.leaderSchedule,
    systemClock,
    enablesLeaderSchedule,
  );
  const events = await openEventBus(settings.eventBus, logger);
  const executionLog = ownLog ?? (await openExecutionLog(settings.executionLog, logger));
  const opening = openAppStore(settings, logger, leaderSchedule, options);
  const store = await opening.catch(async (error: unknown) => {
    await executionLog.close();
    throw error;
  });
  const warnings = new Set<string>();
  return {
    store,
    broker: externalDrivers.broker ?? createLazyBroker(settings, logger, warnings),
    events,
    objects: new LazyObjectStore(() => openObjectStore(settings.objects)),
    executionLog,
    leaderSchedule,
    serviceSchedules: openServiceSchedules(settings.leaderSchedule, systemClock),
    externalDrivers,
    warnings,
  };
}

async function openAppStore(
  settings: Settings,
  logger: Logger,
  leaderSchedule: LeaderSchedule,
  options: DriverOptions,
): Promise<Store> {
  const {
    lockWaitMs = 0,
    externalDrivers,
    migrates = true,
    enablesLeaderSchedule = true,
  } = options;
  const { startWaitMs } = settings;
  const lock = { clock: systemClock, logger, waitMs: lockWaitMs, startWaitMs };
  const open = () => (migrates ? openStore(settings.store, lock) : connectStore(settings.store));
  const store = externalDrivers?.store ?? (await open());
  const wakesLeader = enablesLeaderSchedule && settings.leaderSchedule !== null;
  return wakesLeader ? scheduleWakingStore(store, leaderSchedule, logger) : store;
}

function createLazyBroker(
  { broker, startWaitMs }: Settings,
  logger: Logger,
  warnings: Set<string>,
): Broker {
  const clock = systemClock;
  const onWarning = (warning: string) => void warnings.add(warning);
  const open = () => openBroker(broker, { clock, logger, onWarning });
  return new LazyBroker(broker.driver === 'memory', () =>
    waitForService('broker', open, { clock, logger, waitMs: startWaitMs }),
  );
}
