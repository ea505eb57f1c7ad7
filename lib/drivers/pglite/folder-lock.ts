/**
 * Locks a folder for one process: PGlite has no lock of its own, and two processes on one folder
 * destroy it. The lock is a file with its owner's process id and, where the system reports it, that
 * process's start time. The lock of a process that is gone is taken over, even if its id is in use
 * again.
 */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MillraceError } from '../../errors.ts';

/** The locks of this process. Its id alone may be that of an earlier process. */
const heldHere = new Set<string>();

/**
 * Locks `folder` and returns a function that releases the lock.
 * @throws STORE_LOCKED when a living process holds it
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock');
  for (let attempt = 0; attempt < 10; attempt += 1) {
    if (tryLock(file)) {
      heldHere.add(file);
      return () => {
        heldHere.delete(file);
        rmSync(file, { force: true });
      };
    }
    const owner = readOwner(file);
    if (owner !== null && isAlive(owner, file)) throw locked(folder, owner);
    removeStale(file, owner);
  }
  throw locked(folder, readOwner(file));
}

/** The process that holds a lock; `began` is null where the system does not report it. */
interface Owner {
  readonly pid: number;
  readonly began: string | null;
}

/** Links a complete file to the name, so that no process reads a lock that is half written. */
function tryLock(file: string): boolean {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, `${process.pid} ${readStartTime(process.pid) ?? ''}`.trim());
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

function readOwner(file: string): Owner | null {
  try {
    const [pid = '', began = null] = readFileSync(file, 'utf8').split(' ');
    const id = Number.parseInt(pid, 10);
    return { pid: Number.isInteger(id) ? id : 0, began };
  } catch {
    return null;
  }
}

function isAlive({ pid, began }: Owner, file: string): boolean {
  if (pid === process.pid) return heldHere.has(file);
  if (pid <= 0 || !isRunning(pid)) return false;
  const beganNow = readStartTime(pid);
  return began === null || beganNow === null || began === beganNow;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code === 'EPERM';
  }
}

/**
 * Returns when a process started, in clock ticks since the system's start (Linux: proc(5), the 22nd
 * field of `stat`; the second, a name in brackets, may hold blanks). Null on other systems.
 */
function readStartTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** Reads the lock again before removing it: another process may have taken it over meanwhile. */
function removeStale(file: string, owner: Owner | null): void {
  const now = readOwner(file);
  if (owner !== null && now?.pid === owner.pid && now.began === owner.began) {
    rmSync(file, { force: true });
  }
}

function locked(folder: string, owner: Owner | null): MillraceError {
  return new MillraceError(
    'STORE_LOCKED',
    `The folder ${folder} is in use by process ${owner?.pid ?? '(just ended)'}: one process at a time can have an ` +
      'embedded database. Stop that process, do this from its own code, name another folder (--data), ' +
      'or let several processes share a PostgreSQL (--postgres or POSTGRES_URL).',
    { fields: { folder, pid: owner?.pid ?? null } },
  );
}
