/** How a receive that found nothing learns that it is worth another look. */

/** One receive that waits. It is told of what came since it joined, not only while it sleeps. */
export interface Waiter {
  /** It looks now: whatever it was told until here is seen to by that. */
  look(): void;
  /** Resolves after `ms`, or sooner when there may be something; at once when it has ended. */
  sleep(ms: number): Promise<void>;
  /** Ends the sleep, and every later one. */
  end(): void;
  leave(): void;
}

/** The receives of one process that wait. */
export interface Waiting {
  join(queues: readonly string[]): Waiter;
  /** Something of this queue was found, or sent by this process. */
  stir(queue: string): void;
  /** Ends every wait. */
  close(): Promise<void>;
}
