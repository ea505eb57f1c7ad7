/**
 * The keys of a queue, and only here. All keys of a namespace share one hash tag, so that on a
 * cluster one script can serve all priorities, and every key that a script touches is in its KEYS.
 */

/**
 * What a queue keeps, in the order in which every script is given a queue's keys:
 *
 * - `ready` ZSET: the line; member `seq:deliveries record`, score its virtual time
 * - `flight` ZSET: what is delivered; member the receipt, score when its visibility runs out
 * - `messages` HASH: receipt → record, of what is in flight
 * - `delayed` ZSET: member as in `ready`, score when it is due
 * - `groups` ZSET: group → the virtual time of its next message, while that is ahead of the line
 * - `meta` HASH: `seq`, `virtual`, `paused`, `lost`, `sweep`
 * - `marker` ZSET: has a member while somebody waiting should look at the queue
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

/** The keys of one namespace. */
export class Keys {
  readonly #tag: string;

  /** @param namespace without braces: it becomes the hash tag */
  constructor(namespace: string) {
    this.#tag = `{${namespace}}`;
  }

  /** A key that names where all others are. */
  get route(): string {
    return this.#tag;
  }

  /** A queue's keys, in the order of {@link queueParts}. */
  ofQueue(queue: string): string[] {
    return queueParts.map((part) => `${this.#tag}:${part}:${queue}`);
  }

  /** The queue's marker. */
  marker(queue: string): string {
    return `${this.#tag}:marker:${queue}`;
  }

  /** The queue that a marker belongs to; null for another key. */
  queueOfMarker(key: string): string | null {
    const start = `${this.#tag}:marker:`;
    return key.startsWith(start) ? key.slice(start.length) : null;
  }

  /** Wakes one process's blocking connection, and nobody else. */
  wake(process: string): string {
    return `${this.#tag}:wake:${process}`;
  }
}
