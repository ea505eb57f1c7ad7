import { toRepeatableName } from '../../../engine/arn/make-arn.ts';
import { countHistory } from '../../../engine/history/decode-history.ts';
import { lookedRowsMax } from '../../../ports/store/execution-queries.ts';
import type {
  ExecutionListEntry,
  ExecutionListFilter,
  ExecutionListStore,
  RedriveRequest,
  RedriveResult,
  StopReason,
  StopRequest,
} from '../../../ports/store/machines/execution-list-store.ts';
import type {
  MapRunCount,
  MapRunRecord,
  MapRunStore,
} from '../../../ports/store/machines/map-run-store.ts';
import type { LookedPage, PageRequest } from '../../../ports/store/page.ts';
import { parsePageStart, toPage } from '../../shared/keyset-pages.ts';
import { toLookedPage } from '../../shared/looked-pages.ts';
import { toStorableText } from '../../shared/storable.ts';
import { findRows, markSent, reopen, toExecutionSummary } from '../execution-rows.ts';
import {
  type BatchRow,
  type ExecutionRow,
  type MemoryTables,
  nameKey,
  sortedBy,
} from '../memory-tables.ts';

/** How many of an execution's tokens are known. AWS's number. */
const tokensMax = 10;

/** Lists of executions as Step Functions has them, stops, redrives and map runs, in memory. */
export function createMemoryExecutionLists(tables: MemoryTables): ExecutionListStore & MapRunStore {
  return {
    listByStart: async (filter, page, rowsMax) => listByStart(tables, filter, page, rowsMax),
    requestStop: async (id, reason) => requestStop(tables, id, reason),
    readStopReasons: async (ids) =>
      findRows(tables, ids)
        .filter(
          ({ abortRequested, stopError, stopCause }) =>
            abortRequested && (stopError !== null || stopCause !== null),
        )
        .map(({ id, stopError, stopCause }) => ({
          executionId: id,
          error: stopError,
          cause: stopCause,
        })),
    releaseName: async (id, endedMs) => releaseName(tables, id, endedMs),
    redriveOnce: async (request) => redriveOnce(tables, request),
    readItemCounts: async (ids) =>
      findRows(tables, ids).map(({ id, input }) => ({
        executionId: id,
        items: countItemsIn(input),
      })),
    countEvents: async (executionId) =>
      (tables.history.get(executionId) ?? []).reduce(
        (most, { firstEventId, events }) => Math.max(most, firstEventId + countHistory(events) - 1),
        0,
      ),
    listMapRuns: async (parentExecutionId, page) => {
      const start = parsePageStart(page);
      const runs = [...tables.batches.values()].filter(
        (row) => row.parentExecutionId === parentExecutionId,
      );
      const rows = sortedBy(
        sortedBy(runs, ({ id }) => id),
        ({ createdAt }) => createdAt,
      )
        .reverse()
        .filter(
          ({ createdAt, id }) =>
            start === null || createdAt < start.at || (createdAt === start.at && id < start.id),
        );
      return toPage(rows.map(toMapRun), page.limit, ({ createdAt, batchId }) => ({
        at: createdAt,
        id: batchId,
      }));
    },
    getMapRun: async (batchId) => {
      const row = tables.batches.get(toStorableText(batchId));
      return row === undefined || row.parentExecutionId === null ? null : toMapRun(row);
    },
    updateMapRunLimits: async (batchId, limits) => {
      const row = tables.batches.get(toStorableText(batchId));
      if (row === undefined || row.parentExecutionId === null || row.endedAt !== null) return false;
      row.maxConcurrency = limits.maxConcurrency ?? row.maxConcurrency;
      row.toleratedCount = limits.toleratedCount ?? row.toleratedCount;
      row.toleratedPercentage = limits.toleratedPercentage ?? row.toleratedPercentage;
      return true;
    },
    countMapRunItems: async (batchId, batched) => countItems(tables, batchId, batched),
  };
}

function releaseName(tables: MemoryTables, executionId: string, endedMs: number): boolean {
  const [row] = findRows(tables, [executionId]);
  if (row === undefined || row.endedAt === null || row.name.includes(':')) return false;
  if (row.endedAt > tables.now() - endedMs) return false;
  tables.idByName.delete(nameKey(row.machineId, row.name));
  row.name = toRepeatableName(row.name, row.id);
  tables.idByName.set(nameKey(row.machineId, row.name), row.id);
  return true;
}

