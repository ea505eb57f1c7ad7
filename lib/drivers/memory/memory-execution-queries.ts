import { countHistory } from '../../engine/history/decode-history.ts';
import type { ChainFilter, ExecutionQueries } from '../../ports/store/execution-queries.ts';
import type { FindStore } from '../../ports/store/find-store.ts';
import type { PageRequest } from '../../ports/store/page.ts';
import { parsePageStart, toIdKey, toPage } from '../shared/keyset-pages.ts';
import { toStorableText } from '../shared/storable.ts';
import { findRows } from './execution-rows.ts';
import {
  type ExecutionRow,
  type HistoryChunk,
  linkKey,
  type MemoryTables,
  sortedBy,
} from './memory-tables.ts';
import { matcherOf } from './search/execution-matches.ts';
import { listExecutionRows, scanExecutionRows } from './search/list-execution-rows.ts';
import { createMemoryFindStore } from './search/memory-find-store.ts';

/** Lists of executions, and their documents and history, in memory. */
export function createMemoryExecutionQueries(tables: MemoryTables): ExecutionQueries & FindStore {
  return {
    listExecutions: async (filter, page, rowsMax) =>
      listExecutionRows(tables, filter, page, rowsMax),
    listDocuments: async (ids) =>
      findRows(tables, ids).map(({ id, input, output }) => ({ id, input, output })),
    scanExecutions: async (filter, text, page, rowsMax) =>
      scanExecutionRows(tables, filter, text, page, rowsMax),
    listForChaining: async (filter, page) => listForChaining(tables, filter, page),
    readDocument: async (id, document, from, bytes) => {
      const text = tables.executions.get(id)?.[document] ?? null;
      if (text === null) return null;
      const whole = Buffer.from(text);
      return { bytes: whole.length, part: whole.subarray(from, from + bytes) };
    },
    readHistory: async (id, fromEventId, chunksMax) => {
      return sortedChunks(tables, id)
        .filter(({ firstEventId, events }) => firstEventId + countHistory(events) > fromEventId)
        .slice(0, chunksMax)
        .map(({ events }) => events);
    },
    readHistoryBack: async (id, fromEventId, chunksMax) => {
      return sortedChunks(tables, id)
        .filter(({ firstEventId }) => firstEventId <= fromEventId)
        .reverse()
        .slice(0, chunksMax)
        .map(({ events }) => events);
    },
    ...createMemoryFindStore(tables),
  };
}

function sortedChunks({ history }: MemoryTables, executionId: string): HistoryChunk[] {
  return sortedBy(history.get(executionId) ?? [], ({ firstEventId }) => firstEventId);
}

function listForChaining(tables: MemoryTables, filter: ChainFilter, page: PageRequest) {
  const start = parsePageStart(page);
  const matches = matcherOf(filter);
  const rows = [...tables.executions.values()].filter(
    (row) =>
      matches(row) &&
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
