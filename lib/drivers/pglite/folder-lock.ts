/**
 * Locks a folder for one process: PGlite has no lock of its own, and two processes on one folder
 * destroy it.
 */
import { join } from 'node:path';
import { MillraceError } from '../../errors.ts';
import { FileLock, type LockOwner, staleLockMs } from '../shared/file-lock.ts';
import { processPlace } from '../shared/process-place.ts';

/**
 * Locks `folder`. The lock's note is the URL of its owner's dashboard.
 * @throws STORE_LOCKED when a living process holds it, with the URL of its dashboard
 */
export function lockFolder(folder: string): FileLock {
  const lock = FileLock.acquire(join(folder, 'lock'));
  if (lock instanceof FileLock) return lock;
  throw locked(folder, lock);
}

function locked(folder: string, { pid, note, place }: LockOwner): MillraceError {
  const dashboard = note === null ? '' : ` It serves its dashboard and API at ${note} .`;
  return new MillraceError(
    'STORE_LOCKED',
    `The folder ${folder} is in use by process ${pid === 0 ? '(just ended)' : pid}${whereText(place)}: one process at a time can have an ` +
      `embedded database.${dashboard} Stop that process, do this from its own code, name another folder (--data), ` +
      'or let several processes share a PostgreSQL (--postgres or POSTGRES_URL).',
    { fields: { folder, pid: pid === 0 ? null : pid, url: note } },
  );
}

/** A process elsewhere cannot be looked up: its lock is respected for a while after its end. */
function whereText(place: string | null): string {
  if (place === null || place === processPlace()) return '';
  const [host = ''] = place.split('/');
  const seconds = staleLockMs / 1_000;
  return ` of another container or machine ('${host}'; if it was killed, its lock ends within ${seconds} s)`;
}
