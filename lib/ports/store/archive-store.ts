import type { ExecutionLabels, MachineVersions, Wakeup } from './execution-store.ts';
import type { Page, PageRequest } from './page.ts';

/** A dead letter to keep. Recording the same task twice keeps one entry. */
export interface NewArchiveEntry {
  /** The task's id; for an execution's task, the execution's. */
  readonly taskId: string;
  readonly queue: string;
  readonly body: string;
  readonly reason: string;
  readonly deliveries: number;
  readonly sentAt: number;
}

/** A task in the archive, with the result of its execution. */
export interface ArchiveEntry extends NewArchiveEntry {
  /** Null when the task was not an execution's, or the execution is unknown. */
  readonly executionId: string | null;
  readonly executionName: string | null;
  readonly machineId: string | null;
  readonly batchId: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly attempts: number;
  readonly archivedAt: number;
}

/** Selects entries; every condition given must hold. */
export interface ArchiveFilter {
  readonly taskIds?: readonly string[];
  readonly queue?: string;
  readonly machineId?: string;
  readonly batchId?: string;
  readonly error?: string;
  /** Milliseconds since 1970, inclusive. */
  readonly archivedFrom?: number;
  /** Milliseconds since 1970, exclusive. */
  readonly archivedBefore?: number;
  /** Those of executions that have all of these labels; none selects any. */
  readonly labels?: ExecutionLabels;
}

/** The order of a list, by the time of archiving. */
export type ArchiveOrder = 'newestFirst' | 'oldestFirst';

/** How many entries of the archive have one error, machine and queue. */
export interface ArchiveTotal {
  readonly error: string | null;
  readonly machineId: string | null;
  readonly queue: string;
  readonly count: number;
}

/** The archive by error, machine and queue. */
export interface ArchiveSummary {
  /** The number of all entries. */
  readonly total: number;
  /** Whether there are more than were counted. */
  readonly isMinimum: boolean;
  /** The most frequent first. */
  readonly rows: readonly ArchiveTotal[];
}

/** Keeps tasks that have no retries left. Entries leave only by an operator's command. */
export interface ArchiveStore {
  /** Returns how many entries are new. */
  archive(entries: readonly NewArchiveEntry[]): Promise<number>;
  getArchived(taskId: string): Promise<ArchiveEntry | null>;
  /** @param order also the order of the pages. @default 'newestFirst' */
  listArchive(
    filter: ArchiveFilter,
    page: PageRequest,
    order?: ArchiveOrder,
  ): Promise<Page<ArchiveEntry>>;
  /** @param cap where the count stops. @default counts all that match */
  countArchive(filter: ArchiveFilter, cap?: number): Promise<number>;
  /** Reads totals that are kept up to date, at most `limit` rows; no entry is read. */
  summarizeArchive(limit: number): Promise<ArchiveSummary>;
  /**
   * Removes up to `limit` entries and makes their executions PENDING_REDRIVE and runnable, with
   * their attempts reset, in one transaction. Returns the tasks to send. Keeps entries without a
   * known execution. An execution that has not ended only gets a new task, and for one that has
   * SUCCEEDED meanwhile only the entry is removed.
   * @param versions as in `ExecutionStore.redriveExecutions`
   */
  redriveArchived(
    filter: ArchiveFilter,
    limit: number,
    versions?: MachineVersions,
  ): Promise<Wakeup[]>;
  /** Deletes up to `limit` entries and returns how many; their executions do not change. */
  deleteArchived(filter: ArchiveFilter, limit: number): Promise<number>;
}
