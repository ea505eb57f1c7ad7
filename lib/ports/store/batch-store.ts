import type { CreateResult, NewExecution } from './execution-store.ts';
import type { LookedPage, PageRequest } from './page.ts';
import type { NewResultFile } from './results/result-store.ts';
import type { NewDelivery } from './webhook-store.ts';

/** The statuses of a batch. PAUSED can be resumed; SUCCEEDED, FAILED and ABORTED are final. */
export const batchStatuses = Object.freeze([
  'RUNNING',
  'PAUSED',
  'SUCCEEDED',
  'FAILED',
  'ABORTED',
] as const);

/** One of {@link batchStatuses}. */
export type BatchStatus = (typeof batchStatuses)[number];

/** A batch to record. */
export interface NewBatch {
  readonly id: string;
  /** The name in the configuration, or one chosen by the caller. */
  readonly name: string;
  readonly machineId: string;
  readonly machineVersion: number;
  /** The source and the options, one JSON text each; only `lib/batch` interprets them. */
  readonly source: string;
  readonly options: string;
  /** Names the span, in any process, that the batch is a part of; absent without tracing. */
  readonly traceparent?: string;
  /** Whether it is not recorded while another batch of its name is open. @default false */
  readonly unlessOpen?: boolean;
  /** The execution that it answers: it is a map run. @default none */
  readonly parentExecutionId?: string;
}

/** Counters of a batch; they equal its executions at any time. */
export interface BatchCounters {
  /** Executions recorded so far. */
  readonly created: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
}

