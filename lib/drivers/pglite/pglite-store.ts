/**
 * The embedded store: PostgreSQL in this process, in a folder that it locks while it is open.
 */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MillraceError, messageOf } from '../../errors.ts';
import type { Store } from '../../ports/store/store.ts';
import type { FileLock } from '../shared/file-lock.ts';
import type { SqlSessionOptions } from '../sql/sql-session.ts';
import { createSqlStore } from '../sql/sql-store.ts';
import { releaseAllBatches } from '../sql/statements/batches/release-all-batches.ts';
import { deleteLeases } from '../sql/statements/workers/delete-leases.ts';
import { lockFolder } from './folder-lock.ts';
import { type FolderOwnership, PgliteClient } from './pglite-client.ts';

/** Options of {@link openPgliteStore}. */
export interface PgliteStoreOptions extends SqlSessionOptions {
  /** Created when it is missing. @default a database in memory, gone when it is closed */
  readonly folder?: string;
}

/**
 * Opens the store. No other process can use the folder, so `migrate` ends the leases of all workers
 * and leaders of an earlier process at once.
 * @throws STORE_LOCKED when another process has the folder, STORE_FAILED when it cannot be opened
 */
export async function openPgliteStore(options: PgliteStoreOptions = {}): Promise<Store> {
  const { client, lock } = await openClient(options.folder);
  const store = createSqlStore(client, options);
  return {
    ...store,
    announce: (url) => lock?.leaveNote(url),
    // It never waits for the disk (docs/configuration.md), and no setting changes that.
    inspect: async () => ({ ...(await store.inspect()), warnings: [] }),
    migrate: async () => {
      await store.migrate();
      await client.call(deleteLeases, {});
      await client.call(releaseAllBatches, {});
    },
  };
}

/** The mode of folders that only their owner may enter. */
const ownerOnly = 0o700;

/** A client, and the lock of its folder; null in memory. */
interface OpenFolder {
  readonly client: PgliteClient;
  readonly lock: FileLock | null;
}

async function openClient(folder: string | undefined): Promise<OpenFolder> {
  if (folder === undefined) {
    const client = await PgliteClient.open(undefined, 'PGlite in memory');
    return { client, lock: null };
  }
  const path = resolve(folder);
  const lock = createAndLock(path);
  try {
    const ownership = { isOwned: () => lock.isHeld(), afterClose: () => lock.release() };
    return { client: await openData(path, ownership), lock };
  } catch (error) {
    lock.release();
    throw cannotOpen(path, error);
  }
}

function createAndLock(path: string): FileLock {
  try {
    mkdirSync(path, { recursive: true, mode: ownerOnly });
    return lockFolder(path);
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    throw cannotOpen(path, error);
  }
}

/**
 * Opens `data` in the folder. The file `complete` is written when the database has been created.
 * Data without it was left by a process that was killed while creating it, and is empty.
 */
async function openData(path: string, ownership: FolderOwnership): Promise<PgliteClient> {
  const data = join(path, 'data');
  const complete = join(path, 'complete');
  if (!existsSync(complete)) rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  // PGlite creates files that anybody may write, whatever the umask is.
  chmodSync(data, ownerOnly);
  const client = await PgliteClient.open(data, `PGlite in ${path}`, ownership);
  writeFileSync(complete, '');
  return client;
}

function cannotOpen(path: string, error: unknown): MillraceError {
  return new MillraceError(
    'STORE_FAILED',
    `The embedded database in ${path} cannot be opened: ${messageOf(error)}. Check that the folder is ` +
      'writable and that the disk is not full; to start over, delete the folder.',
    { fields: { folder: path }, cause: error },
  );
}
