/**
 * The inbox of messages, for states of the type Message. A message goes to every execution that
 * waits for its key and value at that moment, as a signal; when none does, it stays for the first
 * that comes, until it expires. It is never lost to an execution that no longer needs it: it goes
 * back into the inbox.
 */
import type { Page, PageRequest } from './page.ts';
import type { SignalOutcome } from './signal-store.ts';

/** What a message is found by. */
export interface Correlation {
  readonly key: string;
  /** JSON text, the same for the same value (`canonicalText`). */
  readonly value: string;
}

/** A message to keep. */
export interface NewMessage extends Correlation {
  /** A UUID of version 7: messages are handed out in this order. */
  readonly id: string;
  /** JSON text. */
  readonly body: string;
  /** How long it waits for somebody, in milliseconds. */
  readonly ttlMs: number;
}

/** A message that waits for somebody. */
export interface MessageRecord extends Omit<NewMessage, 'ttlMs'> {
  readonly receivedAt: number;
  readonly expiresAt: number;
}

/** A command that waits for a message. */
export interface MessageWaiter extends Correlation {
  readonly executionId: string;
  readonly command: string;
}

/** Which messages and waiters are brought together. */
export type MatchScope =
  | Correlation
  /** Those of which one came within so many milliseconds; null: all. */
  | { readonly withinMs: number | null };

export interface MessageStore {
  /** Keeps a message; a second one with its id changes nothing. */
  putMessage(message: NewMessage): Promise<void>;
  /** Records that a command waits; a second time changes nothing. */
  awaitMessage(waiter: MessageWaiter): Promise<void>;
  /** The command waits no longer. */
  forgetWaiter(executionId: string, command: string): Promise<void>;
  /**
   * Hands the oldest message of each correlation to all that wait for it, and takes them and the
   * message off. Whoever puts a message or waits calls it afterwards: so one of two that come at
   * the same time sees both.
   * @param wakeupSent as that of `SignalStore.signal`
   */
  matchMessages(
    scope: MatchScope,
    limit: number,
    wakeupSent: boolean,
  ): Promise<Omit<SignalOutcome, 'refused'>>;
  /**
   * Puts back what came to executions that had no use for it any more
   * (`Checkpoint.signalsUnused`), or had ended; answers how many.
   */
  returnMessages(): Promise<number>;
  /** Oldest first. */
  listMessages(filter: { readonly key?: string }, page: PageRequest): Promise<Page<MessageRecord>>;
  /**
   * Deletes up to `limit` messages that have expired, and the waiters of ended executions; answers
   * how many messages went.
   */
  pruneMessages(limit: number): Promise<number>;
}
