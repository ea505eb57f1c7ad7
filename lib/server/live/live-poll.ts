import { messageOf } from '../../errors.ts';
import {
  changedSince,
  type Fingerprints,
  toLiveToken,
} from '../../operations/deployment/live-changes.ts';
import type { LiveTopics } from '../../operations/deployment/live-topics.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';

/** What {@link LivePoll} works with. */
export interface LivePollDeps {
  /** Reads the fingerprints of topics. */
  readonly read: (topics: LiveTopics) => Promise<Fingerprints>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Minimum time between two reads, in milliseconds. */
  readonly pollMs: number;
}

/** Receives the topics that have changed, and the token that stands for having seen them. */
export type LiveListener = (changed: readonly string[], token: string) => void;

/** A caller who follows topics. */
interface Watcher {
  readonly topics: LiveTopics;
  readonly listener: LiveListener;
  /** What the caller has seen; undefined for nothing. */
  token: string | undefined;
  isFirst: boolean;
}

/**
 * Follows changes for all watchers of a server together: one read of the store a second, and none
 * while no one watches.
 */
export class LivePoll {
  readonly #deps: LivePollDeps;
  readonly #watchers = new Set<Watcher>();
  #lastReadAt = Number.NEGATIVE_INFINITY;
  #cancelNext: (() => void) | null = null;
  #isReading = false;
  #isFailing = false;

  constructor(deps: LivePollDeps) {
    this.#deps = deps;
  }

  /**
   * Calls `listener` with the topics that have changed since `token`: once soon, even when there
   * are none, and then after each change. Returns a function that ends it.
   */
  watch(topics: LiveTopics, token: string | undefined, listener: LiveListener): () => void {
    const watcher: Watcher = { topics, listener, token, isFirst: true };
    this.#watchers.add(watcher);
    this.#schedule();
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size > 0) return;
      this.#cancelNext?.();
      this.#cancelNext = null;
    };
  }

  #schedule(): void {
    if (this.#watchers.size === 0 || this.#isReading || this.#cancelNext !== null) return;
    const { clock, pollMs } = this.#deps;
    const waitMs = Math.max(0, this.#lastReadAt + pollMs - clock.monotonicMs());
    this.#cancelNext = clock.after(waitMs, () => {
      this.#cancelNext = null;
      void this.#read().finally(() => this.#schedule());
    });
  }

  async #read(): Promise<void> {
    const { read, clock, logger } = this.#deps;
    const watchers = [...this.#watchers];
    this.#isReading = true;
    this.#lastReadAt = clock.monotonicMs();
    try {
      const fingerprints = await read(new Map(watchers.flatMap(({ topics }) => [...topics])));
      this.#isFailing = false;
      for (const watcher of watchers) this.#notify(watcher, fingerprints);
    } catch (error) {
      if (!this.#isFailing) {
        logger.warn('live changes not read: trying again', { error: messageOf(error) });
      }
      this.#isFailing = true;
    } finally {
      this.#isReading = false;
    }
  }

  #notify(watcher: Watcher, all: Fingerprints): void {
    if (!this.#watchers.has(watcher)) return;
    const own = new Map([...watcher.topics.keys()].map((topic) => [topic, all.get(topic) ?? '']));
    const changed = changedSince(own, watcher.token);
    if (changed.length === 0 && !watcher.isFirst) return;
    watcher.isFirst = false;
    watcher.token = toLiveToken(own);
    watcher.listener(changed, watcher.token);
  }
}
