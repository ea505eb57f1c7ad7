import { parseMapRun } from '../batch/map-run/map-run-batch.ts';
import type { BatchConfig } from '../config/config.ts';
import type { BatchStats } from '../ports/store/batch-queries.ts';
import type { BatchRecord, BatchStatus } from '../ports/store/batch-store.ts';
import type { Store } from '../ports/store/store.ts';
import { readBatchMembers } from './batch-members.ts';

/** Statistics of one batch, and the fields that the app's own `summarize` adds. */
export interface BatchReport {
  readonly batchId: string;
  readonly name: string;
  readonly status: BatchStatus;
  readonly reason: string | null;
  /** The execution whose distributed Map it is; null for a batch that is no map run. */
  readonly parentExecutionId: string | null;
  /** Number of executions recorded. */
  readonly total: number;
  readonly succeeded: number;
  /** Number of executions that ended FAILED, TIMED_OUT or ABORTED. */
  readonly failed: number;
  /** Number of its executions in the archive. */
  readonly archived: number;
  /** Time from the batch's creation to its end, or until now. */
  readonly seconds: number;
  /** Number of executions that ended per second. */
  readonly executionsPerSecond: number;
  readonly durationMs: BatchStats['durationMs'];
  readonly byError: Readonly<Record<string, number>>;
  readonly byPriority: Readonly<Record<string, number>>;
  readonly [field: string]: unknown;
}

/** Creates the report of `batch` from the store. */
export async function reportBatch(
  store: Store,
  batch: BatchRecord,
  summarize: BatchConfig['summarize'],
  now: number,
): Promise<BatchReport> {
  const [stats, archived, own] = await Promise.all([
    store.getBatchStats(batch.id),
    store.countArchive({ batchId: batch.id }),
    summarize?.(readBatchMembers(store, batch.id)),
  ]);
  const seconds = ((batch.endedAt ?? now) - batch.createdAt) / 1_000;
  const failed = batch.failed + batch.timedOut + batch.aborted;
  const ended = batch.succeeded + failed;
  const standard = {
    batchId: batch.id,
    name: batch.name,
    status: batch.status,
    reason: toReason(batch),
    parentExecutionId: parseMapRun(batch)?.parent.executionId ?? null,
    total: batch.created,
    succeeded: batch.succeeded,
    failed,
    archived,
    seconds,
    executionsPerSecond: seconds > 0 ? Math.round(ended / seconds) : 0,
    durationMs: stats.durationMs,
    byError: stats.byError,
    byPriority: stats.byQueue,
  };
  // Standard fields come first, and the app's own cannot replace them.
  return { ...standard, ...own, ...standard };
}

function toReason({ reason, abortReason, endedAt }: BatchRecord): string | null {
  return abortReason !== null && endedAt === null ? `being aborted: ${abortReason}` : reason;
}
