/** The figures of a batch, as the CLI prints them and `--json` gives them. */
import { mapRunOf } from '../batch/map-run/map-run-batch.ts';
import type { BatchConfig } from '../config/config.ts';
import type { BatchRecord, BatchStatus } from '../ports/batch-store.ts';
import type { BatchFigures } from '../ports/execution-store.ts';
import type { Store } from '../ports/store.ts';
import { batchMembers } from './batch-members.ts';

/** Figures of one batch; what the app's own `summarize` adds stands beside them. */
export interface BatchReport {
  readonly batchId: string;
  readonly name: string;
  readonly status: BatchStatus;
  readonly reason: string | null;
  /** Of a map run: the execution whose distributed Map it is. */
  readonly parentExecutionId: string | null;
  /** Executions recorded. */
  readonly total: number;
  readonly succeeded: number;
  /** Ended FAILED, TIMED_OUT or ABORTED. */
  readonly failed: number;
  /** Of those that failed, how many are in the archive. */
  readonly archived: number;
  /** From the batch's creation to its end, or until now. */
  readonly seconds: number;
  /** Executions ended a second. */
  readonly executionsPerSecond: number;
  readonly durationMs: BatchFigures['durationMs'];
  readonly byError: Readonly<Record<string, number>>;
  readonly byPriority: Readonly<Record<string, number>>;
  readonly [figure: string]: unknown;
}

/** Reads the figures of `batch` from the store. */
export async function reportBatch(
  store: Store,
  batch: BatchRecord,
  summarize: BatchConfig['summarize'],
  now: number,
): Promise<BatchReport> {
  const [figures, archived, own] = await Promise.all([
    store.figures(batch.id),
    store.countArchive({ batchId: batch.id }),
    summarize?.(batchMembers(store, batch.id)),
  ]);
  const seconds = ((batch.endedAt ?? now) - batch.createdAt) / 1_000;
  const failed = batch.failed + batch.timedOut + batch.aborted;
  const ended = batch.succeeded + failed;
  const standard = {
    batchId: batch.id,
    name: batch.name,
    status: batch.status,
    reason: reasonOf(batch),
    parentExecutionId: mapRunOf(batch)?.parent.executionId ?? null,
    total: batch.created,
    succeeded: batch.succeeded,
    failed,
    archived,
    seconds,
    executionsPerSecond: seconds > 0 ? Math.round(ended / seconds) : 0,
    durationMs: figures.durationMs,
    byError: figures.byError,
    byPriority: figures.byQueue,
  };
  // Standard figures stand first, and the app's own cannot replace them.
  return { ...standard, ...own, ...standard };
}

function reasonOf({ reason, abortReason, endedAt }: BatchRecord): string | null {
  return abortReason !== null && endedAt === null ? `being aborted: ${abortReason}` : reason;
}
