import type {
  ChainFilter,
  ExecutionFilter,
  ExecutionQueries,
} from '../../ports/store/execution-queries.ts';
import type { PageRequest } from '../../ports/store/page.ts';
import { parsePageStart, toIdKey, toPage } from '../shared/keyset-pages.ts';
import { toStorableText } from '../shared/storable.ts';
import { toExecutionSummary } from './execution-rows.ts';
import { type ExecutionRow, linkKey, type MemoryTables, sortedBy } from './memory-tables.ts';

/** Lists of executions, and their history, in memory. */
export function createMemoryExecutionQueries(tables: MemoryTables): ExecutionQueries {
  return {
    listExecutions: async (filter, page) => list(tables, filter, page),
    listForChaining: async (filter, page) => listForChaining(tables, filter, page),
    readHistory: async (id, fromEventId, chunksMax) => {
      const chunks = sortedBy(tables.history.get(id) ?? [], ({ firstEventId }) => firstEventId);
      return chunks
        .filter(({ firstEventId, events }) => firstEventId + countEvents(events) > fromEventId)
        .slice(0, chunksMax)
        .map(({ events }) => events);
    },
  };
}

function countEvents(events: string): number {
  const parsed: unknown = JSON.parse(events);
  return Array.isArray(parsed) ? parsed.length : 0;
}

function list(tables: MemoryTables, filter: ExecutionFilter, page: PageRequest) {
  const start = parsePageStart(page);
  const rows = [...tables.executions.values()].filter(
    (row) => matches(row, filter) && (start === null || row.id < start.id),
  );
  const newest = sortedBy(rows, ({ id }) => id).reverse();
  return toPage(newest.slice(0, page.limit + 1).map(toExecutionSummary), page.limit, toIdKey);
}

function listForChaining(tables: MemoryTables, filter: ChainFilter, page: PageRequest) {
  const start = parsePageStart(page);
  const rows = [...tables.executions.values()].filter(
    (row) =>
      matches(row, filter) &&
      (start === null || row.id > start.id) &&
      !(filter.unlinkedOnly && isLinked(tables, row, filter)),
  );
  const oldest = sortedBy(rows, ({ id }) => id).slice(0, page.limit + 1);
  return toPage(
    oldest.map(({ id, name, output }) => ({ id, name, output })),
    page.limit,
    toIdKey,
  );
}

function isLinked(tables: MemoryTables, { id }: ExecutionRow, filter: ChainFilter): boolean {
  const link = {
    sourceExecutionId: id,
    sourceState: toStorableText(filter.sourceState),
    transformer: toStorableText(filter.transformer),
  };
  return tables.idByLink.has(linkKey(link, toStorableText(filter.targetMachineId)));
}

function matches(row: ExecutionRow, filter: ExecutionFilter): boolean {
  const { createdFrom = -Infinity, createdBefore = Infinity } = filter;
  const same = (wanted: string | undefined, found: string | null) =>
    wanted === undefined || toStorableText(wanted) === found;
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
