import type { ExecutionStatus } from '../../../engine/status.ts';
import type { ExecutionSummary, Wakeup } from '../execution-store.ts';
import type { LookedPage, PageRequest } from '../page.ts';

/** Selects executions as ListExecutions does; every condition given must hold. */
export interface ExecutionListFilter {
  readonly machineId?: string;
  /** A map run's. */
  readonly batchId?: string;
  readonly versionNumber?: number;
  readonly alias?: string;
  readonly statuses?: readonly ExecutionStatus[];
  /** Whether it was redriven at least once. */
  readonly redriven?: boolean;
}

/** An execution in such a list. */
export interface ExecutionListEntry extends ExecutionSummary {
  readonly versionNumber: number | null;
  readonly alias: string | null;
  readonly redrives: number;
  readonly redrivenAt: number | null;
}

/** The number of items of a map run's child. */
export interface ItemCount {
  readonly executionId: string;
  readonly items: number;
}

/** Why an execution is stopped: what its end will say. */
export interface StopReason {
  readonly error: string | null;
  readonly cause: string | null;
}

/** The reason with which an execution was stopped. */
export interface GivenStopReason extends StopReason {
  readonly executionId: string;
}

/** What came of the request of a stop: the task to send, unless a worker holds the execution. */
export interface StopRequest extends Wakeup {
  readonly isHeld: boolean;
}

/** A redrive that a person asked for. */
export interface RedriveRequest {
  readonly executionId: string;
  /** Repeats of a request with the same token change nothing. */
  readonly clientToken: string | null;
  /** Tokens are forgotten after this time, in milliseconds, and beyond the newest ten. */
  readonly tokenMs: number;
}

/** What came of it: when it was redriven, and the task to send when that was now. */
export interface RedriveResult {
  readonly redrivenAt: number;
  readonly isRepeat: boolean;
  readonly queue: string;
  readonly batchId: string | null;
}

/** Lists executions by what Step Functions knows of them, stops and redrives them for its API. */
export interface ExecutionListStore {
  /**
   * Lists the newest first: by the end, or by the last start of what has not ended. Of a batch by
   * the place in it; of no machine, or one with thousands of executions, a driver may list by the
   * first start instead. Looks at no more than `rowsMax` rows.
   */
  listByStart(
    filter: ExecutionListFilter,
    page: PageRequest,
    rowsMax?: number,
  ): Promise<LookedPage<ExecutionListEntry>>;
  /**
   * Requests the abort with a reason, as `requestAbort` does without; the first reason counts. Null
   * when it has ended, or is unknown.
   */
  requestStop(executionId: string, reason: StopReason): Promise<StopRequest | null>;
  /** Returns the reasons of those of the executions that were stopped with one. */
  readStopReasons(executionIds: readonly string[]): Promise<GivenStopReason[]>;
  /**
   * Frees the name of an execution that ended at least so many milliseconds ago, for another one of
   * the machine. Returns whether it did.
   */
  releaseName(executionId: string, endedMs: number): Promise<boolean>;
  /** Redrives one execution; null when it cannot be: it runs, or succeeded. */
  redriveOnce(request: RedriveRequest): Promise<RedriveResult | null>;
  /** Returns how many items executions have whose inputs are batches of items; 1 for others. */
  readItemCounts(executionIds: readonly string[]): Promise<ItemCount[]>;
  /** The newest event id of an execution; 0 when it has none. */
  countEvents(executionId: string): Promise<number>;
}
