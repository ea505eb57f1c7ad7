/**
 * The work of activities, for workers that ask for it. A piece of work is kept once, handed out at
 * most once, and its execution learns in the same step that it was taken up.
 */
import type { SignalOutcome } from './signal-store.ts';

/** A piece of work. */
export interface ActivityTask {
  /** The activity's name. */
  readonly activity: string;
  readonly executionId: string;
  readonly command: string;
  readonly taskToken: string;
  /** JSON text. */
  readonly input: string;
}

/** What became of a wish for work. */
export interface TakenActivityTask extends Omit<SignalOutcome, 'refused'> {
  readonly task: ActivityTask;
  /** Whether its execution was under way; the task is of no use otherwise. */
  readonly isWanted: boolean;
}

/** What waits for the workers of one activity. */
export interface ActivityBacklog {
  readonly activity: string;
  readonly tasks: number;
  /** When the oldest was scheduled, in milliseconds since 1970. */
  readonly oldestAt: number;
}

export interface ActivityStore {
  /** Keeps a piece of work; a second time changes nothing while it is there. */
  scheduleActivity(task: ActivityTask): Promise<void>;
  /**
   * Takes the oldest piece of work of an activity and signals `commandStarted`; null when there is
   * none. Two that ask at once are given different ones.
   * @param workerName null: it has no name
   * @param wakeupSent as that of `SignalStore.signal`
   */
  takeActivityTask(
    activity: string,
    workerName: string | null,
    wakeupSent: boolean,
  ): Promise<TakenActivityTask | null>;
  /** Nobody is to do it any more. */
  removeActivityTask(executionId: string, command: string): Promise<void>;
  /** By name. */
  listActivities(): Promise<ActivityBacklog[]>;
}
