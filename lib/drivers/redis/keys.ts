/**
 * The keys of a queue, in the order in which every script receives them:
 *
 * - `ready` ZSET: the line; member `seq:deliveries record`, score its virtual time
 * - `flight` ZSET: messages in flight; member the receipt, score the end of its visibility timeout
 * - `messages` HASH: receipt → record, of the messages in flight
 * - `delayed` ZSET: member as in `ready`, score the time when it is due
 * - `groups` ZSET: group → virtual time of its next message, while that is ahead of the line
 * - `meta` HASH: `seq`, `virtual`, `paused`, `lost`, `sweep`
 * - `marker` ZSET: has a member while a waiting receiver should poll the queue
 * - `dead` ZSET and `letters` HASH: the dead letters, as `flight` and `messages`; a letter begins
 *   with its reason
 */
export const queueParts = Object.freeze([
  'ready',
  'flight',
  'messages',
  'delayed',
  'groups',
  'meta',
  'marker',
  'dead',
  'letters',
] as const);

/**
 * Builds every Redis key. All keys of a namespace share one hash tag, so that on a cluster one
 * script can serve all priorities, and every key that a script touches is in its KEYS.
 */
export class Keys {
  readonly #tag: string;

  /** @param namespace without braces: it becomes the hash tag */
  constructor(namespace: string) {
    this.#tag = `{${namespace}}`;
  }

  /** A key in the hash slot of all others, for routing. */
  get route(): string {
    return this.#tag;
  }

  /** Returns a queue's keys, in the order of {@link queueParts}. */
  forQueue(queue: string): string[] {
    return queueParts.map((part) => `${this.#tag}:${part}:${queue}`);
  }

  /** Returns the key of the queue's marker. */
  marker(queue: string): string {
    return `${this.#tag}:marker:${queue}`;
  }

  /** Returns the queue that a marker belongs to; null for any other key. */
  parseMarker(key: string): string | null {
    const start = `${this.#tag}:marker:`;
    return key.startsWith(start) ? key.slice(start.length) : null;
  }

  /** Returns a key that wakes the blocking connection of one process and no other. */
  wake(process: string): string {
    return `${this.#tag}:wake:${process}`;
  }
}
