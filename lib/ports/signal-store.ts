/**
 * The inbox of an execution: what outsiders have answered, kept until the execution has seen it. A
 * signal that was accepted is never lost, wakes its execution when nobody holds it, and is handed
 * out until a checkpoint says that it was seen; so it may be applied twice, and in the order in
 * which it was accepted.
 */
import type { Wakeup } from './execution-store.ts';

/** A word to an execution that is under way. */
export interface NewSignal {
  readonly executionId: string;
  /** JSON text of an `EngineEvent` without `at` and `seed`, which are those of its application. */
  readonly event: string;
}

/** A signal in the inbox of its execution. */
export interface Signal {
  /** Counts the signals of the execution, from 1. */
  readonly id: number;
  readonly event: string;
}

/** What became of signals. */
export interface SignalOutcome {
  /** The tasks to send: what slept is runnable now. */
  readonly wakeups: Wakeup[];
  /** Executions that a worker holds; it learns of the signals by its heartbeat at the latest. */
  readonly held: string[];
  /** Executions that are not there, or not RUNNING: their signals were not kept. */
  readonly refused: string[];
}

export interface SignalStore {
  /** Puts signals into the inboxes of their executions, those of one execution in order. */
  signal(
    signals: readonly NewSignal[],
    /**
     * Whether the caller sends the tasks of what slept; false leaves it due at once, for the sweep.
     */
    wakeupSent: boolean,
  ): Promise<SignalOutcome>;
  /** The signals that executions have not seen yet, oldest first; none for those that have none. */
  readSignals(executionIds: readonly string[]): Promise<Map<string, Signal[]>>;
  /**
   * Delivers up to `limit` signals that checkpoints left for other executions
   * (`Checkpoint.notify`), oldest first. Two calls at once deliver each of them once.
   */
  wakeSignalled(limit: number): Promise<Omit<SignalOutcome, 'refused'>>;
}
