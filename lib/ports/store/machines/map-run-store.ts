import type { ExecutionStatus } from '../../../engine/status.ts';
import type { BatchStatus } from '../batch-store.ts';
import type { Page, PageRequest } from '../page.ts';

/** What UpdateMapRun changes; null: as the definition says. */
export interface MapRunLimits {
  readonly maxConcurrency: number | null;
  readonly toleratedCount: number | null;
  readonly toleratedPercentage: number | null;
}

/** A map run, which is a batch that answers its parent. */
export interface MapRunRecord extends MapRunLimits {
  readonly batchId: string;
  /** The machine of its children, `machine/label`. */
  readonly machineId: string;
  readonly parentExecutionId: string;
  readonly status: BatchStatus;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly redrives: number;
  readonly redrivenAt: number | null;
}

/** The children of a map run with one status, and the items that they have. */
export interface MapRunCount {
  readonly status: ExecutionStatus;
  /** Whether a worker has begun it. */
  readonly begun: boolean;
  readonly executions: number;
  readonly items: number;
}

/** Reads and changes map runs. */
export interface MapRunStore {
  /** Lists the runs of a parent, the newest first. */
  listMapRuns(parentExecutionId: string, page: PageRequest): Promise<Page<MapRunRecord>>;
  getMapRun(batchId: string): Promise<MapRunRecord | null>;
  /** Changes the limits that are given; false when the run has ended or is unknown. */
  updateMapRunLimits(batchId: string, limits: Partial<MapRunLimits>): Promise<boolean>;
  /**
   * Counts the children of a run by status.
   * @param batched whether inputs are batches of items; else each child is one item
   */
  countMapRunItems(batchId: string, batched: boolean): Promise<MapRunCount[]>;
}
