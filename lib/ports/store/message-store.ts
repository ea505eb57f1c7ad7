import type { Page, PageRequest } from './page.ts';
import type { SignalOutcome } from './signal-store.ts';

/** Identifies the executions that a message is for. */
export interface Correlation {
  readonly key: string;
  /** JSON text, the same for the same value (`canonicalText`). */
  readonly value: string;
}

/** A message to store. */
export interface NewMessage extends Correlation {
  /** A UUID of version 7: messages are handed out in this order. */
  readonly id: string;
  /** JSON text. */
  readonly body: string;
  /** How long it waits for a receiver, in milliseconds. */
  readonly ttlMs: number;
}

/** A message that waits for a receiver. */
export interface MessageRecord extends Omit<NewMessage, 'ttlMs'> {
  readonly receivedAt: number;
  readonly expiresAt: number;
}

/** A command that waits for a message. */
export interface MessageWaiter extends Correlation {
  readonly executionId: string;
  readonly command: string;
}

/** Selects the messages and waiters to match. */
export type MatchScope =
  | Correlation
  /** Pairs in which either side arrived within so many milliseconds; null: all pairs. */
  | { readonly withinMs: number | null };

/**
 * The inbox of messages, for states of the type Message. A message is delivered, as a signal, to
 * every execution that waits for its key and value at that moment. When none does, it is stored for
 * the first one that waits, until it expires. A message delivered to an execution that no longer
 * needs it returns to the inbox, so that it is never lost.
 */
export interface MessageStore {
  /** Stores a message; a second one with its id changes nothing. */
  putMessage(message: NewMessage): Promise<void>;
  /** Records that a command waits; a second time changes nothing. */
  awaitMessage(waiter: MessageWaiter): Promise<void>;
  /** Records that the command no longer waits. */
  removeWaiter(executionId: string, command: string): Promise<void>;
  /**
   * Delivers the oldest message of each correlation to all its waiters, and deletes both. Call it
   * after storing a message or a waiter: when both arrive at the same time, one of the two calls
   * sees them both.
   * @param wakeupSent as in `SignalStore.sendSignals`
   */
  matchMessages(
    scope: MatchScope,
    limit: number,
    wakeupSent: boolean,
  ): Promise<Omit<SignalOutcome, 'refused'>>;
  /**
   * Puts back messages whose execution had no use for them (`Checkpoint.signalsUnused`) or had
   * ended; returns how many.
   */
  returnMessages(): Promise<number>;
  /** Oldest first. */
  listMessages(filter: { readonly key?: string }, page: PageRequest): Promise<Page<MessageRecord>>;
  /**
   * Deletes up to `limit` expired messages, and the waiters of ended executions; returns how many
   * messages were deleted.
   */
  pruneMessages(limit: number): Promise<number>;
}
