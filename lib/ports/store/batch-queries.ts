import type { ExecutionStatus } from '../../engine/status.ts';
import type { ExecutionSummary } from './execution-store.ts';
import type { Page, PageRequest } from './page.ts';

/** An execution of a batch with its output. */
export interface BatchItemOutput extends ExecutionSummary {
  readonly output: string | null;
}

/** An execution of a batch with its input and output. */
export interface BatchItemResult extends BatchItemOutput {
  readonly input: string;
}

/** The places in which the open executions of a batch are; each is in one. */
export interface OpenExecutions {
  /** Held by a worker. */
  readonly running: number;
  /** Can run, and waits for a worker. */
  readonly pending: number;
  /** Failed, and waits for its next attempt. */
  readonly retrying: number;
  /** Sleeps until its time. */
  readonly sleeping: number;
  /** Waits for a callback or another signal. */
  readonly waiting: number;
  /** Held back, because the batch is on hold. */
  readonly heldBack: number;
}

/** No open executions. */
export const noOpenExecutions: OpenExecutions = Object.freeze({
  running: 0,
  pending: 0,
  retrying: 0,
  sleeping: 0,
  waiting: 0,
  heldBack: 0,
});

/** Statistics of the executions of one batch. */
export interface BatchStats {
  readonly byStatus: Readonly<Partial<Record<ExecutionStatus, number>>>;
  readonly byQueue: Readonly<Record<string, number>>;
  /** Number of executions that ended with each error name. */
  readonly byError: Readonly<Record<string, number>>;
  /** Number of executions that wait for a retry, by the error of their last attempt. */
  readonly byRetriedError: Readonly<Record<string, number>>;
  readonly open: OpenExecutions;
  /** From first claim to end, of those that ended; null when none has. */
  readonly durationMs: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
}

/** Number of open batches by status; a count that reaches the cap means "this many or more". */
export interface OpenBatchCounts {
  readonly running: number;
  readonly paused: number;
}

/** Reads batches and their executions, for reports, exports, result files and metrics. */
export interface BatchQueries {
  /** Counts open batches, at most `cap` of each status. */
  countOpenBatches(cap: number): Promise<OpenBatchCounts>;
  /** Ordered by index. */
  listOutputs(batchId: string, page: PageRequest): Promise<Page<BatchItemOutput>>;
  /** As {@link listOutputs}, with the inputs too. */
  listResults(batchId: string, page: PageRequest): Promise<Page<BatchItemResult>>;
  getBatchStats(batchId: string): Promise<BatchStats>;
}
