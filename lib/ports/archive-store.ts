/** Where tasks go whose retries are exhausted. Nothing leaves but by a person's order. */
import type { Wakeup } from './execution-store.ts';
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

/** A task in the archive, and what became of its execution. */
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

/** Every condition given must hold. */
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
}

export interface ArchiveStore {
  /** Answers how many entries are new. */
  archive(entries: readonly NewArchiveEntry[]): Promise<number>;
  getArchived(taskId: string): Promise<ArchiveEntry | null>;
  /** Newest first. */
  listArchive(filter: ArchiveFilter, page: PageRequest): Promise<Page<ArchiveEntry>>;
  countArchive(filter: ArchiveFilter): Promise<number>;
  /**
   * Takes up to `limit` entries out and makes their executions PENDING_REDRIVE and runnable, with
   * attempts counted anew, in one transaction. Answers the tasks to send. An entry without a known
   * execution stays; one whose execution has not ended yields a task, and one that SUCCEEDED since
   * only goes.
   */
  redriveArchived(filter: ArchiveFilter, limit: number): Promise<Wakeup[]>;
  /** Deletes up to `limit` entries; answers how many. Their executions stay as they ended. */
  deleteArchived(filter: ArchiveFilter, limit: number): Promise<number>;
}
