import type { NewDelivery } from './webhook-store.ts';

/** How urgent an alert is. */
export type AlertSeverity = 'info' | 'warning' | 'critical';

/** A condition that a person has to look at. */
export interface NewAlert {
  /** A UUID of version 7. */
  readonly id: string;
  /** The name of the rule, such as `queueAge`. */
  readonly rule: string;
  /** What it is about, such as `queue:low`. A rule has one open alert for each subject. */
  readonly subject: string;
  readonly severity: AlertSeverity;
  readonly message: string;
  /** The path of the page that explains it. */
  readonly link: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Queued in the same transaction, if the alert is new. */
  readonly deliveries: readonly NewDelivery[];
}

/** A stored alert. */
export interface AlertRecord extends Omit<NewAlert, 'deliveries'> {
  /** Null while it is open. */
  readonly endedAt: number | null;
}

/** New facts of an open alert. */
export type AlertUpdate = Pick<NewAlert, 'id' | 'severity' | 'message'>;

/** The end of an alert. */
export interface AlertEnd extends Pick<NewAlert, 'id' | 'deliveries'> {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A batch that has not ended, as far as alerts need it. */
export interface WatchedBatch {
  readonly id: string;
  readonly name: string;
  readonly status: 'RUNNING' | 'PAUSED';
  readonly reason: string | null;
  readonly ended: number;
  /** Executions that FAILED or TIMED_OUT. */
  readonly failed: number;
}

/** What alerts are evaluated from, beside the lists that other parts of the store have. */
export interface AlertFacts {
  /** The newest open batches that are no map runs. */
  readonly batches: readonly WatchedBatch[];
  /** Entries that were archived within the time asked for, at most `archivedMax`. */
  readonly archived: number;
}

/** Stores alerts. Any number of leaders may evaluate them: each opens and ends once. */
export interface AlertStore {
  /** Lists open alerts first, then the newest. @param openOnly @default false */
  listAlerts(limit: number, openOnly?: boolean): Promise<AlertRecord[]>;
  /** Opens alerts, and returns the ids of those whose rule had none open for their subject. */
  openAlerts(alerts: readonly NewAlert[]): Promise<string[]>;
  /** Changes alerts that are still open. */
  updateAlerts(changes: readonly AlertUpdate[]): Promise<void>;
  /** Ends alerts, and returns the ids of those that were open. */
  endAlerts(ends: readonly AlertEnd[]): Promise<string[]>;
  /** Deletes up to `limit` alerts that ended more than `retentionMs` ago; returns how many. */
  pruneAlerts(retentionMs: number, limit: number): Promise<number>;
  /** Reads a bounded number of rows, however many there are. */
  readAlertFacts(archivedWithinMs: number, archivedMax: number): Promise<AlertFacts>;
}
