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

/** Statistics of the executions of one batch. */
export interface BatchStats {
  readonly byStatus: Readonly<Partial<Record<ExecutionStatus, number>>>;
  readonly byQueue: Readonly<Record<string, number>>;
  /** Number of executions that ended with each error name. */
  readonly byError: Readonly<Record<string, number>>;
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
