/** What a leader remembers of a batch's failures between two decisions. */

/** The state between two decisions; plain JSON, stored with the batch. */
export interface FailureMemory {
  /** Ended executions, and failed ones among them, at the end of the last micro-batch. */
  readonly ended: number;
  readonly failures: number;
  /** The moving average of their failure rate, 0 to 1. */
  readonly average: number;
  /**
   * Whether the average was above the soft threshold then: a warning is logged each time it rises
   * above it.
   */
  readonly warned: boolean;
  /** Finished attempts, and failed ones among them, at the end of their last micro-batch. */
  readonly attempts: number;
  readonly failedAttempts: number;
  /** The moving average of their failure rate, 0 to 1; null while it is unknown. */
  readonly attemptAverage: number | null;
  /** Number of times that a micro-batch of attempts was judged since `since`. */
  readonly judged: number;
  /** When the batch began or was resumed; null until its first decision after that. */
  readonly since: number | null;
  /** Why the batch is being stopped, to end FAILED; null while it is not. */
  readonly stopping: string | null;
}

/** The state of a new batch. */
export const initialFailureMemory: FailureMemory = Object.freeze({
  ended: 0,
  failures: 0,
  average: 0,
  warned: false,
  attempts: 0,
  failedAttempts: 0,
  attemptAverage: null,
  judged: 0,
  since: null,
  stopping: null,
});

/** Parses the state as stored, also by an earlier version; null is that of a new batch. */
export function parseFailureMemory(text: string | null): FailureMemory {
  if (text === null) return initialFailureMemory;
  return { ...initialFailureMemory, ...(JSON.parse(text) as Partial<FailureMemory>) };
}
