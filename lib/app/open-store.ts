/**
 * Opens the store that the settings name. Drivers are loaded when they are picked, so that none
 * costs those who do not use it.
 */
import type { Store } from '../ports/store.ts';
import type { StoreSettings } from './settings.ts';

/** An open store, its schema up to date. Throws STORE_UNAVAILABLE, STORE_LOCKED or STORE_FAILED. */
export async function openStore(settings: StoreSettings): Promise<Store> {
  const store = await openDriver(settings);
  try {
    await store.migrate();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openDriver(settings: StoreSettings): Promise<Store> {
  switch (settings.driver) {
    case 'memory': {
      const { openMemoryStore } = await import('../drivers/memory/memory-store.ts');
      return openMemoryStore();
    }
    case 'pglite': {
      const { openPgliteStore } = await import('../drivers/pglite/pglite-store.ts');
      return openPgliteStore({ folder: settings.folder });
    }
    case 'postgres': {
      const { openPostgresStore } = await import('../drivers/postgres/postgres-store.ts');
      return openPostgresStore({ url: settings.url });
    }
  }
}
