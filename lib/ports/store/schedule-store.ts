/** An occurrence of a schedule that is to be started. */
export interface WaitingOccurrence {
  /** When it was due, in milliseconds since 1970. */
  readonly dueAt: number;
  /** When a leader took it up. */
  readonly since: number;
  /** How often starting it has failed. */
  readonly tries: number;
  /** When the next leader may try. */
  readonly nextTryAt: number;
  /** Why the last try failed; null before that. */
  readonly reason: string | null;
}

/** An occurrence of a schedule that did not start, and will not. */
export interface MissedOccurrence {
  /** When it was due, in milliseconds since 1970. */
  readonly dueAt: number;
  /** When a leader found that out. */
  readonly at: number;
  readonly reason: string;
}

/** What is recorded of a batch's schedule. Times are milliseconds since 1970. */
export interface ScheduleRecord {
  /** The name of the batch. */
  readonly name: string;
  /** The expression and the time zone that leaders evaluate, as one text. */
  readonly timing: string;
  /** When leaders began to evaluate this timing; a rate counts from then. */
  readonly anchoredAt: number;
  /** Everything that was due up to then has been dealt with. */
  readonly throughAt: number;
  /** When a leader evaluated it last. */
  readonly seenAt: number;
  /** Grows with each change. */
  readonly fence: number;
  /** When the newest occurrence that was started was due. */
  readonly lastDueAt: number | null;
  readonly waiting: WaitingOccurrence | null;
  /** One that did not start, until one that is due later does, or the schedule is paused. */
  readonly missed: MissedOccurrence | null;
  /** Null while it is not paused. */
  readonly pausedAt: number | null;
  readonly pausedReason: string | null;
}

/** A schedule that a leader begins to evaluate. */
export interface ScheduleEntry extends Pick<ScheduleRecord, 'name' | 'timing'> {
  readonly at: number;
}

/** A change of a leader to a schedule. */
export interface ScheduleChange
  extends Pick<
    ScheduleRecord,
    'name' | 'fence' | 'throughAt' | 'seenAt' | 'lastDueAt' | 'waiting' | 'missed'
  > {}

/** A pause of a schedule, or its end. */
export interface SchedulePause {
  readonly name: string;
  readonly at: number;
  readonly paused: boolean;
  readonly reason: string | null;
}

/** A file or an object that started a batch. */
export interface SeenFile {
  readonly batch: string;
  readonly key: string;
  /** Differs for each content of the key. */
  readonly version: string;
}

/**
 * What has started batches: the occurrences of schedules, and files. Times come from the callers,
 * whose clocks evaluate the schedules.
 */
export interface ScheduleStore {
  /** Lists all schedules, by name. */
  listScheduleRecords(): Promise<ScheduleRecord[]>;
  /**
   * Records schedules that are new, or have another timing now: nothing that was due before counts.
   * A pause stays.
   */
  enterSchedules(entries: readonly ScheduleEntry[]): Promise<void>;
  /** Changes a schedule, unless another change came first: then it returns false. */
  changeSchedule(change: ScheduleChange): Promise<boolean>;
  /**
   * Pauses a schedule, and drops what waits and what was missed; or resumes it, and skips what was
   * due meanwhile. A schedule that no leader has evaluated is recorded.
   */
  pauseSchedule(pause: SchedulePause): Promise<void>;
  /** Returns which of these files were recorded, and notes that they are still there. */
  touchSeenFiles(files: readonly SeenFile[]): Promise<SeenFile[]>;
  /** Records a file in the place of an earlier version. */
  recordSeenFile(file: SeenFile): Promise<void>;
  /** Forgets up to `limit` files that no leader has seen for `retentionMs`; returns how many. */
  pruneSeenFiles(retentionMs: number, limit: number): Promise<number>;
}
