/** Executions in memory: what people and chained batches read, and what retention deletes. */
import type {
  BatchFigures,
  ChainFilter,
  ExecutionFilter,
  ExecutionRecord,
  ExecutionStore,
  ExecutionSummary,
} from '../../ports/execution-store.ts';
import { type Page, type PageRequest, pageOf, pageStart } from '../../ports/page.ts';
import { storableText } from '../shared/storable.ts';
import { prune } from './memory-store-forgetting.ts';
import {
  type ExecutionRow,
  linkKey,
  type MemoryTables,
  nameKey,
  sortedBy,
} from './memory-store-tables.ts';

type Queries = Pick<
  ExecutionStore,
  | 'getExecution'
  | 'findExecution'
  | 'listExecutions'
  | 'listOutputs'
  | 'listResults'
  | 'listForChaining'
  | 'readHistory'
  | 'figures'
  | 'prune'
>;

/** The part of the execution store that reads and prunes. */
export function memoryExecutionQueries(tables: MemoryTables): Queries {
  const find = (id: string | undefined) => {
    const row = id === undefined ? undefined : tables.executions.get(id);
    return row === undefined ? null : recordOf(row);
  };
  return {
    getExecution: async (id) => find(id),
    findExecution: async (machineId, name) =>
      find(tables.idByName.get(nameKey(storableText(machineId), storableText(name)))),
    listExecutions: async (filter, page) => list(tables, filter, page),
    listOutputs: async (batchId, page) =>
      listOfBatch(tables, batchId, page, (row) => ({ ...summaryOf(row), output: row.output })),
    listResults: async (batchId, page) =>
      listOfBatch(tables, batchId, page, (row) => {
        const { input, output } = row;
        return { ...summaryOf(row), input, output };
      }),
    listForChaining: async (filter, page) => listForChaining(tables, filter, page),
    readHistory: async (id, fromEventId, chunksMax) => {
      const chunks = sortedBy(tables.history.get(id) ?? [], ({ firstEventId }) => firstEventId);
      return chunks
        .filter(({ firstEventId, events }) => firstEventId + lengthOf(events) > fromEventId)
        .slice(0, chunksMax)
        .map(({ events }) => events);
    },
    figures: async (batchId) => figures(rowsOfBatch(tables, batchId)),
    prune: async (retentionMs, limit) => prune(tables, retentionMs, limit),
  };
}

function lengthOf(events: string): number {
  const parsed: unknown = JSON.parse(events);
  return Array.isArray(parsed) ? parsed.length : 0;
}

/** What people see of a row. */
export function summaryOf(row: ExecutionRow): ExecutionSummary {
  const { id, machineId, machineVersion, name, status, queue, batchId, batchIndex } = row;
  const { attempts, stalls, error, cause, createdAt, startedAt, endedAt } = row;
  return {
    ...{ id, machineId, machineVersion, name, status, queue, batchId, batchIndex },
    ...{ attempts, stalls, error, cause, createdAt, startedAt, endedAt },
    dueAt: row.dueAt === Infinity ? null : row.dueAt,
  };
}

/** A row, whole. */
export function recordOf(row: ExecutionRow): ExecutionRecord {
  const { input, output, snapshot, workerId, fence, replyTo } = row;
  const { timeoutMs, deadlineAt, retentionMs, uniqueKey } = row;
  return {
    ...{ ...summaryOf(row), input, output, snapshot, workerId, fence, replyTo },
    ...{ timeoutMs, deadlineAt, retentionMs, uniqueKey },
  };
}

function list(tables: MemoryTables, filter: ExecutionFilter, page: PageRequest) {
  const start = pageStart(page);
  const rows = [...tables.executions.values()].filter(
    (row) => matches(row, filter) && (start === null || row.id < start.id),
  );
  const newest = sortedBy(rows, ({ id }) => id).reverse();
  return pageOf(newest.slice(0, page.limit + 1).map(summaryOf), page.limit, byId);
}

function listOfBatch<Entry extends ExecutionSummary>(
  tables: MemoryTables,
  batchId: string,
  page: PageRequest,
  entryOf: (row: ExecutionRow) => Entry,
): Page<Entry> {
  const start = pageStart(page);
  const keyOf = ({ batchIndex, id }: ExecutionSummary) => ({ at: batchIndex ?? -1, id });
  const rows = rowsOfBatch(tables, batchId)
    .filter(({ batchIndex, id }) => {
      const at = batchIndex ?? -1;
      return start === null || at > start.at || (at === start.at && id > start.id);
    })
    .slice(0, page.limit + 1);
  return pageOf(rows.map(entryOf), page.limit, keyOf);
}

function listForChaining(tables: MemoryTables, filter: ChainFilter, page: PageRequest) {
  const start = pageStart(page);
  const rows = [...tables.executions.values()].filter(
    (row) =>
      matches(row, filter) &&
      (start === null || row.id > start.id) &&
      !(filter.unlinkedOnly && isLinked(tables, row, filter)),
  );
  const oldest = sortedBy(rows, ({ id }) => id).slice(0, page.limit + 1);
  return pageOf(
    oldest.map(({ id, name, output }) => ({ id, name, output })),
    page.limit,
    byId,
  );
}

function isLinked(tables: MemoryTables, { id }: ExecutionRow, filter: ChainFilter): boolean {
  const link = {
    sourceExecutionId: id,
    sourceState: storableText(filter.sourceState),
    transformer: storableText(filter.transformer),
  };
  return tables.idByLink.has(linkKey(link, storableText(filter.targetMachineId)));
}

function matches(row: ExecutionRow, filter: ExecutionFilter): boolean {
  const { createdFrom = -Infinity, createdBefore = Infinity } = filter;
  const same = (wanted: string | undefined, found: string | null) =>
    wanted === undefined || storableText(wanted) === found;
  return (
    same(filter.machineId, row.machineId) &&
    same(filter.batchId, row.batchId) &&
    same(filter.status, row.status) &&
    same(filter.name, row.name) &&
    same(filter.error, row.error) &&
    row.createdAt >= createdFrom &&
    row.createdAt < createdBefore
  );
}

/** The key of lists that go by the id. */
export function byId({ id }: { readonly id: string }) {
  return { at: 0, id };
}

/** By index, then id. */
function rowsOfBatch(tables: MemoryTables, batchId: string): ExecutionRow[] {
  const rows = [...tables.executions.values()].filter((row) => row.batchId === batchId);
  return sortedBy(
    sortedBy(rows, ({ id }) => id),
    ({ batchIndex }) => batchIndex ?? -1,
  );
}

function figures(rows: readonly ExecutionRow[]): BatchFigures {
  const durations = rows.flatMap(({ startedAt, endedAt }) =>
    startedAt === null || endedAt === null ? [] : [endedAt - startedAt],
  );
  const sorted = sortedBy(durations, (ms) => ms);
  const percentile = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const [p50, p95, p99] = [percentile(0.5), percentile(0.95), percentile(0.99)];
  const none = p50 === undefined || p95 === undefined || p99 === undefined;
  return {
    byStatus: countBy(rows, ({ status }) => status),
    byQueue: countBy(rows, ({ queue }) => queue),
    byError: countBy(rows, ({ error, endedAt }) => (endedAt === null ? null : error)),
    durationMs: none ? null : { p50, p95, p99 },
  };
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
