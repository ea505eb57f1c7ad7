import type { Wakeup } from './execution-store.ts';

/** An event to deliver to an execution that is under way. */
export interface NewSignal {
  readonly executionId: string;
  /** JSON text of an `EngineEvent` without `at` and `seed`, which are set when it is applied. */
  readonly event: string;
}

/** A signal in the inbox of its execution. */
export interface Signal {
  /** Counts the signals of the execution, from 1. */
  readonly id: number;
  readonly event: string;
}

/** What happened to signals that were sent. */
export interface SignalOutcome {
  /** The tasks to send: these executions slept and are runnable now. */
  readonly wakeups: Wakeup[];
  /** Executions that a worker holds; it learns of the signals from its next heartbeat. */
  readonly held: string[];
  /** Executions that do not exist or are not RUNNING: their signals were not stored. */
  readonly refused: string[];
}

/**
 * The inboxes of executions: events from outside, stored until the execution has seen them. A
 * signal that was accepted is never lost, wakes its execution when no worker holds it, and is
 * handed out until a checkpoint confirms that it was seen. So it may be applied twice, and always
 * in the order in which it was accepted.
 */
export interface SignalStore {
  /** Puts signals into the inboxes of their executions; keeps the order within an execution. */
  sendSignals(
    signals: readonly NewSignal[],
    /**
     * True when the caller sends the tasks of the executions that slept; false leaves them due at
     * once, for the sweeper.
     */
    wakeupSent: boolean,
  ): Promise<SignalOutcome>;
  /** Returns the signals that executions have not seen yet, oldest first. */
  readSignals(executionIds: readonly string[]): Promise<Map<string, Signal[]>>;
  /**
   * Delivers up to `limit` signals that checkpoints left for other executions
   * (`Checkpoint.notify`), oldest first. Concurrent calls deliver each of them once.
   */
  deliverNotices(limit: number): Promise<Omit<SignalOutcome, 'refused'>>;
}
