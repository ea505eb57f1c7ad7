import { parseMapRun } from '../../batch/map-run/map-run-batch.ts';
import type { BatchConfig } from '../../config/config.ts';
import type { BatchStats, OpenExecutions } from '../../ports/store/batch-queries.ts';
import type { BatchRecord, BatchStatus } from '../../ports/store/batch-store.ts';
import type { OrderRecord } from '../../ports/store/order-store.ts';
import type { Store } from '../../ports/store/store.ts';
import type { AppContext } from '../app-context.ts';
import { readBatchMembers } from './batch-members.ts';
import { type BatchPace, measurePace } from './batch-pace.ts';

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
  /** Number of items left out, because earlier executions have their names or sources. */
  readonly leftOut: number;
  /** Attempts that failed and were or will be retried. */
  readonly retried: number;
  /** Whether executions that have not begun are held back. */
  readonly onHold: boolean;
  /** Where the executions are that have not ended. */
  readonly open: OpenExecutions;
  readonly succeeded: number;
  /** Number of executions that ended FAILED, TIMED_OUT or ABORTED. */
  readonly failed: number;
  /** Number of its executions in the archive. */
  readonly archived: number;
  /** Time from the batch's creation to its end, or until now. */
  readonly seconds: number;
  /** Number of executions that ended per second. */
  readonly executionsPerSecond: number;
  /** The same in the last minute, and how long it still takes; null when that is not known. */
  readonly perSecond: BatchPace['perSecond'];
  readonly secondsLeft: BatchPace['secondsLeft'];
  readonly durationMs: BatchStats['durationMs'];
  readonly byError: Readonly<Record<string, number>>;
  /** Executions that wait for a retry, by the error of their last attempt. */
  readonly byRetriedError: Readonly<Record<string, number>>;
  readonly byPriority: Readonly<Record<string, number>>;
  /** Who paused, resumed or stopped it, newest first. */
  readonly changes: readonly BatchChange[];
  readonly [field: string]: unknown;
}

/** A change of a batch by a person, a program or its leader. */
export interface BatchChange extends Pick<OrderRecord, 'at' | 'action' | 'by' | 'via' | 'reason'> {}

/** Creates the report of `batch` from the store. */
export async function reportBatch(
  context: Pick<AppContext, 'store' | 'clock' | 'settings'>,
  batch: BatchRecord,
  summarize: BatchConfig['summarize'],
): Promise<BatchReport> {
  const { store, clock } = context;
  const now = clock.now();
  const [stats, archived, own, pace, changes] = await Promise.all([
    store.getBatchStats(batch.id),
    store.countArchive({ batchId: batch.id }),
    summarize?.(readBatchMembers(store, batch.id)),
    measurePace(context, batch),
    listChanges(store, batch.id),
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
    leftOut: batch.leftOut,
    retried: batch.retried,
    onHold: batch.onHold,
    open: stats.open,
    succeeded: batch.succeeded,
    failed,
    archived,
    seconds,
    executionsPerSecond: seconds > 0 ? Math.round(ended / seconds) : 0,
    ...pace,
    durationMs: stats.durationMs,
    byError: stats.byError,
    byRetriedError: stats.byRetriedError,
    byPriority: stats.byQueue,
    changes,
  };
  // Standard fields come first, and the app's own cannot replace them.
  return { ...standard, ...own, ...standard };
}

/** Maximum number of changes in a report; the log of changes has all. */
const changesMax = 10;

/** That it was started is known. */
async function listChanges(store: Store, batchId: string): Promise<BatchChange[]> {
  const page = { limit: changesMax };
  const { entries } = await store.listOrders({ object: `batch:${batchId}` }, page);
  return entries
    .filter(({ action }) => action !== 'startBatch')
    .map(({ at, action, by, via, reason }) => ({ at, action, by, via, reason }));
}

function toReason({ reason, abortReason, endedAt }: BatchRecord): string | null {
  return abortReason !== null && endedAt === null ? `being aborted: ${abortReason}` : reason;
}
