/**
 * Executions as tasks of queues: what people list, count, cancel and delete. Every execution is in
 * exactly one state, which its row and its worker's lease say; none is kept apart from them.
 */
import type { ExecutionRecord, ExecutionSummary, Wakeup } from './execution-store.ts';
import type { Page, PageRequest } from './page.ts';

/** All states, in the order of a task's life. */
export const taskStates = Object.freeze([
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
 * - `pending`: it could run and nobody holds it, or a worker whose lease ran out.
 * - `active`: a live worker holds it.
 * - `waiting`: it sleeps in the midst of its work, until it is due or a signal comes.
 * - `retry`: a try failed, and the next is due later.
 * - `succeeded`.
 * - `failed`: it ended FAILED, TIMED_OUT or ABORTED, and the archive has no entry of it.
 * - `archived`: it ended so, and the archive has one.
 */
export type TaskState = (typeof taskStates)[number];

/** Every condition given must hold. */
export interface TaskFilter {
  readonly state: TaskState;
  readonly queue?: string;
  readonly machineId?: string;
}

/** A task in a list, documents left out. */
export interface TaskSummary extends ExecutionSummary {
  readonly state: TaskState;
  /** Who holds it; null when nobody does. */
  readonly workerId: string | null;
}

/** One task, whole. */
export interface TaskRecord extends ExecutionRecord {
  readonly state: TaskState;
  /** Milliseconds since 1970; null when the archive has no entry of it. */
  readonly archivedAt: number | null;
  readonly archiveReason: string | null;
}

/** How many tasks of a queue are in a state. */
export interface TaskCount {
  readonly queue: string;
  readonly state: TaskState;
  readonly count: number;
}

/** What came of a cancellation. */
export interface Cancellation {
  /** Ids of those that will never run. */
  readonly cancelled: string[];
  /** The tasks to send, so that they end soon. */
  readonly wakeups: Wakeup[];
}

export interface TaskStore {
  /** Null for an id that is unknown. */
  getTask(id: string): Promise<TaskRecord | null>;
  /** Newest first. */
  listTasks(filter: TaskFilter, page: PageRequest): Promise<Page<TaskSummary>>;
  /**
   * Counts by queue and state, those of 0 left out; of the queues given, or of all (null). No count
   * is above `cap`, so that a long backlog stays cheap; for the same reason, what has ended is
   * counted among the `cap` that ended last, and `archived` among the `cap` newest entries.
   */
  countTasks(queues: readonly string[] | null, cap: number): Promise<TaskCount[]>;

  /**
   * Asks for the abort of those that have never started, and of no other. What it answers never
   * runs: whoever claims it next ends it ABORTED.
   */
  abortUnstarted(ids: readonly string[]): Promise<Cancellation>;
  /**
   * Makes scheduled tasks and those to be tried again due now; answers the tasks to send. Others
   * stay as they are.
   */
  hurryTasks(ids: readonly string[]): Promise<Wakeup[]>;
  /**
   * Deletes tasks that have ended, with their history and their entry in the archive, and tasks
   * that never started; answers their ids. What stays: what an open batch counts, a batch's or a
   * waiting parent's that never started, and the target of a link whose source is still there.
   */
  deleteTasks(ids: readonly string[]): Promise<string[]>;
}

/**
 * Counts that may come in several parts, added up, none above `cap`: by queue, then in the order of
 * {@link taskStates}. What every driver answers `countTasks` with.
 */
export function totalsOf(parts: Iterable<TaskCount>, cap: number): TaskCount[] {
  const queues = new Map<string, Map<TaskState, number>>();
  for (const { queue, state, count } of parts) {
    const byState = queues.get(queue) ?? new Map<TaskState, number>();
    queues.set(queue, byState);
    byState.set(state, Math.min(cap, (byState.get(state) ?? 0) + count));
  }
  const names = [...queues.keys()].sort();
  return names.flatMap((queue) =>
    taskStates.flatMap((state) => {
      const count = queues.get(queue)?.get(state) ?? 0;
      return count === 0 ? [] : [{ queue, state, count }];
    }),
  );
}
