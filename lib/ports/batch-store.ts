/**
 * Where batches live. One leader at a time fans a batch out: under a lease with a fence, each
 * chunk's executions and the new cursor in one transaction, so that fan-out is exactly-once here
 * whatever crashes.
 */
import type { CreateResult, NewExecution } from './execution-store.ts';
import type { Page, PageRequest } from './page.ts';

/** Where a batch stands. PAUSED goes on when resumed; SUCCEEDED, FAILED and ABORTED are ends. */
export type BatchStatus = 'RUNNING' | 'PAUSED' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/** A batch to record. */
export interface NewBatch {
  readonly id: string;
  /** The name in the configuration, or what the caller calls it. */
  readonly name: string;
  readonly machineId: string;
  readonly machineVersion: number;
  /** The source and the options, as one JSON text each; `lib/batch` gives them meaning. */
  readonly source: string;
  readonly options: string;
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

/** A batch as it is kept. */
export interface BatchRecord extends NewBatch, BatchCounters {
  readonly status: BatchStatus;
  /**
   * Why it is PAUSED, FAILED or ABORTED, or what keeps it from getting on while it is RUNNING; null
   * otherwise.
   */
  readonly reason: string | null;
  /** Where the source is read on from, a JSON text; null before the first chunk. */
  readonly cursor: string | null;
  /** Whether the source has been read to its end. */
  readonly sourceDone: boolean;
  /** Executions with an index below this one have had their tasks sent. */
  readonly sentIndex: number;
  /** What the leader remembers between ticks (failure averages …), a JSON text. */
  readonly memory: string | null;
  /** Why a person wants it ABORTED; null when nobody does. */
  readonly abortReason: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/**
 * A batch under a leader's lease: all that changes of it. The source and the options never do, and
 * may be as large as a state's input: a leader, which asks many times a second, reads them once by
 * `getBatch`.
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
 * A change of status, done only when the status still is one of `from`. From RUNNING to RUNNING
 * changes the reason alone. A batch that is to be aborted neither pauses nor ends but ABORTED.
 */
export interface BatchTransition {
  readonly batchId: string;
  readonly from: readonly BatchStatus[];
  readonly to: BatchStatus;
  readonly reason: string | null;
}

/** Which batches a leader asks for; every condition given must hold. */
export interface BatchesAmong {
  readonly batchId?: string;
  /** Its map runs included. */
  readonly machineId?: string;
  /**
   * Only those that this leader left to its successor: still under its lease, or not taken since
   * that ran out. Who comes first has them; whoever comes second finds none.
   */
  readonly predecessor?: string;
}

export interface BatchStore {
  /** Records a batch; one whose id is known is answered as it was recorded. */
  createBatch(batch: NewBatch): Promise<BatchRecord>;
  getBatch(id: string): Promise<BatchRecord | null>;
  /** Newest first. */
  listBatches(
    filter: { readonly status?: BatchStatus; readonly name?: string },
    page: PageRequest,
  ): Promise<Page<BatchRecord>>;

  /**
   * Leases up to `limit` RUNNING batches that no live leader holds (or this one does already), of
   * those that `among` names. Those leased longest ago come first, so that each has
   * its turn. The fence grows when the leader changes.
   */
  leaseBatches(
    leaderId: string,
    leaseMs: number,
    limit: number,
    among?: BatchesAmong,
  ): Promise<LeasedBatch[]>;
  /** Lets go of a batch at once. */
  releaseBatch(batchId: string, fence: number): Promise<void>;

  /**
   * Records a chunk and the cursor in one transaction, counting what was created; null when the
   * lease was lost (nothing is written then), or the batch is no longer RUNNING or is to be
   * aborted.
   */
  fanOut(chunk: FanOutChunk): Promise<CreateResult[] | null>;
  /**
   * Tells that the tasks of executions below `sentIndex` were sent; never goes back. Nothing
   * happens when the lease was lost.
   */
  recordSent(batchId: string, fence: number, sentIndex: number): Promise<void>;
  /** Keeps what the leader remembers; nothing happens when the lease was lost. */
  rememberBatch(batchId: string, fence: number, memory: string): Promise<void>;
  /**
   * Open executions of the batch with an index from `fromIndex` on, by index: those whose tasks may
   * not have been sent.
   */
  listUnsentOfBatch(
    batchId: string,
    fromIndex: number,
    limit: number,
  ): Promise<{ readonly executionId: string; readonly queue: string; readonly index: number }[]>;

  /** True when the change was made. An end status sets the end time. */
  transitionBatch(change: BatchTransition): Promise<boolean>;
  /**
   * Asks for a batch to be aborted: nothing more of it is fanned out, and its leader ends it when
   * all that it has begun has ended. One that is PAUSED is RUNNING for that. The first reason
   * stays. True when the batch is open.
   */
  abortBatch(batchId: string, reason: string): Promise<boolean>;
}
