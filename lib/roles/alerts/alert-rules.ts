/** The thresholds of the rules; false turns a rule off. */
export interface AlertRules {
  /** Age of the oldest task that waits in a queue, in minutes. */
  readonly queueAgeMinutes: number | false;
  /** Share of the ended executions of a running batch that failed; from 0 to 1. */
  readonly failureRate: number | false;
  /** Whether a batch is PAUSED. */
  readonly batchPaused: boolean;
  /** Whether a leader or worker stopped without ending its lease. */
  readonly workerLost: boolean;
  /** Number of tasks archived within an hour. */
  readonly archiveGrowth: number | false;
  /** Number of dead letters of a queue that were not archived yet. */
  readonly deadLetters: number | false;
  /** Difference between the clocks of the leader and the database, in seconds. */
  readonly clockSkew: number | false;
  /** Time since an occurrence of a schedule was due that has not started, in minutes. */
  readonly scheduleLateMinutes: number | false;
  /** Whether an occurrence of a schedule did not start, and will not. */
  readonly scheduleMissed: boolean;
  /** Whether the database's schema is not the one that this program knows. */
  readonly schemaBehind: boolean;
}

/** Default {@link AlertRules}. */
export const alertRuleDefaults: AlertRules = Object.freeze({
  queueAgeMinutes: 15,
  failureRate: 0.1,
  batchPaused: true,
  workerLost: true,
  archiveGrowth: 100,
  deadLetters: 10,
  clockSkew: 5,
  scheduleLateMinutes: 15,
  scheduleMissed: true,
  schemaBehind: true,
});
