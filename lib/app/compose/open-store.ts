/**
 * Opens the store that the settings name. Drivers are loaded when they are picked, so that none
 * costs those who do not use it.
 */

import type { StoreSettings } from '../../config/store-settings.ts';
import { notInstalled } from '../../drivers/shared/missing-package.ts';
import { systemClock } from '../../drivers/system/system-clock.ts';
import { hasCode } from '../../errors.ts';
import { type Clock, pause } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Store } from '../../ports/store.ts';

/** How a folder that another process has is waited for. */
export interface LockPatience {
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long, in milliseconds; 0: not at all. */
  readonly waitMs: number;
}

/** How often a locked folder is tried again, in milliseconds. */
const lockLookMs = 250;

/**
 * An open store, its schema up to date.
 * Throws STORE_UNAVAILABLE, STORE_LOCKED or STORE_FAILED.
 */
export async function openStore(settings: StoreSettings, patience: LockPatience): Promise<Store> {
  const store = await openUnlocked(settings, patience);
  try {
    await store.migrate();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openUnlocked(
  settings: StoreSettings,
  { clock, logger, waitMs }: LockPatience,
): Promise<Store> {
  const until = clock.now() + waitMs;
  for (let tries = 0; ; tries += 1) {
    try {
      return await connectStore(settings);
    } catch (error) {
      if (!hasCode(error, 'STORE_LOCKED') || clock.now() >= until) throw error;
      if (tries === 0) logger.warn('waiting for the database', { waitMs, reason: error.message });
      await pause(clock, lockLookMs);
    }
  }
}

/**
 * A store as it is found: it may have to be migrated. Throws what {@link openStore} throws.
 * @param connectTimeoutMs how long to wait for a connection to a server; the driver's own otherwise
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
      const { url } = settings;
      return openPostgresStore({
        url,
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
