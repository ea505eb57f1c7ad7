/**
 * One queue of the memory broker: messages that are ready, and messages hidden until some time.
 * Groups take turns, so that one with a long backlog does not keep the others waiting. Every
 * operation is O(1), or O(log n) in what is hidden. It knows nothing of receipts and limits; it is
 * told the time.
 *
 * A message is `ready` → `held` (taken) → `ready` again (expired, released) or gone; a delayed one
 * is `delayed` first, and after a release with a delay.
 */
import { HiddenHeap } from './memory-broker-heap.ts';
import { Ring } from './memory-broker-ring.ts';

/** A message as the memory broker keeps it. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly groupId: string | null;
  sentAt: number;
  state: 'ready' | 'delayed' | 'held' | 'gone';
  deliveries: number;
  /** Of the last delivery; '' when there is none that could still matter. */
  receipt: string;
  receivedAt: number;
  /** Why it is a dead letter; '' when it is none. */
  reason: string;
  dueAt: number;
  place: number;
}

interface Group {
  readonly id: string | null;
  readonly line: Ring<StoredMessage>;
}

/** One queue, or one queue's dead letters. */
export class MessageQueue {
  readonly name: string;
  /** Whether these are the dead letters of the queue `name`. */
  readonly dead: boolean;
  paused = false;
  readonly #shuffle: (() => number) | undefined;
  readonly #groups = new Map<string | null, Group>();
  /** The groups that have something ready, in the order of their turns. */
  readonly #turns = new Ring<Group>();
  readonly #hidden = new HiddenHeap<StoredMessage>();
  #ready = 0;
  #delayed = 0;

  /** @param shuffle numbers in [0, 1): any ready message may then be the next, as on SQS */
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

  /** When the next hidden message is due; null when none is hidden. */
  get nextDueAt(): number | null {
    return this.#hidden.first()?.dueAt ?? null;
  }

  /** Adds a message of no queue, to be taken from `dueAt` on (0: at once). */
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

  /** Makes ready what was hidden until `now` or earlier. */
  reveal(now: number): void {
    for (;;) {
      const message = this.#hidden.first();
      if (message === undefined || message.dueAt > now) return;
      this.#unhide(message);
      this.#makeReady(message);
    }
  }

  /** Takes the next ready message out; it belongs to no queue until `hold` or `add`. */
  next(): StoredMessage | undefined {
    for (;;) {
      const group = this.#turn();
      if (group === undefined) return undefined;
      const { line } = group;
      if (this.#shuffle !== undefined) line.bringForward(Math.floor(this.#shuffle() * line.size));
      const message = line.shift();
      if (line.size > 0) this.#turns.push(group);
      else this.#groups.delete(group.id);
      if (message === undefined || message.state === 'gone') continue;
      this.#ready -= 1;
      return message;
    }
  }

  /** Hides a message that `next` gave, until `dueAt`. */
  hold(message: StoredMessage, dueAt: number): void {
    message.state = 'held';
    message.dueAt = dueAt;
    this.#hidden.add(message);
  }

  /**
   * Takes a message out wherever it is. One in a line leaves an empty shell there, skipped at its
   * turn.
   */
  remove(message: StoredMessage): void {
    if (message.state === 'ready') this.#ready -= 1;
    else this.#unhide(message);
    message.state = 'gone';
  }

  /**
   * The first ready message of each group and those behind it, up to `max`, group by group in turn.
   */
  peek(max: number): StoredMessage[] {
    const found: StoredMessage[] = [];
    for (let offset = 0; found.length < max; offset += 1) {
      let longer = false;
      for (const { line } of this.#groups.values()) {
        const message = line.at(offset);
        if (message === undefined) continue;
        longer = true;
        if (message.state === 'ready' && found.length < max) found.push(message);
      }
      if (!longer) return found;
    }
    return found;
  }

  /** When the oldest of the groups' first messages was sent; null when nothing is ready. */
  oldestSentAt(): number | null {
    return this.#ready === 0
      ? null
      : this.peek(this.#groups.size).reduce(
          (oldest, { sentAt }) => Math.min(oldest, sentAt),
          Infinity,
        );
  }

  #turn(): Group | undefined {
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
      group.line.push(message);
      return;
    }
    const first: Group = { id: message.groupId, line: new Ring() };
    first.line.push(message);
    this.#groups.set(first.id, first);
    this.#turns.push(first);
  }

  #unhide(message: StoredMessage): void {
    if (message.state === 'delayed') this.#delayed -= 1;
    this.#hidden.remove(message);
  }
}
