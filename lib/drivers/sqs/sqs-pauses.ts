import type { Clock } from '../../ports/clock.ts';
import type { SqsService } from './sqs-service.ts';

/** The tag of a paused queue. */
const pausedTag = 'millrace:paused';

/** How long a tag that was read is valid, in milliseconds. */
const tagCacheMs = 15_000;

interface CachedPause {
  readonly paused: Promise<boolean>;
  readonly readAt: number;
}

/**
 * Knows which queues are paused. All processes share that state, as a tag of the queue: the process
 * that pauses knows it at once, the others within 15 s, because each reads the tag at most that
 * often.
 */
export class SqsPauses {
  readonly #service: SqsService;
  readonly #clock: Clock;
  readonly #cache = new Map<string, CachedPause>();

  constructor(service: SqsService, clock: Clock) {
    this.#service = service;
    this.#clock = clock;
  }

  /** Whether the queue is paused; up to 15 s old. */
  isPaused(queue: string): Promise<boolean> {
    const cached = this.#cache.get(queue);
    if (cached !== undefined && this.#clock.monotonicMs() < cached.readAt + tagCacheMs) {
      return cached.paused;
    }
    const paused = this.#readTag(queue);
    this.#remember(queue, paused);
    // A failed read is not cached.
    paused.catch(() => {
      if (this.#cache.get(queue)?.paused === paused) this.#cache.delete(queue);
    });
    return paused;
  }

  /** Pauses or resumes a queue. */
  async set(queue: string, paused: boolean): Promise<void> {
    const ref = { queue, dead: false };
    if (paused) {
      await this.#service.call('TagQueue', ref, (client, QueueUrl, options) =>
        client.tagQueue({ QueueUrl, Tags: { [pausedTag]: 'true' } }, options),
      );
    } else {
      await this.#service.call('UntagQueue', ref, (client, QueueUrl, options) =>
        client.untagQueue({ QueueUrl, TagKeys: [pausedTag] }, options),
      );
    }
    this.#remember(queue, Promise.resolve(paused));
  }

  #remember(queue: string, paused: Promise<boolean>): void {
    this.#cache.set(queue, { paused, readAt: this.#clock.monotonicMs() });
  }

  async #readTag(queue: string): Promise<boolean> {
    const { Tags = {} } = await this.#service.call(
      'ListQueueTags',
      { queue, dead: false },
      (client, QueueUrl, options) => client.listQueueTags({ QueueUrl }, options),
    );
    return Object.hasOwn(Tags, pausedTag);
  }
}
