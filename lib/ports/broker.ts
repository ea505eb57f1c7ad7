/**
 * A queue driver. What the caller may rely on is what the weakest driver (SQS) gives: at-least-once delivery,
 * best-effort order within a queue, a delivery hidden from others for `visibilityMs`, and a stale receipt that
 * touches nothing newer. Uniqueness, long delays and cancellation are not here: they live in the store.
 */

/** The bounds that every driver holds, SQS's where SQS has one (QUEUES: SQS service quotas). */
export const brokerLimits = Object.freeze({
  /** Longest delay of a message, in milliseconds (SQS: 900 s). */
  delayMsMax: 900_000,
  /** Longest visibility, in milliseconds, and longest time a delivery can be held in all (SQS: 12 h). */
  visibilityMsMax: 43_200_000,
  /** Largest body, in UTF-8 bytes (SQS: 1 MiB). */
  bodyBytesMax: 1_048_576,
  /** Most deliveries of one `receive`; drivers page below it as their service demands. */
  receiveMax: 1_000,
});

/** A message to send. */
export interface OutgoingMessage {
  /** The task's id: set by the sender, unique per task, the same on a second send of the same task. 1–80 of `[A-Za-z0-9_-]`. */
  readonly id: string;
  /** A JSON text of at most `brokerLimits.bodyBytesMax` bytes. */
  readonly body: string;
  /** Not to be delivered before this many milliseconds have passed; 0 to `delayMsMax`. @default 0 */
  readonly delayMs?: number;
  /** Groups share a queue fairly (SQS `MessageGroupId`); a batch's id. 1–128 characters. */
  readonly groupId?: string;
}

/** What became of each message, in the order sent. A refusal is a value: the others were sent all the same. */
export type SendResult =
  | { readonly id: string; readonly sent: true }
  | {
      readonly id: string;
      readonly sent: false;
      /** `tooLarge`, `badDelay`, `badId`: will never be accepted; `unavailable`: may be sent again. */
      readonly reason: 'tooLarge' | 'badDelay' | 'badId' | 'unavailable';
      readonly message: string;
    };

/** A message handed out. */
export interface Delivery {
  readonly queue: string;
  readonly id: string;
  readonly body: string;
  readonly groupId: string | null;
  /** Names this delivery, not the message: void as soon as the message is delivered again. */
  readonly receipt: string;
  /** How often the broker has handed this message out, this time included; 1 at first. */
  readonly deliveries: number;
  /** When it was first sent, in milliseconds since 1970; kept when it moves to the dead letters. */
  readonly sentAt: number;
}

/** A message among the dead letters. */
export interface DeadLetter extends Delivery {
  /** Why it is there: what `deadLetter` was given, or `maxReceiveCount` when the broker moved it by itself. */
  readonly reason: string;
}

/** How full a queue is; exact in drivers that can count, approximate on SQS. */
export interface QueueStats {
  readonly queue: string;
  readonly ready: number;
  readonly delayed: number;
  /** Delivered and not yet acknowledged, released or expired. */
  readonly inFlight: number;
  readonly dead: number;
  readonly paused: boolean;
  /** Age of the oldest ready message in milliseconds; 0 when there is none, null where the driver cannot tell. */
  readonly oldestMs: number | null;
}

export interface ReceiveRequest {
  /** The queues to take from, most wanted first: the next is asked for what the one before could not fill. */
  readonly queues: readonly string[];
  /** At most this many; 1 to `brokerLimits.receiveMax`. */
  readonly max: number;
  /** How long they stay hidden; 0 to `visibilityMsMax`. */
  readonly visibilityMs: number;
  /** When nothing is there, wait up to this long for the first; 0 answers at once. */
  readonly waitMs: number;
  /** Ends the waiting early, with what there is. */
  readonly signal?: AbortSignal;
}

export interface Broker {
  /** True when the queues die with the process, so that at start everything must be queued again. */
  readonly volatile: boolean;

  /** Sends any number of messages; the driver pages as its service demands. */
  send(queue: string, messages: readonly OutgoingMessage[]): Promise<SendResult[]>;
  receive(request: ReceiveRequest): Promise<Delivery[]>;

  /** Each returns the receipts that were stale and so had no effect. */
  acknowledge(deliveries: readonly Delivery[]): Promise<string[]>;
  /** Makes them visible again after `delayMs` (0: at once). */
  release(deliveries: readonly Delivery[], delayMs: number): Promise<string[]>;
  /** Hides them for `visibilityMs` from now. */
  extend(deliveries: readonly Delivery[], visibilityMs: number): Promise<string[]>;
  /** Moves them to their queue's dead letters, with the reason. */
  deadLetter(deliveries: readonly Delivery[], reason: string): Promise<string[]>;

  /** Takes dead letters of a queue, hidden for `visibilityMs`; to be acknowledged like any delivery. */
  receiveDead(queue: string, max: number, visibilityMs: number): Promise<DeadLetter[]>;
  /** Sends dead letters back to their queue, at most `max`; returns how many. */
  redrive(queue: string, max: number): Promise<number>;

  stats(queues: readonly string[]): Promise<QueueStats[]>;
  /** Looks at up to `max` ready messages without taking them; best effort. */
  peek(queue: string, max: number): Promise<Delivery[]>;
  /** A paused queue takes messages and delivers none. */
  pause(queue: string): Promise<void>;
  resume(queue: string): Promise<void>;
  /** Deletes every message of the queue, dead letters excepted; returns how many, where the driver can tell. */
  purge(queue: string): Promise<number>;
  close(): Promise<void>;
}
