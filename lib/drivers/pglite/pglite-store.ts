/**
 * The embedded store: PostgreSQL in this process, kept in a folder that it owns alone while it is
 * open.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MillraceError, messageOf } from '../../errors.ts';
import type { Store } from '../../ports/store.ts';
import type { SqlSessionOptions } from '../sql/sql-session.ts';
import { sqlStore } from '../sql/sql-store.ts';
import { releaseEveryBatch } from '../sql/statements/batches/release-every-batch.ts';
import { endLease } from '../sql/statements/executions/end-lease.ts';
import { lockFolder } from './folder-lock.ts';
import { PgliteClient } from './pglite-client.ts';

/** Options of {@link openPgliteStore}. */
export interface PgliteStoreOptions extends SqlSessionOptions {
  /** Made when it is missing. @default a database in memory, gone when it is closed */
  readonly folder?: string;
}

/**
 * An open store. Since nobody else can be at work on the folder, what workers and leaders of an
 * earlier process held is free from the first moment on; that takes effect with `migrate`.
 * @throws STORE_LOCKED when another process has the folder, STORE_FAILED when it cannot be opened
 */
export async function openPgliteStore(options: PgliteStoreOptions = {}): Promise<Store> {
  const client = await openClient(options.folder);
  const store = sqlStore(client, options);
  return {
    ...store,
    // It never waits for the disk, as docs/configuration.md says: nobody can turn that on.
    inspect: async () => ({ ...(await store.inspect()), warnings: [] }),
    migrate: async () => {
      await store.migrate();
      await client.call(endLease, {});
      await client.call(releaseEveryBatch, {});
    },
  };
}

async function openClient(folder: string | undefined): Promise<PgliteClient> {
  if (folder === undefined) return await PgliteClient.open(undefined, 'PGlite in memory', () => {});
  const path = resolve(folder);
  const unlock = takeFolder(path);
  try {
    return await openData(path, unlock);
  } catch (error) {
    unlock();
    throw cannotOpen(path, error);
  }
}

function takeFolder(path: string): () => void {
  try {
    mkdirSync(path, { recursive: true });
    return lockFolder(path);
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    throw cannotOpen(path, error);
  }
}

/**
 * Opens `data` in the folder. The mark `complete` is set when the database has been made; data
 * without it are what a process left that was killed while making them, and hold nothing yet.
 */
async function openData(path: string, unlock: () => void): Promise<PgliteClient> {
  const data = join(path, 'data');
  const complete = join(path, 'complete');
  if (!existsSync(complete)) rmSync(data, { recursive: true, force: true });
  const client = await PgliteClient.open(data, `PGlite in ${path}`, unlock);
  writeFileSync(complete, '');
  return client;
}

function cannotOpen(path: string, error: unknown): MillraceError {
  return new MillraceError(
    'STORE_FAILED',
    `The embedded database in ${path} cannot be opened: ${messageOf(error)}. Check that the folder is ` +
      'writable and that the disk is not full; to start anew, delete the folder.',
    { fields: { folder: path }, cause: error },
  );
}
