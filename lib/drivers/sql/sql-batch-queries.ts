import {
  type BatchItemOutput,
  type BatchItemResult,
  type BatchQueries,
  type BatchStats,
  noOpenExecutions,
  type OpenBatchCounts,
} from '../../ports/store/batch-queries.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import { parsePageStart, toPage } from '../shared/keyset-pages.ts';
import { isUuid, toStorableText } from '../shared/storable.ts';
import type { Statement } from './sql-client.ts';
import type { SqlSession } from './sql-session.ts';
import { countOpenBatches } from './statements/batches/count-open-batches.ts';
import { measureBatch } from './statements/batches/measure-batch.ts';
import { selectOutputs } from './statements/batches/select-outputs.ts';
import { selectResults } from './statements/batches/select-results.ts';

const firstUuid = '00000000-0000-0000-0000-000000000000';

/** Open batches, and the executions of a batch, in SQL. */
export function createSqlBatchQueries(session: SqlSession): BatchQueries {
  return {
    countOpenBatches: async (cap) =>
      (await session.one<OpenBatchCounts>(countOpenBatches, { cap })) ?? { running: 0, paused: 0 },
    listOutputs: (batchId, page) => list<BatchItemOutput>(session, selectOutputs, batchId, page),
    listResults: (batchId, page) => list<BatchItemResult>(session, selectResults, batchId, page),
    getBatchStats: (batchId) => getStats(session, batchId),
  };
}

async function list<Row extends BatchItemOutput>(
  session: SqlSession,
  statement: Statement,
  batchId: string,
  page: PageRequest,
): Promise<Page<Row>> {
  const start = parsePageStart(page);
  const rows = await session.call<Row>(statement, {
    batchId: toStorableText(batchId),
    afterIndex: start?.at ?? -1,
    afterId: start !== null && isUuid(start.id) ? start.id : firstUuid,
    limit: page.limit + 1,
  });
  return toPage(rows, page.limit, ({ batchIndex, id }) => ({ at: batchIndex ?? -1, id }));
}

interface StatsRow {
  readonly byStatus: string;
  readonly byQueue: string;
  readonly byError: string;
  readonly byRetriedError: string;
  readonly open: string;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

async function getStats(session: SqlSession, batchId: string): Promise<BatchStats> {
  const row = await session.one<StatsRow>(measureBatch, { batchId });
  const { p50 = null, p95 = null, p99 = null } = row ?? {};
  return {
    byStatus: JSON.parse(row?.byStatus ?? '{}'),
    byQueue: JSON.parse(row?.byQueue ?? '{}'),
    byError: JSON.parse(row?.byError ?? '{}'),
    byRetriedError: JSON.parse(row?.byRetriedError ?? '{}'),
    open: { ...noOpenExecutions, ...JSON.parse(row?.open ?? '{}') },
    durationMs: p50 === null || p95 === null || p99 === null ? null : { p50, p95, p99 },
  };
}
