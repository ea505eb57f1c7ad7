/** Stores for tests of whole apps: each empty, and closed when its test is over. */
import { afterAll } from 'vitest';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { PgliteClient } from '../../lib/drivers/pglite/pglite-client.ts';
import { sqlStore } from '../../lib/drivers/sql/sql-store.ts';
import type { Store } from '../../lib/ports/store.ts';
import { truncateAll } from './truncate-all.ts';

/** A kind of store, and how a test comes to an empty one. */
export interface LentStore {
  readonly kind: string;
  readonly fresh: () => Promise<Store>;
}

/** The reference, and the embedded database, which is opened once for a file of tests. */
export function lentStores(): LentStore[] {
  let client: Promise<PgliteClient> | null = null;
  afterAll(async () => (await client)?.close());
  return [
    { kind: 'memory', fresh: async () => openMemoryStore() },
    {
      kind: 'PGlite',
      fresh: async () => {
        client ??= PgliteClient.open(undefined, 'PGlite in memory', () => {});
        const opened = await client;
        const store = sqlStore(opened);
        await store.migrate();
        await opened.transaction([truncateAll]);
        return store;
      },
    },
  ];
}
