/**
 * What a store says of the work that it holds: whether somebody has to look after it, by when at
 * the latest, and how long it has waited. A few looks into indexes, never a count, so that it may
 * be asked at each tick however long the backlog is.
 */

/** What is ahead of leaders, sweepers and workers. */
export interface WorkAhead {
  /**
   * Whether there is something to do now, or under way: an execution that is runnable, held or
   * unsent, a sleeper that is due, a signal or message that has not reached whom it is for, or a
   * RUNNING batch of which something is still to be read, judged or aborted. A batch whose items
   * are all recorded and whose open executions all sleep is not.
   */
  readonly busy: boolean;
  /**
   * Milliseconds until the next sleeper has to be looked after (0: now): one without a task when it
   * is due, one that has a task {@link taskMissedMs} later. Null when nobody sleeps, or only for a
   * signal, and while it is busy.
   */
  readonly nextDueMs: number | null;
}

/** How long a queue waits for its workers. */
export interface QueueWait {
  readonly queue: string;
  /**
   * How long ago the task was sent that is there longest, in milliseconds; of a sleeper, how long
   * ago it was due.
   */
  readonly oldestMs: number;
}

/** When a task that was sent for a time is missed, in milliseconds after that time. */
export const taskMissedMs = 60_000;

/** How long a message and one who waits for it are looked at, in milliseconds after either came. */
export const matchWithinMs = 600_000;

export interface WorkStore {
  workAhead(): Promise<WorkAhead>;
  /** The queues with executions that are runnable and held by nobody, by name. */
  oldestRunnable(): Promise<QueueWait[]>;
}
