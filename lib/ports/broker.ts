/**
 * A queue driver. What the caller may rely on is what the weakest driver (SQS) gives: at-least-once
 * delivery, best-effort order within a queue, a delivery hidden from others for `visibilityMs`, and
 * a stale receipt that touches nothing newer. Uniqueness, long delays and cancellation are not
 * here: they live in the store. Durations are milliseconds; a driver that counts in seconds rounds
 * them up.
 */

/**
 * The bounds that every driver holds, SQS's where SQS has one (its service quotas, November 2025).
 */
export const brokerLimits = Object.freeze({
  /** Longest delay of a message, in milliseconds (SQS: 900 s). */
  delayMsMax: 900_000,
  /**
   * Longest visibility, and longest time one delivery can be held in all, in milliseconds (SQS: 12
   * h).
   */
  visibilityMsMax: 43_200_000,
  /**
   * Longest wait of one `receive`, in milliseconds (ours; SQS's 20 s are repeated by its driver).
   */
  waitMsMax: 900_000,
  /**
   * Largest body, in UTF-8 bytes (SQS: 1 MiB, of which 1 KiB is kept for a driver's attributes).
   */
  bodyBytesMax: 1_047_552,
  /** Most deliveries of one `receive`; drivers page below it as their service demands. */
  receiveMax: 1_000,
});

/** A message to send. */
export interface OutgoingMessage {
  /**
   * The task's id, 1–80 of `[A-Za-z0-9_-]`: set by the sender, unique per task. A second send of
   * the same task has the same id, and is a second message.
   */
  readonly id: string;
  /**
   * A JSON text of at most `brokerLimits.bodyBytesMax` bytes, of characters that XML 1.0 has (no
   * lone surrogates, no U+FFFE and U+FFFF, no control characters: JSON escapes them). Comes back
   * letter for letter.
   */
  readonly body: string;
  /**
   * Not to be delivered before this many milliseconds have passed; 0 to `delayMsMax`. @default 0
   */
  readonly delayMs?: number;
  /**
   * Groups share a queue fairly (SQS `MessageGroupId`); a batch's id. 1–128 of printable ASCII, no
   * space.
   */
  readonly groupId?: string;
}

/**
 * Why a message was not sent. All but `unavailable` will never be accepted; that one may be sent
 * again.
 */
export type SendRefusal =
  | 'tooLarge'
  | 'badBody'
  | 'badDelay'
  | 'badId'
  | 'badGroup'
  | 'unavailable';

/**
 * What became of each message, in the order sent. A refusal is a value: the others were sent all
 * the same.
 */
export type SendResult =
  | { readonly id: string; readonly sent: true }
  | {
      readonly id: string;
      readonly sent: false;
      readonly reason: SendRefusal;
      /** For people: what was expected, what was found. */
      readonly message: string;
    };

/** A message handed out. */
export interface Delivery {
  readonly queue: string;
  readonly id: string;
  readonly body: string;
  readonly groupId: string | null;
  /**
   * Names this delivery, not the message: void as soon as the message is delivered again. Opaque.
   */
  readonly receipt: string;
  /** How often the broker has handed this message out, this time included; 1 at first. */
  readonly deliveries: number;
  /** When it was sent, in milliseconds since 1970; kept when it moves to the dead letters. */
  readonly sentAt: number;
}

/**
 * A message among the dead letters; `deliveries` is how often it was handed out before it died, at
 * least.
 */
export interface DeadLetter extends Delivery {
  /**
   * Why it is there: what `deadLetter` was given, or `maxReceiveCount` when the broker moved it by
   * itself.
   */
  readonly reason: string;
}

/** How full a queue is; exact in drivers that can count, approximate on SQS. */
export interface QueueStats {
  readonly queue: string;
  readonly ready: number;
  /**
   * Sent or released with a delay that is not over (drivers that cannot tell count the latter in
   * flight).
   */
  readonly delayed: number;
  /** Delivered and not yet acknowledged, released or expired. */
  readonly inFlight: number;
  /** Dead letters, hidden ones included. */
  readonly dead: number;
  readonly paused: boolean;
  /**
   * Age of the oldest message next in line, in milliseconds; 0 when none is ready, null where the
   * driver cannot tell.
   */
  readonly oldestMs: number | null;
}

