/**
 * Limits that every driver enforces. Where SQS has a limit, it is that of SQS (service quotas of
 * November 2025).
 */
export const brokerLimits = Object.freeze({
  /** Maximum delay of a message, in milliseconds (SQS: 900 s). */
  delayMsMax: 900_000,
  /**
   * Maximum visibility timeout, and maximum total time one delivery can be held, in milliseconds
   * (SQS: 12 h).
   */
  visibilityMsMax: 43_200_000,
  /**
   * Maximum wait of one `receive`, in milliseconds (Millrace's own; the SQS driver repeats polls of
   * 20 s).
   */
  waitMsMax: 900_000,
  /**
   * Maximum size of a body, in UTF-8 bytes (SQS: 1 MiB, of which 1 KiB is reserved for a driver's
   * attributes).
   */
  bodyBytesMax: 1_047_552,
  /** Maximum number of deliveries of one `receive`; drivers page as their service demands. */
  receiveMax: 1_000,
});

/** A task message to send. */
export interface TaskMessage {
  /**
   * The task's id, 1–80 of `[A-Za-z0-9_-]`: set by the sender, unique per task. A second send of
   * the same task has the same id, and is a second message.
   */
  readonly id: string;
  /**
   * A JSON text of at most `brokerLimits.bodyBytesMax` bytes, with only characters that XML 1.0
   * allows (no lone surrogates, no U+FFFE and U+FFFF, no control characters: JSON escapes them).
   * Comes back byte for byte.
   */
  readonly body: string;
  /** Delay before the first delivery, in milliseconds; 0 to `delayMsMax`. @default 0 */
  readonly delayMs?: number;
  /**
   * Groups share a queue fairly (SQS `MessageGroupId`); a batch's id. 1–128 of printable ASCII, no
   * space.
   */
  readonly groupId?: string;
}

/** Why a message was not sent. Only `unavailable` is worth sending again. */
export type SendRefusal =
  | 'tooLarge'
  | 'badBody'
  | 'badDelay'
  | 'badId'
  | 'badGroup'
  | 'unavailable';

/**
 * Result of sending one message; results are in the order of the messages. A refusal is a value and
 * does not affect the other messages.
 */
export type SendResult =
  | { readonly id: string; readonly sent: true }
  | {
      readonly id: string;
      readonly sent: false;
      readonly reason: SendRefusal;
      /** What was expected and what was found. */
      readonly message: string;
    };

/** A message handed out. */
export interface Delivery {
  readonly queue: string;
  readonly id: string;
  readonly body: string;
  readonly groupId: string | null;
  /**
   * Identifies this delivery, not the message. Void as soon as the message is delivered again;
   * opaque.
   */
  readonly receipt: string;
  /** Number of times the broker has handed this message out, including this one. */
  readonly deliveries: number;
  /** When it was sent, in milliseconds since 1970; kept when it becomes a dead letter. */
  readonly sentAt: number;
}

/** A message in the dead-letter queue; `deliveries` is a lower bound of its earlier deliveries. */
export interface DeadLetter extends Delivery {
  /** The reason passed to `deadLetter`, or `maxReceiveCount` when the broker moved the message. */
  readonly reason: string;
}

/** Depth of a queue; exact in drivers that can count, approximate on SQS. */
export interface QueueStats {
  readonly queue: string;
  readonly ready: number;
  /**
   * Sent or released with a delay that is not over (drivers that cannot tell them apart count
   * released ones as in flight).
   */
  readonly delayed: number;
  /** Delivered and not yet acknowledged, released or expired. */
  readonly inFlight: number;
  /** Dead letters, hidden ones included. */
  readonly dead: number;
  readonly paused: boolean;
  /**
   * Age of the oldest ready message, in milliseconds; 0 when none is ready, null when the driver
   * cannot tell.
   */
  readonly oldestMs: number | null;
}

