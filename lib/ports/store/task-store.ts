import type { ExecutionRecord, ExecutionSummary, Wakeup } from './execution-store.ts';
import type { LookedPage, PageRequest } from './page.ts';

/** All states, in the order of a task's life. */
export const queueTaskStates = Object.freeze([
  'scheduled',
  'pending',
  'active',
  'waiting',
  'retry',
  'succeeded',
  'failed',
  'archived',
] as const);

/**
 * - `scheduled`: it has never started, and is due later.
 * - `pending`: it can run, and no worker holds it, or one whose lease expired.
 * - `active`: a live worker holds it.
 * - `waiting`: it has started and sleeps until it is due or a signal arrives.
 * - `retry`: it failed, and its next attempt is due later.
 * - `succeeded`: it ended SUCCEEDED.
 * - `failed`: it ended FAILED, TIMED_OUT or ABORTED, and is not in the archive.
 * - `archived`: it ended FAILED, TIMED_OUT or ABORTED, and is in the archive.
 */
export type QueueTaskState = (typeof queueTaskStates)[number];

/** Selects tasks; every condition given must hold. */
export interface TaskFilter {
  readonly state: QueueTaskState;
  readonly queue?: string;
  readonly machineId?: string;
}

/** A task in a list, without its documents. */
export interface TaskSummary extends ExecutionSummary {
  readonly state: QueueTaskState;
  /** The worker that holds it; null when none does. */
  readonly workerId: string | null;
}

/** A task with everything that the store knows of it. */
export interface TaskRecord extends ExecutionRecord {
  readonly state: QueueTaskState;
  /** Whether its abort was requested: it stops, and if it has not started it never will. */
  readonly abortRequested: boolean;
  /** Milliseconds since 1970; null when it is not in the archive. */
  readonly archivedAt: number | null;
  readonly archiveReason: string | null;
}

/** Number of tasks of a queue in one state. */
export interface TaskCount {
  readonly queue: string;
  readonly state: QueueTaskState;
  readonly count: number;
}

/** Result of a cancellation. */
export interface Cancellation {
  /** Ids of the executions that will never run. */
  readonly cancelled: string[];
  /** The tasks to send, so that these executions end soon. */
  readonly wakeups: Wakeup[];
}

/**
 * Lists, counts, cancels and deletes executions as the tasks of queues. Every execution is in
 * exactly one state, which follows from its row and its worker's lease; no state is stored.
 */
export interface TaskStore {
  /** Returns null for an unknown id. */
  getTask(id: string): Promise<TaskRecord | null>;
  /**
   * Newest first. For tasks that have ended, it looks at no more than `rowsMax` rows.
   * @param rowsMax @default {@link lookedRowsMax}
   */
  listTasks(
    filter: TaskFilter,
    page: PageRequest,
    rowsMax?: number,
  ): Promise<LookedPage<TaskSummary>>;
  /**
   * Counts tasks by queue and state, without zeros, for the given queues or for all (null). Each
   * count stops at `cap`, so that a long backlog stays cheap. For the same reason, ended tasks are
   * counted among the `cap` that ended last, and `archived` ones among the `cap` newest entries.
   */
  countTasks(queues: readonly string[] | null, cap: number): Promise<TaskCount[]>;

  /**
   * Requests the abort of the tasks that have never started; others do not change. A cancelled task
   * never runs, and gives up its unique key: the worker that claims it next ends it ABORTED.
   */
  cancelUnstarted(ids: readonly string[]): Promise<Cancellation>;
  /** Makes `scheduled` and `retry` tasks due now and returns the tasks to send; skips others. */
  makeTasksDue(ids: readonly string[]): Promise<Wakeup[]>;
  /**
   * Deletes tasks that have ended, with their history and archive entry, and tasks that never
   * started; returns their ids. Keeps executions of an open batch, unstarted ones of any batch or
   * with a waiting parent, and the target of a link whose source still exists.
   */
  deleteTasks(ids: readonly string[]): Promise<string[]>;
}
