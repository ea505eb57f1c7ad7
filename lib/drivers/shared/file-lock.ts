/**
 * A lock of one process among those of a machine. It is a file with its owner's process id and,
 * where the system reports it, that process's start time. The lock of a process that is gone is
 * taken over, even if its id is in use again.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** The locks of this process. Its id alone may be that of an earlier process. */
const heldHere = new Set<string>();

/** The process that holds a lock. */
export interface LockOwner {
  readonly pid: number;
  /** When the process started; null where the system does not report it. */
  readonly began: string | null;
  /** What the owner has left for those that find the lock; null for nothing. */
  readonly note: string | null;
}

/** Attempts to take a lock over before it counts as held. */
const attemptsMax = 10;

/** A lock that this process holds. */
export class FileLock {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /** Takes the lock; returns its owner when a living process holds it. */
  static acquire(file: string): FileLock | LockOwner {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      if (tryLock(file)) {
        heldHere.add(file);
        return new FileLock(file);
      }
      const owner = readOwner(file);
      if (owner !== null && isAlive(owner, file)) return owner;
      removeStale(file, owner);
    }
    return readOwner(file) ?? { pid: 0, began: null, note: null };
  }

  /** Leaves a text without blanks for processes that find the lock; null removes it. */
  leaveNote(note: string | null): void {
    if (!heldHere.has(this.#file)) return;
    const beside = `${this.#file}.${process.pid}`;
    writeFileSync(beside, describeOwner(note));
    renameSync(beside, this.#file);
  }

  release(): void {
    if (heldHere.delete(this.#file)) rmSync(this.#file, { force: true });
  }
}

/** Links a complete file to the name, so that no process reads a lock that is half written. */
function tryLock(file: string): boolean {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, describeOwner(null));
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

/** In place of a start time that is not known. */
const unknown = '-';

function describeOwner(note: string | null): string {
  const began = readStartTime(process.pid) ?? unknown;
  return [process.pid, began, ...(note === null ? [] : [note])].join(' ');
}

function readOwner(file: string): LockOwner | null {
  try {
    const [pid = '', began = unknown, note = null] = readFileSync(file, 'utf8').split(' ');
    const id = Number.parseInt(pid, 10);
    return {
      pid: Number.isInteger(id) ? id : 0,
      began: began === unknown ? null : began,
      note,
    };
  } catch {
    return null;
  }
}

function isAlive({ pid, began }: LockOwner, file: string): boolean {
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
function removeStale(file: string, owner: LockOwner | null): void {
  const now = readOwner(file);
  if (owner !== null && now?.pid === owner.pid && now.began === owner.began) {
    rmSync(file, { force: true });
  }
}
