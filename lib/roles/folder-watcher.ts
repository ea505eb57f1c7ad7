import { messageOf } from '../errors.ts';
import type { ScheduleStore, SeenFile } from '../ports/store/schedule-store.ts';
import type { WatchedFile, WatchedFolder } from '../ports/watched-folder.ts';
import { backoffMs } from '../retry/backoff.ts';
import { Role, type RoleOptions } from './role.ts';

/** What a {@link FolderWatcher} is constructed from, and how often it looks. */
export interface FolderWatcherOptions extends RoleOptions {
  readonly store: Pick<ScheduleStore, 'touchSeenFiles' | 'recordSeenFile' | 'pruneSeenFiles'>;
  readonly folder: WatchedFolder;
  /** Returns the names of the batches that a file starts. */
  readonly batchesOf: (key: string) => readonly string[];
  /** Starts a batch over a file; safe to repeat for the same version. */
  readonly start: (batch: string, file: WatchedFile) => Promise<void>;
  /** How long a file must not have changed, in milliseconds. */
  readonly settleMs: number;
  /** Time between two looks, in milliseconds. @default 2,000 */
  readonly lookMs?: number;
  /** How long a batch that cannot be started is tried, in milliseconds. @default 6 hours */
  readonly tryMsMax?: number;
}

const watcherDefaults = Object.freeze({ lookMs: 2_000, tryMsMax: 21_600_000 });

/** How long a file is remembered that is no longer there, in milliseconds: 30 days. */
const rememberedMs = 30 * 86_400_000;
/** Time after which files that are still there are noted again, in milliseconds. */
const notedMs = 86_400_000;
/** Maximum number of files that are forgotten at once. */
const forgottenMax = 1_000;
/** Files are looked up in the store in groups of this size. */
const groupSize = 500;

const tryBackoff = Object.freeze({ firstMs: 5_000, maxMs: 300_000 });

/** A file as it was seen last. */
interface ObservedFile {
  readonly version: string;
  /** When this version was seen first. */
  readonly sinceMs: number;
}

/** A batch that could not be started over a file. */
interface FailedStart {
  readonly version: string;
  readonly firstMs: number;
  readonly tries: number;
  readonly nextMs: number;
}

/**
 * Starts batches over new files of a folder. A file counts as complete when its size and its time
 * of modification have not changed for a while, as this process has seen it. Each version of a file
 * starts a batch once, whatever number of leaders watches: the batch's id is made of the version,
 * and the version is recorded once the batch is. Files that were there before the first start
 * count as new.
 */
export class FolderWatcher extends Role {
  readonly name = 'folder watcher';
  readonly #options: FolderWatcherOptions &
    Required<Pick<FolderWatcherOptions, keyof typeof watcherDefaults>>;
  readonly #observed = new Map<string, ObservedFile>();
  readonly #failed = new Map<string, FailedStart>();
  /** Versions by batch and key that need no look into the store. */
  #done = new Map<string, string>();
  #notedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: FolderWatcherOptions) {
    super(options);
    this.#options = { ...watcherDefaults, ...options };
  }

  protected override begin(): void {
    this.#observed.clear();
    this.#failed.clear();
    this.#notedAtMs = Number.NEGATIVE_INFINITY;
  }

  async tick(signal: AbortSignal): Promise<number> {
    const { clock, folder, lookMs } = this.#options;
    const files = await folder.list();
    const now = clock.monotonicMs();
    await this.#renewNotes(now);
    const complete = this.#findComplete(files, now);
    const wanted = complete.flatMap((file) =>
      this.#options.batchesOf(file.key).map((batch) => ({ batch, file })),
    );
    const open = wanted.filter((one) => this.#isOpen(one, now));
    for (let first = 0; first < open.length && !signal.aborted; first += groupSize) {
      await this.#startGroup(open.slice(first, first + groupSize), signal);
    }
    return lookMs;
  }

  /** Notes once a day which files are still there, so that the others can be forgotten. */
  async #renewNotes(now: number): Promise<void> {
    if (now - this.#notedAtMs < notedMs) return;
    this.#notedAtMs = now;
    this.#done = new Map();
    await this.#options.store.pruneSeenFiles(rememberedMs, forgottenMax);
  }

  #findComplete(files: readonly WatchedFile[], now: number): WatchedFile[] {
    const keys = new Set(files.map(({ key }) => key));
    for (const key of this.#observed.keys()) if (!keys.has(key)) this.#observed.delete(key);
    return files.filter(({ key, version }) => {
      const seen = this.#observed.get(key);
      if (seen?.version === version) return now - seen.sinceMs >= this.#options.settleMs;
      this.#observed.set(key, { version, sinceMs: now });
      return false;
    });
  }

  #isOpen({ batch, file }: WantedStart, now: number): boolean {
    const id = toId(batch, file.key);
    if (this.#done.get(id) === file.version) return false;
    const failed = this.#failed.get(id);
    return failed?.version !== file.version || failed.nextMs <= now;
  }

  async #startGroup(group: readonly WantedStart[], signal: AbortSignal): Promise<void> {
    const { store } = this.#options;
    const recorded = await store.touchSeenFiles(group.map(toSeenFile));
    for (const { batch, key, version } of recorded) this.#done.set(toId(batch, key), version);
    for (const wanted of group) {
      const { batch, file } = wanted;
      if (signal.aborted) return;
      if (this.#done.get(toId(batch, file.key)) !== file.version) await this.#startOne(wanted);
    }
  }

  async #startOne(wanted: WantedStart): Promise<void> {
    const { store, start } = this.#options;
    const { batch, file } = wanted;
    try {
      await start(batch, file);
    } catch (error) {
      if (!this.#giveUp(wanted, error)) return;
    }
    await store.recordSeenFile(toSeenFile(wanted));
    this.#failed.delete(toId(batch, file.key));
    this.#done.set(toId(batch, file.key), file.version);
  }

  /** Whether a batch is not tried again; otherwise sets when it is. */
  #giveUp({ batch, file }: WantedStart, error: unknown): boolean {
    const { clock, logger, tryMsMax } = this.#options;
    const id = toId(batch, file.key);
    const now = clock.monotonicMs();
    const before = this.#failed.get(id);
    const known = before?.version === file.version ? before : null;
    const { firstMs = now, tries = 0 } = known ?? {};
    const fields = { batch, file: file.key, tries: tries + 1, error: messageOf(error) };
    if (now - firstMs >= tryMsMax) {
      logger.error('batch over a new file not started: given up', fields);
      return true;
    }
    const nextMs = now + backoffMs(tryBackoff, tries, 0);
    this.#failed.set(id, { version: file.version, firstMs, tries: tries + 1, nextMs });
    const level = tries === 0 ? 'warn' : 'info';
    logger[level]('batch over a new file not started: trying again', fields);
    return false;
  }
}

/** A batch to start over a file. */
interface WantedStart {
  readonly batch: string;
  readonly file: WatchedFile;
}

function toSeenFile({ batch, file }: WantedStart): SeenFile {
  return { batch, key: file.key, version: file.version };
}

function toId(batch: string, key: string): string {
  return `${batch}/${key}`;
}
