import {
  type BatchQueries,
  type BatchStats,
  noOpenExecutions,
  type OpenExecutions,
} from '../../ports/store/batch-queries.ts';
import type { BatchStatus } from '../../ports/store/batch-store.ts';
import type { ExecutionSummary } from '../../ports/store/execution-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import { parsePageStart, toPage } from '../shared/keyset-pages.ts';
import { toExecutionSummary } from './execution-rows.ts';
import { type ExecutionRow, heldBackAt, type MemoryTables, sortedBy } from './memory-tables.ts';

/** Open batches, and the executions of a batch, in memory. */
export function createMemoryBatchQueries(tables: MemoryTables): BatchQueries {
  const count = (status: BatchStatus, cap: number) =>
    Math.min(cap, [...tables.batches.values()].filter((row) => row.status === status).length);
  return {
    countOpenBatches: async (cap) => ({
      running: count('RUNNING', cap),
      paused: count('PAUSED', cap),
    }),
    listOutputs: async (batchId, page) =>
      list(tables, batchId, page, (row) => ({ ...toExecutionSummary(row), output: row.output })),
    listResults: async (batchId, page) =>
      list(tables, batchId, page, (row) => {
        const { input, output } = row;
        return { ...toExecutionSummary(row), input, output };
      }),
    getBatchStats: async (batchId) => computeStats(findRowsOfBatch(tables, batchId)),
  };
}

function list<Entry extends ExecutionSummary>(
  tables: MemoryTables,
  batchId: string,
  page: PageRequest,
  toEntry: (row: ExecutionRow) => Entry,
): Page<Entry> {
  const start = parsePageStart(page);
  const rows = findRowsOfBatch(tables, batchId)
    .filter(({ batchIndex, id }) => {
      const at = batchIndex ?? -1;
      return start === null || at > start.at || (at === start.at && id > start.id);
    })
    .slice(0, page.limit + 1);
  return toPage(rows.map(toEntry), page.limit, ({ batchIndex, id }) => ({
    at: batchIndex ?? -1,
    id,
  }));
}

/** Returns the rows ordered by index, then id. */
function findRowsOfBatch(tables: MemoryTables, batchId: string): ExecutionRow[] {
  const rows = [...tables.executions.values()].filter((row) => row.batchId === batchId);
  return sortedBy(
    sortedBy(rows, ({ id }) => id),
    ({ batchIndex }) => batchIndex ?? -1,
  );
}

function computeStats(rows: readonly ExecutionRow[]): BatchStats {
  const durations = rows.flatMap(({ startedAt, endedAt }) =>
    startedAt === null || endedAt === null ? [] : [endedAt - startedAt],
  );
  const sorted = sortedBy(durations, (ms) => ms);
  const percentile = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const [p50, p95, p99] = [percentile(0.5), percentile(0.95), percentile(0.99)];
  const isEmpty = p50 === undefined || p95 === undefined || p99 === undefined;
  return {
    byStatus: countBy(rows, ({ status }) => status),
    byQueue: countBy(rows, ({ queue }) => queue),
    byError: countBy(rows, ({ error, endedAt }) => (endedAt === null ? null : error)),
    byRetriedError: countBy(rows, ({ error, status }) =>
      status === 'PENDING_REDRIVE' ? error : null,
    ),
    open: { ...noOpenExecutions, ...countBy(rows, findPlace) },
    durationMs: isEmpty ? null : { p50, p95, p99 },
  };
}

/** Returns where an open execution is; null when it has ended. */
function findPlace(row: ExecutionRow): keyof OpenExecutions | null {
  if (row.endedAt !== null) return null;
  if (row.workerId !== null) return 'running';
  if (row.dueAt === heldBackAt) return 'heldBack';
  if (row.status === 'PENDING_REDRIVE') return 'retrying';
  if (row.dueAt === Infinity) return 'waiting';
  return row.dueAt === null ? 'pending' : 'sleeping';
}

function countBy(
  rows: readonly ExecutionRow[],
  key: (row: ExecutionRow) => string | null,
): Record<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const name = key(row);
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}
