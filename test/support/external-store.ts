/** Stores that tests of whole apps provide to the app: empty, and closed with the test. */
import { afterAll } from 'vitest';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { PgliteClient } from '../../lib/drivers/pglite/pglite-client.ts';
import { createSqlStore } from '../../lib/drivers/sql/sql-store.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { truncateAll } from './truncate-all.ts';

/** A kind of store, and how to open an empty one. */
export interface ExternalStore {
  readonly kind: string;
  readonly fresh: () => Promise<Store>;
}

/** Returns the memory store, and the embedded database, which is opened once per test file. */
export function externalStores(): ExternalStore[] {
  let client: Promise<PgliteClient> | null = null;
  afterAll(async () => (await client)?.close());
  return [
    { kind: 'memory', fresh: async () => openMemoryStore() },
    {
      kind: 'PGlite',
      fresh: async () => {
        client ??= PgliteClient.open(undefined, 'PGlite in memory');
        const opened = await client;
        const store = createSqlStore(opened);
        await store.migrate();
        await opened.transaction([truncateAll]);
        return store;
      },
    },
  ];
}