function listByStart(
  tables: MemoryTables,
  filter: ExecutionListFilter,
  page: PageRequest,
  rowsMax = lookedRowsMax,
): LookedPage<ExecutionListEntry> {
  const start = parsePageStart(page);
  const isBatch = filter.batchId !== undefined;
  const timeOf = (row: ExecutionRow) =>
    isBatch
      ? (row.batchIndex ?? -1)
      : (row.endedAt ?? Math.max(row.createdAt, row.redrivenAt ?? 0));
  const isAfter = (row: ExecutionRow) =>
    start === null || timeOf(row) < start.at || (timeOf(row) === start.at && row.id < start.id);
  const rows = [...tables.executions.values()].filter(
    (row) => isAfter(row) && (!isBatch || row.batchId === filter.batchId),
  );
  const sorted = sortedBy(
    sortedBy(rows, ({ id }) => id),
    timeOf,
  );
  const walked = sorted.reverse().slice(0, rowsMax);
  const looked = walked.map((row, index) => ({
    entry: toListed(row),
    key: { at: timeOf(row), id: row.id },
    createdAt: row.createdAt,
    rows: index + 1,
    isMatch: matches(row, filter),
    isLast: index === walked.length - 1,
  }));
  return toLookedPage(looked, page.limit, rowsMax);
}

function matches(row: ExecutionRow, filter: ExecutionListFilter): boolean {
  const { machineId, versionNumber, alias, statuses, redriven } = filter;
  return (
    (machineId === undefined || row.machineId === machineId) &&
    (versionNumber === undefined || row.versionNumber === versionNumber) &&
    (alias === undefined || row.alias === alias) &&
    (statuses === undefined || statuses.includes(row.status)) &&
    (redriven === undefined || row.redrives > 0 === redriven)
  );
}

function toListed(row: ExecutionRow): ExecutionListEntry {
  const { versionNumber, alias, redrives, redrivenAt } = row;
  return { ...toExecutionSummary(row), versionNumber, alias, redrives, redrivenAt };
}

function requestStop(
  tables: MemoryTables,
  id: string,
  { error, cause }: StopReason,
): StopRequest | null {
  const row = tables.executions.get(id);
  if (row === undefined || row.endedAt !== null) return null;
  if (!row.abortRequested) {
    row.stopError = error === null ? null : toStorableText(error);
    row.stopCause = cause === null ? null : toStorableText(cause);
  }
  row.abortRequested = true;
  tables.freeKey(row);
  if (row.workerId === null) return { ...markSent(tables, row), isHeld: false };
  return { executionId: id, queue: row.queue, batchId: row.batchId, isHeld: true };
}

function redriveOnce(
  tables: MemoryTables,
  { executionId, clientToken, tokenMs }: RedriveRequest,
): RedriveResult | null {
  const row = tables.executions.get(executionId);
  if (row === undefined) return null;
  const { queue, batchId } = row;
  const all = tables.registry.redriveTokens.get(executionId) ?? new Map<string, number>();
  const newest = sortedBy(all, ([, at]) => -at)
    .filter(([, at]) => at > tables.now() - tokenMs)
    .slice(0, tokensMax);
  const tokens = new Map(newest);
  const known = clientToken === null ? undefined : tokens.get(clientToken);
  if (known !== undefined) return { redrivenAt: known, isRepeat: true, queue, batchId };
  const [wakeup] = reopen(tables, row);
  if (wakeup === undefined) return null;
  const redrivenAt = tables.now();
  if (clientToken !== null) tokens.set(clientToken, redrivenAt);
  tables.registry.redriveTokens.set(executionId, tokens);
  return { redrivenAt, isRepeat: false, queue, batchId };
}

function toMapRun(row: BatchRow): MapRunRecord {
  return {
    batchId: row.id,
    machineId: row.machineId,
    parentExecutionId: row.parentExecutionId ?? '',
    status: row.status,
    createdAt: row.createdAt,
    endedAt: row.endedAt,
    maxConcurrency: row.maxConcurrency,
    toleratedCount: row.toleratedCount,
    toleratedPercentage: row.toleratedPercentage,
    redrives: row.redrives,
    redrivenAt: row.redrivenAt,
  };
}

function countItems(tables: MemoryTables, batchId: string, batched: boolean): MapRunCount[] {
  const children = [...tables.executions.values()].filter((row) => row.batchId === batchId);
  const groups = Map.groupBy(
    children,
    ({ status, startedAt }) => `${status} ${startedAt !== null}`,
  );
  return [...groups.values()].flatMap((rows) => {
    const [first] = rows;
    if (first === undefined) return [];
    return {
      status: first.status,
      begun: first.startedAt !== null,
      executions: rows.length,
      items: rows.reduce((sum, { input }) => sum + (batched ? countItemsIn(input) : 1), 0),
    };
  });
}

/** A batch of items that was too large to be recorded counts as one. */
function countItemsIn(input: string): number {
  const value: unknown = JSON.parse(input);
  const items = typeof value === 'object' && value !== null && 'Items' in value && value.Items;
  return Array.isArray(items) ? items.length : 1;
}
