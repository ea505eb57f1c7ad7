/** Opens the store of the settings. A driver's module is loaded only when the driver is chosen. */

import type { StoreSettings } from '../../config/store-settings.ts';
import { notInstalled } from '../../drivers/shared/missing-package.ts';
import { systemClock } from '../../drivers/system/system-clock.ts';
import { hasCode } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Store } from '../../ports/store/store.ts';
import { pause } from '../../retry/pause.ts';
import { waitForService } from './wait-for-service.ts';

/** How to wait for a database that cannot be used yet. */
export interface LockWait {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Maximum wait for a folder that another process has locked, in milliseconds; 0: none. */
  readonly waitMs: number;
  /** Maximum wait for a server that is starting up or has no connection left. @default 0 */
  readonly startWaitMs?: number;
}

/** Time between two attempts to open a locked folder, in milliseconds. */
const lockPollMs = 250;

/**
 * Opens a store and brings its schema up to date.
 * @throws STORE_UNAVAILABLE, STORE_LOCKED, STORE_FAILED
 */
export async function openStore(settings: StoreSettings, lock: LockWait): Promise<Store> {
  const store = await openUnlocked(settings, lock);
  try {
    const { clock, logger, startWaitMs = 0 } = lock;
    await waitForService('database', () => store.migrate(), { clock, logger, waitMs: startWaitMs });
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openUnlocked(
  settings: StoreSettings,
  { clock, logger, waitMs }: LockWait,
): Promise<Store> {
  const until = clock.monotonicMs() + waitMs;
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await connectStore(settings);
    } catch (error) {
      if (!hasCode(error, 'STORE_LOCKED') || clock.monotonicMs() >= until) throw error;
      if (isFirst) logger.warn('database locked: waiting', { waitMs, reason: error.message });
      await pause(clock, lockPollMs);
    }
  }
}

/**
 * Opens a store without migrating its schema. Throws what {@link openStore} throws.
 * @param connectTimeoutMs maximum time to connect to a server. @default the driver's own
 */
export async function connectStore(
  settings: StoreSettings,
  connectTimeoutMs?: number,
): Promise<Store> {
  switch (settings.driver) {
    case 'memory': {
      const { openMemoryStore } = await import('../../drivers/memory/memory-store.ts');
      return openMemoryStore();
    }
    case 'pglite': {
      const { openPgliteStore } = await import('../../drivers/pglite/pglite-store.ts');
      return openPgliteStore({ folder: settings.folder });
    }
    case 'postgres': {
      const { openPostgresStore } = await import('../../drivers/postgres/postgres-store.ts');
      return openPostgresStore({
        ...settings,
        clock: systemClock,
        ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
      });
    }
    case 'rds-data': {
      const { openRdsDataStore } = await import('../../drivers/rds-data/rds-data-store.ts').catch(
        notInstalled('the store rds-data', '@aws-sdk/client-rds-data'),
      );
      return openRdsDataStore({ ...settings, clock: systemClock });
    }
  }
}
