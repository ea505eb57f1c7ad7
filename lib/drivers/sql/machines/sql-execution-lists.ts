import { lookedRowsMax } from '../../../ports/store/execution-queries.ts';
import type {
  ExecutionListEntry,
  ExecutionListFilter,
  ExecutionListStore,
  GivenStopReason,
  ItemCount,
  RedriveResult,
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
import { distinctUuids, isUuid, toStorableText } from '../../shared/storable.ts';
import type { SqlSession } from '../sql-session.ts';
import { countMapRunItems, selectItemCounts } from '../statements/map-runs/count-map-run-items.ts';
import {
  selectMapRun,
  selectMapRuns,
  updateMapRunLimits,
} from '../statements/map-runs/select-map-runs.ts';
import { countEvents } from '../statements/starts/count-events.ts';
import { redriveWithToken } from '../statements/starts/redrive-with-token.ts';
import { releaseName } from '../statements/starts/release-name.ts';
import { requestStop, selectStopReasons } from '../statements/starts/request-stop.ts';
import { selectBatchByStart, selectByStart } from '../statements/starts/select-by-start.ts';

/** Lists of executions as Step Functions has them, stops, redrives and map runs, in SQL. */
export function createSqlExecutionLists(session: SqlSession): ExecutionListStore & MapRunStore {
  return {
    listByStart: (filter, page, rowsMax) => listByStart(session, filter, page, rowsMax),
    requestStop: async (id, { error, cause }) =>
      isUuid(id)
        ? await session.one<StopRequest>(requestStop, {
            id,
            error: error === null ? null : toStorableText(error),
            cause: cause === null ? null : toStorableText(cause),
          })
        : null,
    readStopReasons: (ids) =>
      session.call<GivenStopReason>(selectStopReasons, { ids: distinctUuids(ids) }),
    releaseName: async (executionId, endedMs) =>
      isUuid(executionId) && (await session.one(releaseName, { executionId, endedMs })) !== null,
    redriveOnce: async ({ executionId, clientToken, tokenMs }) =>
      isUuid(executionId)
        ? await session.one<RedriveResult>(redriveWithToken, {
            executionId,
            clientToken: clientToken === null ? null : toStorableText(clientToken),
            tokenMs,
          })
        : null,
    readItemCounts: (ids) => session.call<ItemCount>(selectItemCounts, { ids: distinctUuids(ids) }),
    countEvents: async (executionId) =>
      isUuid(executionId) ? await session.count(countEvents, { executionId }) : 0,
    listMapRuns: async (parentExecutionId, page) => {
      const start = parsePageStart(page);
      if (!isUuid(parentExecutionId)) return { entries: [], next: null };
      const rows = await session.call<MapRunRecord>(selectMapRuns, {
        parentExecutionId,
        afterAt: start?.at ?? null,
        afterId: start?.id ?? null,
        limit: page.limit + 1,
      });
      return toPage(rows, page.limit, ({ createdAt, batchId }) => ({ at: createdAt, id: batchId }));
    },
    getMapRun: (batchId) =>
      session.one<MapRunRecord>(selectMapRun, { batchId: toStorableText(batchId) }),
    updateMapRunLimits: async (batchId, limits) =>
      (await session.one(updateMapRunLimits, { batchId: toStorableText(batchId), ...limits })) !==
      null,
    countMapRunItems: (batchId, batched) =>
      session.call<MapRunCount>(countMapRunItems, { batchId: toStorableText(batchId), batched }),
  };
}

type ListedRow = ExecutionListEntry & {
  readonly sortAt: number;
  readonly rows: number;
  readonly isMatch: boolean;
  readonly isLast: boolean;
};

async function listByStart(
  session: SqlSession,
  filter: ExecutionListFilter,
  page: PageRequest,
  rowsMax = lookedRowsMax,
): Promise<LookedPage<ExecutionListEntry>> {
  const start = parsePageStart(page);
  const { machineId, batchId, alias, statuses, ...conditions } = filter;
  const isBatch = batchId !== undefined;
  const rows = await session.call<ListedRow>(isBatch ? selectBatchByStart : selectByStart, {
    ...conditions,
    machineId: machineId === undefined ? null : toStorableText(machineId),
    batchId: isBatch ? toStorableText(batchId) : null,
    alias: alias === undefined ? null : toStorableText(alias),
    statuses: statuses?.join(',') ?? null,
    afterAt: start?.at ?? null,
    afterId: start !== null && isUuid(start.id) ? start.id : null,
    limit: page.limit + 1,
    rowsMax,
  });
  const looked = rows.map(({ rows: count, isMatch, isLast, sortAt, ...entry }) => ({
    entry,
    key: { at: sortAt, id: entry.id },
    createdAt: entry.createdAt,
    rows: count,
    isMatch,
    isLast,
  }));
  return toLookedPage<ExecutionListEntry>(looked, page.limit, rowsMax);
}