/** A stored batch. */
export interface BatchRecord
  extends Omit<NewBatch, 'traceparent' | 'unlessOpen' | 'parentExecutionId'>,
    BatchCounters {
  /** Attempts that failed and were or will be retried; an attempt may count twice after a fault. */
  readonly retried: number;
  /** Items that were not recorded, because their name or link had been. */
  readonly leftOut: number;
  /** Whether executions of it that have not begun are held back, retries included. */
  readonly onHold: boolean;
  /** {@link NewBatch.parentExecutionId}; null when it is no map run. */
  readonly parentExecutionId: string | null;
  /** Limits of a map run that were changed while it ran; null: as its definition says. */
  readonly maxConcurrency: number | null;
  readonly toleratedCount: number | null;
  readonly toleratedPercentage: number | null;
  /** {@link NewBatch.traceparent}; null when it has none. */
  readonly traceparent: string | null;
  readonly status: BatchStatus;
  /**
   * Why it is PAUSED, FAILED or ABORTED, or what blocks it while it is RUNNING; null otherwise.
   */
  readonly reason: string | null;
  /** Where to resume reading the source, a JSON text; null before the first chunk. */
  readonly cursor: string | null;
  /** True when the source has been read to its end. */
  readonly sourceDone: boolean;
  /** The tasks of all executions with a lower index have been sent. */
  readonly sentIndex: number;
  /** State that the leader keeps between ticks (failure averages …), a JSON text. */
  readonly memory: string | null;
  /** Why its abort was requested; null when it was not. */
  readonly abortReason: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/**
 * A batch under a leader's lease: only the fields that can change. The source and the options never
 * change and may be as large as a state's input; a leader, which renews its leases many times a
 * second, reads them once with `getBatch`.
 */
export interface LeasedBatch extends Omit<BatchRecord, 'source' | 'options'> {
  readonly fence: number;
}

/** One chunk of fan-out. */
export interface FanOutChunk {
  readonly batchId: string;
  readonly fence: number;
  readonly executions: readonly NewExecution[];
  readonly cursor: string;
  readonly sourceDone: boolean;
}

/**
 * A change of status, made only when the current status is one of `from`. From RUNNING to RUNNING
 * changes only the reason. A batch whose abort was requested cannot pause, and can end only
 * ABORTED.
 */
export interface BatchTransition {
  readonly batchId: string;
  readonly from: readonly BatchStatus[];
  readonly to: BatchStatus;
  readonly reason: string | null;
  /**
   * The lease under which a leader decides: a batch that another leads by now, or that was reopened
   * since, stays as it is. @default whoever leads it: an operator decides
   */
  readonly fence?: number;
  /** Whether executions that have not begun, or are retried, are held back. @default false */
  readonly hold?: boolean;
  /**
   * Replaces the leader's state, and withdraws the request of an abort: a batch that has ended goes
   * on, under another lease. @default both stay as they are
   */
  readonly memory?: string;
  /** Queued in the same transaction, if the change is made. @default [] */
  readonly deliveries?: readonly NewDelivery[];
  /** Recorded likewise; the caller sends their tasks next. @default [] */
  readonly hooks?: readonly NewExecution[];
  /** Recorded likewise, in place of one from an earlier end. @default none is written */
  readonly resultFile?: NewResultFile | null;
}

/** Selects batches; every condition given must hold. Times are milliseconds since 1970. */
export interface BatchFilter {
  readonly status?: BatchStatus;
  /** One of these; none selects no batch. */
  readonly statuses?: readonly BatchStatus[];
  readonly name?: string;
  readonly machineId?: string;
  /** Inclusive. */
  readonly createdFrom?: number;
  /** Exclusive. */
  readonly createdBefore?: number;
}

/** Maximum number of batches that one page of a list looks at. */
export const lookedBatchesMax = 20_000;

/** Selects the batches that a leader leases; every condition given must hold. */
export interface BatchLeaseFilter {
  readonly batchId?: string;
  /** Includes its map runs. */
  readonly machineId?: string;
  /**
   * Only batches that this leader handed over: still under its lease, or not leased since it
   * expired. The first caller gets them; a second finds none.
   */
  readonly predecessor?: string;
  /** Leaves these out. @default none */
  readonly except?: readonly string[];
}

/** An execution that has a name. */
export interface TakenName {
  readonly name: string;
  /** The batch of the execution; null when it has none. */
  readonly batchId: string | null;
}

/**
 * Stores batches. One leader at a time fans a batch out, under a lease with a fence. Each chunk's
 * executions and the new cursor are written in one transaction, so that fan-out is exactly-once
 * even after a crash.
 */
export interface BatchStore {
  /**
   * Records a batch. When its id is known, returns the batch as it was recorded; when it is
   * `unlessOpen`, the newest open one of its name, if there is one.
   */
  createBatch(batch: NewBatch): Promise<BatchRecord>;
  getBatch(id: string): Promise<BatchRecord | null>;
  /**
   * Newest first. Looks at no more than `rowsMax` rows: those of the conditions that have an index,
   * or else the newest.
   * @param rowsMax @default {@link lookedBatchesMax}
   */
  listBatches(
    filter: BatchFilter,
    page: PageRequest,
    rowsMax?: number,
  ): Promise<LookedPage<BatchRecord>>;

  /**
   * Leases up to `limit` RUNNING batches that match `filter` and that no other live leader holds,
   * and PAUSED ones whose source is done and whose executions have all ended.
   * Batches leased longest ago come first, so that each gets its turn. The fence grows when the
   * leader changes.
   */
  leaseBatches(
    leaderId: string,
    leaseMs: number,
    limit: number,
    filter?: BatchLeaseFilter,
  ): Promise<LeasedBatch[]>;
  /** Ends the lease of a batch at once. */
  releaseBatch(batchId: string, fence: number): Promise<void>;

  /** Returns which of `names` executions of the machine have. */
  findTakenNames(machineId: string, names: readonly string[]): Promise<TakenName[]>;
  /**
   * Records a chunk and the cursor in one transaction and counts the executions created, and the
   * items left out because an earlier execution has their name or link. Null, with
   * nothing written, when the lease was lost, the batch is no longer RUNNING, or its abort was
   * requested.
   */
  fanOut(chunk: FanOutChunk): Promise<CreateResult[] | null>;
  /**
   * Records that the tasks of executions below `sentIndex` were sent; never decreases. Does nothing
   * when the lease was lost.
   */
  recordSent(batchId: string, fence: number, sentIndex: number): Promise<void>;
  /** Saves the leader's state (`BatchRecord.memory`); does nothing when the lease was lost. */
  saveBatchMemory(batchId: string, fence: number, memory: string): Promise<void>;
  /**
   * Lists open executions of the batch with an index of at least `fromIndex`, by index: their tasks
   * may not have been sent.
   */
  listUnsentOfBatch(
    batchId: string,
    fromIndex: number,
    limit: number,
  ): Promise<{ readonly executionId: string; readonly queue: string; readonly index: number }[]>;

  /** Returns true when the change was made. A final status sets the end time. */
  transitionBatch(change: BatchTransition): Promise<boolean>;
  /**
   * Requests the abort of a batch: fan-out stops, and its leader ends it when all executions it has
   * started have ended. A PAUSED batch becomes RUNNING for that. Only the first reason is kept.
   * Returns true when the batch is open.
   */
  requestBatchAbort(batchId: string, reason: string): Promise<boolean>;

  /**
   * Deletes a batch with its counters and figures. Returns false, with nothing deleted, when it is
   * open, has executions, or is unknown.
   */
  deleteBatch(batchId: string): Promise<boolean>;
  /**
   * Deletes up to `limit` batches that ended more than `retentionMs` ago and have no executions any
   * more, as {@link deleteBatch} does; returns how many.
   */
  pruneBatches(retentionMs: number, limit: number): Promise<number>;
}
