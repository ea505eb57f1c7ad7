import type {
  ChainEntry,
  ChainFilter,
  DocumentPart,
  ExecutionDocument,
  ExecutionQueries,
  ListedDocuments,
  ScannedExecution,
} from '../../ports/store/execution-queries.ts';
import type { FindStore } from '../../ports/store/find-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import { selectStatuses } from '../shared/execution-filter.ts';
import { toIdKey, toPage } from '../shared/keyset-pages.ts';
import { distinctUuids, isUuid } from '../shared/storable.ts';
import { toListDocument } from './execution-pages.ts';
import { queryExecutions } from './search/query-executions.ts';
import { createSqlFindStore } from './search/sql-find-store.ts';
import type { Statement } from './sql-client.ts';
import type { SqlSession } from './sql-session.ts';
import { selectDocument } from './statements/executions/select-document.ts';
import { selectDocuments } from './statements/executions/select-documents.ts';
import { selectForChaining } from './statements/executions/select-for-chaining.ts';
import { selectHistory, selectHistoryBack } from './statements/executions/select-history.ts';

/** Lists of executions, and their documents and history, in SQL. */
export function createSqlExecutionQueries(session: SqlSession): ExecutionQueries & FindStore {
  return {
    listExecutions: (filter, page, rowsMax) =>
      queryExecutions(session, { filter, page, ...(rowsMax !== undefined && { rowsMax }) }),
    listDocuments: (ids) =>
      session.call<ListedDocuments>(selectDocuments, { ids: distinctUuids(ids) }),
    scanExecutions: (filter, text, page, rowsMax) =>
      queryExecutions<ScannedExecution>(session, { filter, text, page, rowsMax }),
    listForChaining: (filter, page) => listChain(session, filter, page),
    readDocument: (executionId, document, from, bytes) =>
      readDocument(session, { executionId, document, from, bytes }),
    readHistory: (executionId, fromEventId, limit) =>
      readChunks(session, selectHistory, { executionId, fromEventId, limit }),
    readHistoryBack: (executionId, fromEventId, limit) =>
      readChunks(session, selectHistoryBack, { executionId, fromEventId, limit }),
    ...createSqlFindStore(session),
  };
}

async function listChain(
  session: SqlSession,
  filter: ChainFilter,
  page: PageRequest,
): Promise<Page<ChainEntry>> {
  const document = toListDocument(filter, page);
  const statement = selectForChaining(document, selectStatuses(filter));
  const rows = await session.call<ChainEntry>(statement, document);
  return toPage(rows, page.limit, toIdKey);
}

/** A part of one document. */
interface PartRequest {
  readonly executionId: string;
  readonly document: ExecutionDocument;
  readonly from: number;
  readonly bytes: number;
}

async function readDocument(
  session: SqlSession,
  { document, ...request }: PartRequest,
): Promise<DocumentPart | null> {
  if (!isUuid(request.executionId)) return null;
  type Row = { readonly bytes: number; readonly part: string };
  const row = await session.one<Row>(selectDocument[document], request);
  return row === null ? null : { bytes: row.bytes, part: Buffer.from(row.part, 'base64') };
}

/** A part of one history. */
interface ChunkRequest {
  readonly executionId: string;
  readonly fromEventId: number;
  readonly limit: number;
}

async function readChunks(
  session: SqlSession,
  statement: Statement,
  request: ChunkRequest,
): Promise<string[]> {
  if (!isUuid(request.executionId)) return [];
  const rows = await session.call<{ events: string }>(statement, request);
  return rows.map(({ events }) => events);
}
