/**
 * Which queues are paused. All processes share it, as a tag of the queue: who pauses knows at once,
 * the others within 15 s, as each asks that often at most.
 */
import type { Clock } from '../../ports/clock.ts';
import type { SqsService } from './sqs-service.ts';

/** The tag of a paused queue. */
const pausedTag = 'millrace:paused';

/** How long an answer is believed, in milliseconds. */
const pauseKnownMs = 15_000;

interface Known {
  readonly paused: Promise<boolean>;
  readonly askedAt: number;
}

/** See this file's head. */
export class SqsPauses {
  readonly #service: SqsService;
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();

  constructor(service: SqsService, clock: Clock) {
    this.#service = service;
    this.#clock = clock;
  }

  /** Whether the queue is paused, as far as is known. */
  isPaused(queue: string): Promise<boolean> {
    const known = this.#known.get(queue);
    if (known !== undefined && this.#clock.now() < known.askedAt + pauseKnownMs) {
      return known.paused;
    }
    const paused = this.#ask(queue);
    this.#know(queue, paused);
    // What could not be told is asked for again.
    paused.catch(() => {
      if (this.#known.get(queue)?.paused === paused) this.#known.delete(queue);
    });
    return paused;
  }

  /** Pauses a queue, or lets it go on. */
  async set(queue: string, paused: boolean): Promise<void> {
    const place = { queue, dead: false };
    if (paused) {
      await this.#service.call('TagQueue', place, (client, QueueUrl, options) =>
        client.tagQueue({ QueueUrl, Tags: { [pausedTag]: 'true' } }, options),
      );
    } else {
      await this.#service.call('UntagQueue', place, (client, QueueUrl, options) =>
        client.untagQueue({ QueueUrl, TagKeys: [pausedTag] }, options),
      );
    }
    this.#know(queue, Promise.resolve(paused));
  }

  #know(queue: string, paused: Promise<boolean>): void {
    this.#known.set(queue, { paused, askedAt: this.#clock.now() });
  }

  async #ask(queue: string): Promise<boolean> {
    const { Tags = {} } = await this.#service.call(
      'ListQueueTags',
      { queue, dead: false },
      (client, QueueUrl, options) => client.listQueueTags({ QueueUrl }, options),
    );
    return Object.hasOwn(Tags, pausedTag);
  }
}
