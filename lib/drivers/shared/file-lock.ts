/**
 * A lock of one process on a file system that others may share. It is a file with its owner's
 * process id, its start time where the system reports it, and the place in which the id means
 * something: a machine and a container of it.
 *
 * An owner in the same place is looked up by its id, so its lock is taken over as soon as it is
 * gone. An owner elsewhere cannot be looked up. It renews its lock for as long as it lives, and its
 * lock is taken over when that has not happened for a while.
 */
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { processPlace } from './process-place.ts';

/** The locks of this process. Its id alone may be that of an earlier process. */
const heldHere = new Set<string>();

/** The process that holds a lock. */
export interface LockOwner {
  readonly pid: number;
  /** When the process started; null where the system does not report it. */
  readonly began: string | null;
  /** What the owner has left for those that find the lock; null for nothing. */
  readonly note: string | null;
  /** See {@link processPlace}; null when an earlier version has made the lock. */
  readonly place: string | null;
}

/** Attempts to take a lock over before it counts as held. */
const attemptsMax = 10;

/** Time between two renewals of a lock, in milliseconds. */
const renewMs = 5_000;

/** How long a lock from elsewhere is respected without a renewal, in milliseconds. */
export const staleLockMs = 30_000;

/** A lock that this process holds. */
export class FileLock {
  readonly #file: string;
  readonly #timer: NodeJS.Timeout;
  #note: string | null = null;
  /** By the monotonic clock. */
  #renewedMs = performance.now();
  #isLost = false;

  private constructor(file: string) {
    this.#file = file;
    this.#timer = setInterval(() => this.#renew(), renewMs);
    this.#timer.unref();
  }

  /** Takes the lock; returns its owner when a living process holds it. */
  static acquire(file: string): FileLock | LockOwner {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const taken = tryLock(file);
      if (taken.isTaken) {
        heldHere.add(file);
        return new FileLock(file);
      }
      const owner = readOwner(file);
      if (owner !== null && isAlive(owner, file, taken.at)) return owner;
      removeStale(file, owner);
    }
    return readOwner(file) ?? { pid: 0, began: null, note: null, place: null };
  }

  /**
   * Whether this process still has the lock. One that stood still for long may have lost it to a
   * process elsewhere.
   */
  isHeld(): boolean {
    if (performance.now() - this.#renewedMs > 2 * renewMs) this.#renew();
    return !this.#isLost && heldHere.has(this.#file);
  }

  /** Leaves a text without blanks for processes that find the lock; null removes it. */
  leaveNote(note: string | null): void {
    this.#note = note;
    this.#renew();
  }

  release(): void {
    clearInterval(this.#timer);
    if (heldHere.delete(this.#file) && !this.#isLost) rmSync(this.#file, { force: true });
  }

  /** Writes the lock again, which sets its time by the clock of the file system. */
  #renew(): void {
    if (this.#isLost || !heldHere.has(this.#file)) return;
    const owner = readOwner(this.#file);
    if (owner !== null && !isOwn(owner)) {
      this.#isLost = true;
      return;
    }
    const beside = `${this.#file}.${process.pid}`;
    try {
      writeFileSync(beside, describeOwner(this.#note));
      renameSync(beside, this.#file);
      this.#renewedMs = performance.now();
    } catch {
      // The folder is gone or full: the next renewal tries again, and the lock lapses at last.
      rmSync(beside, { force: true });
    }
  }
}

/**
 * Links a complete file to the name, so that no process reads a lock that is half written. `at` is
 * the time by the clock of the file system, which is what the time of a lock is compared with.
 */
function tryLock(file: string): { readonly isTaken: boolean; readonly at: number } {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, describeOwner(null));
  const at = statSync(mine).mtimeMs;
  try {
    linkSync(mine, file);
    return { isTaken: true, at };
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EEXIST') return { isTaken: false, at };
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** In place of what is not known, or not there. */
const unknown = '-';

function describeOwner(note: string | null): string {
  const began = readStartTime(process.pid) ?? unknown;
  return [process.pid, began, note ?? unknown, processPlace()].join(' ');
}

function readOwner(file: string): LockOwner | null {
  try {
    const [pid = '', began, note, place] = readFileSync(file, 'utf8').split(' ');
    const id = Number.parseInt(pid, 10);
    return {
      pid: Number.isInteger(id) ? id : 0,
      began: known(began),
      note: known(note),
      place: known(place),
    };
  } catch {
    return null;
  }
}

function known(text: string | undefined): string | null {
  return text === undefined || text === unknown ? null : text;
}

function isOwn({ pid, place }: LockOwner): boolean {
  return pid === process.pid && place === processPlace();
}

function isAlive({ pid, began, place }: LockOwner, file: string, now: number): boolean {
  if (place !== null && place !== processPlace()) return isRenewed(file, now);
  if (pid === process.pid) return heldHere.has(file);
  if (pid <= 0 || !isRunning(pid)) return false;
  const beganNow = readStartTime(pid);
  return began === null || beganNow === null || began === beganNow;
}

/** @param now by the clock of the file system */
function isRenewed(file: string, now: number): boolean {
  try {
    return now - statSync(file).mtimeMs < staleLockMs;
  } catch {
    // It was released just now.
    return false;
  }
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
  if (owner === null || now?.pid !== owner.pid || now.began !== owner.began) return;
  if (now.place === owner.place) {
    rmSync(file, { force: true });
  }
}