/** What to take, how much of it, and how long to wait for it. */
export interface ReceiveRequest {
  /**
   * The queues to take from, most wanted first: the next is asked for what the one before could not
   * fill.
   */
  readonly queues: readonly string[];
  /** At most this many; 1 to `brokerLimits.receiveMax`. */
  readonly max: number;
  /** How long they stay hidden; 0 to `visibilityMsMax`. */
  readonly visibilityMs: number;
  /**
   * When nothing is there, wait up to this long for the first; 0 (answers at once) to `waitMsMax`.
   */
  readonly waitMs: number;
  /**
   * Ends the waiting early, with nothing; a request whose signal has aborted already takes nothing.
   */
  readonly signal?: AbortSignal;
}

/**
 * Four calls answer the receipts that had no effect: void ones, as far as the driver can tell (SQS
 * cannot of a late acknowledgement). A receipt whose visibility ran out may still acknowledge until
 * the message is delivered again; for anything else it is void at once.
 *
 * Errors: `BROKER_LIMIT` for a number outside the bounds, `BROKER_UNAVAILABLE` (retryable) when the
 * service does not answer, `STOPPED` after `close`.
 */
export interface Broker {
  /**
   * True when the queues die with the process, so that at start everything must be queued again.
   */
  readonly volatile: boolean;

  /** Sends any number of messages; the driver pages as its service demands. */
  send(queue: string, messages: readonly OutgoingMessage[]): Promise<SendResult[]>;
  /**
   * Takes what is there. A message that has been delivered as often as the broker's
   * `maxReceiveCount` allows is not delivered again: this call moves it to the dead letters (its
   * expiry alone never does).
   */
  receive(request: ReceiveRequest): Promise<Delivery[]>;

  /** Deletes them: their work is done. */
  acknowledge(deliveries: readonly Delivery[]): Promise<string[]>;
  /**
   * Makes them visible again after `delayMs`: 0 (at once) to `visibilityMsMax`. Their receipts are
   * void.
   */
  release(deliveries: readonly Delivery[], delayMs: number): Promise<string[]>;
  /**
   * Hides them for `visibilityMs` from now. Beyond `visibilityMsMax` since it was received a
   * delivery cannot be held: such an extension has no effect, and its receipt is among those
   * answered.
   */
  extend(deliveries: readonly Delivery[], visibilityMs: number): Promise<string[]>;
  /** Moves them to their queue's dead letters, with the reason. */
  deadLetter(deliveries: readonly Delivery[], reason: string): Promise<string[]>;

  /**
   * Takes dead letters of a queue, hidden for `visibilityMs`; to be acknowledged, released or
   * extended like any delivery.
   */
  receiveDead(queue: string, max: number, visibilityMs: number): Promise<DeadLetter[]>;
  /**
   * Sends dead letters that are not hidden back to their queue, at most `max`; returns how many.
   * They count as sent anew: `sentAt` is now, and `deliveries` starts over.
   */
  redrive(queue: string, max: number): Promise<number>;

  /** One entry per queue asked for, in that order; a queue never used has zeros. */
  stats(queues: readonly string[]): Promise<QueueStats[]>;
  /**
   * Looks at up to `max` ready messages without taking them; best effort. Their receipts are empty.
   */
  peek(queue: string, max: number): Promise<Delivery[]>;
  /** A paused queue takes messages and delivers none; its dead letters are not held up. */
  pause(queue: string): Promise<void>;
  resume(queue: string): Promise<void>;
  /**
   * Deletes every message of the queue, in flight or not, dead letters excepted; returns how many
   * (0 where it cannot tell).
   */
  purge(queue: string): Promise<number>;
  /** Ends every waiting `receive` with nothing, and lets go of timers and connections. */
  close(): Promise<void>;
}
