/**
 * Locks a folder for one process: PGlite has no lock of its own, and two processes on one folder
 * destroy it.
 */
import { join } from 'node:path';
import { MillraceError } from '../../errors.ts';
import { FileLock, type LockOwner } from '../shared/file-lock.ts';

/**
 * Locks `folder`. The lock's note is the URL of its owner's dashboard.
 * @throws STORE_LOCKED when a living process holds it, with the URL of its dashboard
 */
export function lockFolder(folder: string): FileLock {
  const lock = FileLock.acquire(join(folder, 'lock'));
  if (lock instanceof FileLock) return lock;
  throw locked(folder, lock);
}

function locked(folder: string, { pid, note }: LockOwner): MillraceError {
  const dashboard = note === null ? '' : ` It serves its dashboard and API at ${note} .`;
  return new MillraceError(
    'STORE_LOCKED',
    `The folder ${folder} is in use by process ${pid === 0 ? '(just ended)' : pid}: one process at a time can have an ` +
      `embedded database.${dashboard} Stop that process, do this from its own code, name another folder (--data), ` +
      'or let several processes share a PostgreSQL (--postgres or POSTGRES_URL).',
    { fields: { folder, pid: pid === 0 ? null : pid, url: note } },
  );
}
