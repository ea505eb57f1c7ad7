import type { Wakeup } from './execution-store.ts';

/** Number of executions of a queue by what they wait for. */
export interface RunnableCount {
  readonly queue: string;
  /**
   * Runnable now, held by no worker, with a task that was sent: each of them needs a message in the
   * queue. (Executions whose task was never sent are not counted: see `queueUnsent`.)
   */
  readonly runnable: number;
  /** Asleep, with a delayed task that was sent for their due time. */
  readonly sleeping: number;
  readonly held: number;
}

/**
 * Finds executions that need a task. The methods that return {@link Wakeup}s record the tasks as
 * sent now; the caller sends them.
 */
export interface SweepStore {
  /** Wakes up to `limit` executions whose due time has passed and that have no task. */
  wakeDue(limit: number): Promise<Wakeup[]>;
  /**
   * Releases up to `limit` executions of workers whose lease expired at least `expiredMs` ago, or
   * was ended; counts a stall for each, as a claim does.
   * @param expiredMs @default 0
   */
  recoverOrphans(limit: number, expiredMs?: number): Promise<Wakeup[]>;
  /**
   * Selects up to `limit` runnable executions whose task was never sent, oldest first, and as many
   * that were held back and whose batch is no longer on hold.
   */
  queueUnsent(limit: number): Promise<Wakeup[]>;
  /**
   * Selects up to `limit` runnable executions of `queue` whose task was last sent more than
   * `graceMs` ago, longest ago first: their tasks may be lost. A task sent for a later time counts
   * as sent at that time.
   */
  requeueOldest(queue: string, limit: number, graceMs: number): Promise<Wakeup[]>;
  /**
   * Marks every task that was sent and not yet claimed as never sent, for a broker whose queues
   * ended with the previous process. Returns how many.
   */
  markAllUnsent(): Promise<number>;
  /** Counts per queue. Each count stops at `cap`, so that a long backlog stays cheap. */
  countRunnable(cap: number): Promise<RunnableCount[]>;
  /**
   * Returns the milliseconds until `wakeDue` next has work (0: it has some now); null when no
   * execution sleeps without a task.
   */
  nextDueMs(): Promise<number | null>;
}
