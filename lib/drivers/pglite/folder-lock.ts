/**
 * One process per folder: PGlite has no lock of its own, and two processes on one folder destroy
 * it. The lock is a file that holds its owner's process id; the lock of a process that is gone is
 * taken over.
 */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MillraceError } from '../../errors.ts';

/**
 * The locks of this process, which its own id cannot tell from those of an earlier one with the
 * same id.
 */
const heldHere = new Set<string>();

/**
 * Locks `folder`; the function returned lets go.
 * @throws STORE_LOCKED when a living process holds it
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock');
  for (let tries = 0; tries < 10; tries += 1) {
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

/** Links a finished file to the name: no one ever reads a lock that is half written. */
function tryLock(file: string): boolean {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
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

function readOwner(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isInteger(pid) ? pid : 0;
  } catch {
    return null;
  }
}

function isAlive(pid: number, file: string): boolean {
  if (pid === process.pid) return heldHere.has(file);
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code === 'EPERM';
  }
}

/**
 * Looks once more before it removes: in between another process may have taken the stale lock over.
 */
function removeStale(file: string, owner: number | null): void {
  if (owner !== null && readOwner(file) === owner) rmSync(file, { force: true });
}

function locked(folder: string, owner: number | null): MillraceError {
  return new MillraceError(
    'STORE_LOCKED',
    `The folder ${folder} is in use by process ${owner ?? '(just gone)'}: one process at a time can have an ` +
      'embedded database. Stop that process, name another folder, or use PostgreSQL for several processes.',
    { fields: { folder, pid: owner } },
  );
}
