import type {
  ChainEntry,
  ChainFilter,
  ExecutionFilter,
  ExecutionQueries,
} from '../../ports/store/execution-queries.ts';
import type { ExecutionSummary } from '../../ports/store/execution-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import { toIdKey, toPage } from '../shared/keyset-pages.ts';
import { isUuid } from '../shared/storable.ts';
import { toListDocument } from './execution-pages.ts';
import type { SqlSession } from './sql-session.ts';
import { selectExecutions } from './statements/executions/select-executions.ts';
import { selectForChaining } from './statements/executions/select-for-chaining.ts';
import { selectHistory } from './statements/executions/select-history.ts';

/** Lists of executions, and their history, in SQL. */
export function createSqlExecutionQueries(session: SqlSession): ExecutionQueries {
  return {
    listExecutions: (filter, page) => list(session, filter, page),
    listForChaining: (filter, page) => listChain(session, filter, page),
    readHistory: (executionId, fromEventId, chunksMax) =>
      readChunks(session, executionId, fromEventId, chunksMax),
  };
}

async function list(
  session: SqlSession,
  filter: ExecutionFilter,
  page: PageRequest,
): Promise<Page<ExecutionSummary>> {
  const document = toListDocument(filter, page);
  const rows = await session.call<ExecutionSummary>(selectExecutions(document), document);
  return toPage(rows, page.limit, toIdKey);
}

async function listChain(
  session: SqlSession,
  filter: ChainFilter,
  page: PageRequest,
): Promise<Page<ChainEntry>> {
  const document = toListDocument(filter, page);
  const rows = await session.call<ChainEntry>(selectForChaining(document), document);
  return toPage(rows, page.limit, toIdKey);
}

async function readChunks(
  session: SqlSession,
  executionId: string,
  fromEventId: number,
  limit: number,
): Promise<string[]> {
  if (!isUuid(executionId)) return [];
  const rows = await session.call<{ events: string }>(selectHistory, {
    executionId,
    fromEventId,
    limit,
  });
  return rows.map(({ events }) => events);
}
