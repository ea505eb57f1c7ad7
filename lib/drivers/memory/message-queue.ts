import { HiddenHeap } from './hidden-heap.ts';
import { Ring } from './ring.ts';

/** A stored message. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly groupId: string | null;
  sentAt: number;
  state: 'ready' | 'delayed' | 'held' | 'gone';
  deliveries: number;
  /** Receipt of the last delivery; '' when it is void. */
  receipt: string;
  receivedAt: number;
  /** Why it is a dead letter; '' when it is not. */
  reason: string;
  dueAt: number;
  place: number;
}

interface Group {
  readonly id: string | null;
  readonly messages: Ring<StoredMessage>;
}

/**
 * One queue of the memory broker, or its dead letters: messages that are ready, and messages that
 * are hidden until some time. Groups take turns, so that one with a long backlog does not block the
 * others. Every operation is O(1), or O(log n) in the number of hidden messages. Receipts, limits
 * and the clock belong to the broker.
 *
 * A message is `ready` → `held` (taken) → `ready` again (expired, released) or `gone`. It is
 * `delayed` before that when it was sent or released with a delay.
 */
export class MessageQueue {
  readonly name: string;
  /** True for the dead letters of the queue `name`. */
  readonly dead: boolean;
  paused = false;
  readonly #shuffle: (() => number) | undefined;
  readonly #groups = new Map<string | null, Group>();
  /** The groups with ready messages, in the order of their turns. */
  readonly #turns = new Ring<Group>();
  readonly #hidden = new HiddenHeap<StoredMessage>();
  #ready = 0;
  #delayed = 0;

  /** @param shuffle draws from [0, 1): any ready message can then be the next, as on SQS */
  constructor(name: string, dead: boolean, shuffle: (() => number) | undefined) {
    this.name = name;
    this.dead = dead;
    this.#shuffle = shuffle;
  }

  get ready(): number {
    return this.#ready;
  }

  get delayed(): number {
    return this.#delayed;
  }

  get held(): number {
    return this.#hidden.size - this.#delayed;
  }

  /** Time when the next hidden message is due; null when none is hidden. */
  get nextDueAt(): number | null {
    return this.#hidden.first()?.dueAt ?? null;
  }

  /** Adds a message, available from `dueAt` on (0: at once). */
  add(message: StoredMessage, dueAt: number): void {
    if (dueAt === 0) {
      this.#makeReady(message);
      return;
    }
    message.state = 'delayed';
    message.dueAt = dueAt;
    this.#delayed += 1;
    this.#hidden.add(message);
  }

  /** Makes messages ready that were hidden until `now` or earlier. */
  reveal(now: number): void {
    for (;;) {
      const message = this.#hidden.first();
      if (message === undefined || message.dueAt > now) return;
      this.#removeHidden(message);
      this.#makeReady(message);
    }
  }

  /** Removes and returns the next ready message; `hold` or `add` puts it back. */
  next(): StoredMessage | undefined {
    for (;;) {
      const group = this.#nextGroup();
      if (group === undefined) return undefined;
      const { messages } = group;
      if (this.#shuffle !== undefined)
        messages.bringForward(Math.floor(this.#shuffle() * messages.size));
      const message = messages.shift();
      if (messages.size > 0) this.#turns.push(group);
      else this.#groups.delete(group.id);
      if (message === undefined || message.state === 'gone') continue;
      this.#ready -= 1;
      return message;
    }
  }

  /** Hides a message that `next` returned, until `dueAt`. */
  hold(message: StoredMessage, dueAt: number): void {
    message.state = 'held';
    message.dueAt = dueAt;
    this.#hidden.add(message);
  }

  /** Removes a message wherever it is. A ready one is only marked, and skipped later. */
  remove(message: StoredMessage): void {
    if (message.state === 'ready') this.#ready -= 1;
    else this.#removeHidden(message);
    message.state = 'gone';
  }

  /** Returns up to `max` ready messages: the first of each group, then the second, and so on. */
  peek(max: number): StoredMessage[] {
    const found: StoredMessage[] = [];
    for (let offset = 0; found.length < max; offset += 1) {
      let hasMore = false;
      for (const { messages } of this.#groups.values()) {
        const message = messages.at(offset);
        if (message === undefined) continue;
        hasMore = true;
        if (message.state === 'ready' && found.length < max) found.push(message);
      }
      if (!hasMore) return found;
    }
    return found;
  }

  /** Time when the oldest of the groups' first messages was sent; null when none is ready. */
  oldestSentAt(): number | null {
    return this.#ready === 0
      ? null
      : this.peek(this.#groups.size).reduce(
          (oldest, { sentAt }) => Math.min(oldest, sentAt),
          Infinity,
        );
  }

  #nextGroup(): Group | undefined {
    if (this.#shuffle !== undefined && this.#turns.size > 1) {
      this.#turns.bringForward(Math.floor(this.#shuffle() * this.#turns.size));
    }
    return this.#turns.shift();
  }

  #makeReady(message: StoredMessage): void {
    message.state = 'ready';
    this.#ready += 1;
    const group = this.#groups.get(message.groupId);
    if (group !== undefined) {
      group.messages.push(message);
      return;
    }
    const first: Group = { id: message.groupId, messages: new Ring() };
    first.messages.push(message);
    this.#groups.set(first.id, first);
    this.#turns.push(first);
  }

  #removeHidden(message: StoredMessage): void {
    if (message.state === 'delayed') this.#delayed -= 1;
    this.#hidden.remove(message);
  }
}
