import type { ProcessSums } from './step-figures.ts';

/** The work that a queue has, as its broker and the store see it. */
export interface QueueGauge {
  readonly queue: string;
  /** Messages that wait in the queue. */
  readonly depth: number;
  /** How long the oldest runnable execution has waited, in milliseconds; 0 when none waits. */
  readonly oldestMs: number;
}

/** Values that go up and down, at one moment. */
export interface Gauges {
  readonly queues: readonly QueueGauge[];
  /** Workers that are alive. */
  readonly workers: number;
  /** Executions that they hold. */
  readonly busy: number;
}

/** Records gauges, and keeps the figures small. Any number of processes may do either. */
export interface FigureStore {
  /**
   * Adds what a process has summed, where no commit takes it. A caller must not repeat a call whose
   * outcome it does not know: it would add the sums again.
   */
  addSums(sums: ProcessSums): Promise<void>;
  /** Records the gauges of the current time slot; the highest values of a slot count. */
  recordGauges(gauges: Gauges): Promise<void>;
  /**
   * Folds what does not change any more: the counts of ended batches into one row per state, and
   * time slots into longer ones. Deletes figures that are older than `retentionMs`. Returns the
   * largest number of rows that it handled of one kind; at most `limit`, which means that there is
   * more.
   */
  foldFigures(retentionMs: number, limit: number): Promise<number>;
}
