/**
 * One receive that waits. It learns of messages that arrived since it joined, not only of those
 * that arrive while it sleeps.
 */
export interface WaitingReceive {
  /** Marks the start of a poll, which makes every hint received so far obsolete. */
  beginPoll(): void;
  /** Resolves after `ms`, sooner when there may be a message, and at once after `end`. */
  sleep(ms: number): Promise<void>;
  /** Ends this sleep and every later one. */
  end(): void;
  /** Leaves the wake source; an unused hint goes to another receive. */
  leave(): void;
}

/** Wakes the waiting receives of one process when a queue may have a message for them. */
export interface WakeSource {
  join(queues: readonly string[]): WaitingReceive;
  /** A message of this queue was found, or sent by this process. */
  notify(queue: string): void;
  /** Ends every wait. */
  close(): Promise<void>;
}