/** What to receive, how much, and how long to wait for it. */
export interface ReceiveRequest {
  /** The queues by priority: each next one fills what those before it could not. */
  readonly queues: readonly string[];
  /** Maximum number of deliveries; 1 to `brokerLimits.receiveMax`. */
  readonly max: number;
  /** How long deliveries stay hidden from other receivers; 0 to `visibilityMsMax`. */
  readonly visibilityMs: number;
  /** Maximum wait for a first message; 0 (returns at once) to `waitMsMax`. */
  readonly waitMs: number;
  /** Ends the wait early with no deliveries; a signal that has aborted already takes nothing. */
  readonly signal?: AbortSignal;
}

/**
 * A queue driver. Callers may rely only on what the weakest driver (SQS) gives: at-least-once
 * delivery, best-effort order within a queue, a delivery hidden from others for `visibilityMs`, and
 * a stale receipt that affects no newer delivery. Uniqueness, long delays and cancellation are not
 * here: the store has them. Durations are milliseconds; a driver that counts in seconds rounds up.
 *
 * `acknowledge`, `release`, `extend` and `deadLetter` return the receipts that had no effect: void
 * ones, as far as the driver can tell (SQS cannot for a late acknowledgement). A receipt whose
 * visibility timeout expired may still acknowledge until the message is delivered again; for
 * anything else it is void at once.
 *
 * Errors: `BROKER_LIMIT` for a number outside the bounds, `BROKER_UNAVAILABLE` (retryable) when the
 * service does not respond, `STOPPED` after `close`.
 */
export interface Broker {
  /**
   * True when the queues are lost with the process, so that a new process must queue all tasks
   * again.
   */
  readonly volatile: boolean;

  /** Sends any number of messages; the driver pages as its service demands. */
  send(queue: string, messages: readonly TaskMessage[]): Promise<SendResult[]>;
  /**
   * Receives messages. A message that was already delivered as often as the broker's
   * `maxReceiveCount` allows is not delivered again: this call moves it to the dead letters (the
   * end of its visibility timeout alone never does).
   */
  receive(request: ReceiveRequest): Promise<Delivery[]>;

  /** Deletes messages whose work is done. */
  acknowledge(deliveries: readonly Delivery[]): Promise<string[]>;
  /**
   * Makes messages visible again after `delayMs`: 0 (at once) to `visibilityMsMax`. Their receipts
   * are void.
   */
  release(deliveries: readonly Delivery[], delayMs: number): Promise<string[]>;
  /**
   * Hides messages for `visibilityMs` from now. A delivery cannot be held longer than
   * `visibilityMsMax` after it was received: such an extension has no effect, and its receipt is
   * returned.
   */
  extend(deliveries: readonly Delivery[], visibilityMs: number): Promise<string[]>;
  /** Moves messages to their queue's dead letters, with the reason. */
  deadLetter(deliveries: readonly Delivery[], reason: string): Promise<string[]>;

  /**
   * Receives dead letters of a queue and hides them for `visibilityMs`. They can be acknowledged,
   * released and extended like any delivery.
   */
  receiveDead(queue: string, max: number, visibilityMs: number): Promise<DeadLetter[]>;
  /**
   * Sends up to `max` dead letters that are not hidden back to their queue; returns how many. They
   * count as newly sent: `sentAt` is now, and `deliveries` starts over.
   */
  redrive(queue: string, max: number): Promise<number>;

  /** Returns one entry per requested queue, in that order; a queue never used has zeros. */
  stats(queues: readonly string[]): Promise<QueueStats[]>;
  /** Reads up to `max` ready messages without taking them; best effort. Receipts are empty. */
  peek(queue: string, max: number): Promise<Delivery[]>;
  /** A paused queue accepts messages and delivers none; its dead letters are not affected. */
  pause(queue: string): Promise<void>;
  resume(queue: string): Promise<void>;
  /**
   * Deletes every message of the queue, in flight or not, except dead letters; returns how many (0
   * when the driver cannot tell).
   */
  purge(queue: string): Promise<number>;
  /** Ends every waiting `receive` with no deliveries, and releases timers and connections. */
  close(): Promise<void>;
}
