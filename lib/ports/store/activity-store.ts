import type { SignalOutcome } from './signal-store.ts';

/** One unit of work of an activity. */
export interface ActivityTask {
  /** The activity's name. */
  readonly activity: string;
  readonly executionId: string;
  readonly command: string;
  readonly taskToken: string;
  /** JSON text. */
  readonly input: string;
}

/** An activity task that a worker has taken, and the signals sent by that. */
export interface TakenActivityTask extends Omit<SignalOutcome, 'refused'> {
  readonly task: ActivityTask;
  /** True when its execution is RUNNING; the task is useless otherwise. */
  readonly isRunning: boolean;
}

/** The tasks that wait for the workers of one activity. */
export interface ActivityBacklog {
  readonly activity: string;
  readonly tasks: number;
  /** When the oldest was scheduled, in milliseconds since 1970. */
  readonly oldestAt: number;
}

/**
 * The tasks of activities, which workers poll for. A task is stored once and handed out at most
 * once; its execution is signalled in the same statement.
 */
export interface ActivityStore {
  /** Stores a task; storing it again changes nothing while it is there. */
  scheduleActivity(task: ActivityTask): Promise<void>;
  /**
   * Takes the oldest task of an activity and signals `commandStarted`; null when there is none.
   * Concurrent calls get different tasks.
   * @param workerName null when the worker has no name
   * @param wakeupSent as in `SignalStore.sendSignals`
   */
  takeActivityTask(
    activity: string,
    workerName: string | null,
    wakeupSent: boolean,
  ): Promise<TakenActivityTask | null>;
  /** Deletes a task that is no longer wanted. */
  removeActivityTask(executionId: string, command: string): Promise<void>;
  /** Ordered by name. */
  listActivities(): Promise<ActivityBacklog[]>;
}
