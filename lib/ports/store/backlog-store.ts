/** The work that leaders, sweepers and workers have to do. */
export interface WorkAhead {
  /**
   * True when there is work now or under way: an execution that is runnable, held or unsent, a
   * sleeper that is due, one that waits for a limit, a permit whose execution has ended or is gone,
   * a signal or message that has not been delivered, a RUNNING order, a delivery to a webhook that
   * is due, or a RUNNING batch with something to read, evaluate or abort. A batch whose items are
   * all recorded and whose open executions all sleep is not busy.
   */
  readonly busy: boolean;
  /**
   * Milliseconds until the next sleeper needs attention (0: now): without a task when it is due,
   * with a task {@link taskMissedMs} later; or until a delivery to a webhook is due. Null while
   * busy, and when nothing sleeps, or only for a signal.
   */
  readonly nextDueMs: number | null;
}

/** How long a queue has waited for its workers. */
export interface QueueWait {
  readonly queue: string;
  /** Time since the oldest task was sent, in milliseconds; since its due time for a sleeper. */
  readonly oldestMs: number;
}

/** How long after its due time a delayed task counts as lost, in milliseconds. */
export const taskMissedMs = 60_000;

/** How long a message and its waiter are matched after either arrived, in milliseconds. */
export const matchWithinMs = 600_000;

/**
 * Reports whether there is work to do, when there will be some next, and how long queues have
 * waited. Costs a few index lookups and never a count, so that it can be called at each tick
 * however long the backlog is.
 */
export interface BacklogStore {
  workAhead(): Promise<WorkAhead>;
  /** Lists the queues with runnable executions that no worker holds, by name. */
  listQueueWaits(): Promise<QueueWait[]>;
}
