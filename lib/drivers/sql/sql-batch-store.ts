import { MillraceError } from '../../errors.ts';
import type {
  BatchFilter,
  BatchRecord,
  BatchStore,
  FanOutChunk,
  LeasedBatch,
  NewBatch,
} from '../../ports/store/batch-store.ts';
import type { CreateResult } from '../../ports/store/execution-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import { parsePageStart, toPage } from '../shared/keyset-pages.ts';
import { selectBatchStatuses } from '../shared/select-batch-statuses.ts';
import { toStorableDeliveries, toStorableDocument, toStorableText } from '../shared/storable.ts';
import {
  type CreatedRow,
  resolveCreated,
  toCreateResults,
  toExecutionDocuments,
} from './execution-documents.ts';
import type { SqlSession } from './sql-session.ts';
import { insertBatch } from './statements/batches/insert-batch.ts';
import { insertChunk } from './statements/batches/insert-chunk.ts';
import { leaseBatches } from './statements/batches/lease-batches.ts';
import { releaseBatch } from './statements/batches/release-batch.ts';
import { requestBatchAbort } from './statements/batches/request-batch-abort.ts';
import { selectBatchById } from './statements/batches/select-batch-by-id.ts';
import { selectBatches } from './statements/batches/select-batches.ts';
import { selectUnsentOfBatch } from './statements/batches/select-unsent-of-batch.ts';
import { transitionBatch } from './statements/batches/transition-batch.ts';
import { updateBatchMemory } from './statements/batches/update-batch-memory.ts';
import { updateSentIndex } from './statements/batches/update-sent-index.ts';

type UnsentOfBatch = {
  readonly executionId: string;
  readonly queue: string;
  readonly index: number;
};

/** Batches in SQL. */
export function createSqlBatchStore(session: SqlSession): BatchStore {
  return {
    createBatch: (batch) => create(session, batch),
    getBatch: (id) => session.one<BatchRecord>(selectBatchById, { id: toStorableText(id) }),
    listBatches: (filter, page) => list(session, filter, page),
    leaseBatches: (leaderId, leaseMs, limit, filter) =>
      session.call<LeasedBatch>(leaseBatches, { leaderId, leaseMs, limit, ...filter }),
    releaseBatch: async (batchId, fence) =>
      void (await session.call(releaseBatch, { batchId, fence })),
    fanOut: (chunk) => recordChunk(session, chunk),
    recordSent: async (batchId, fence, sentIndex) =>
      void (await session.call(updateSentIndex, { batchId, fence, sentIndex })),
    saveBatchMemory: async (batchId, fence, memory) =>
      void (await session.call(updateBatchMemory, {
        batchId,
        fence,
        memory: toStorableDocument(memory),
      })),
    listUnsentOfBatch: (batchId, fromIndex, limit) =>
      session.call<UnsentOfBatch>(selectUnsentOfBatch, { batchId, fromIndex, limit }),
    transitionBatch: async ({ batchId, from, to, reason, deliveries }) => {
      const text = reason === null ? null : toStorableText(reason);
      const queued = toStorableDeliveries(deliveries);
      const change = { batchId, from, to, reason: text, deliveries: queued };
      return (await session.one(transitionBatch, change)) !== null;
    },
    requestBatchAbort: async (batchId, reason) => {
      const fields = { batchId: toStorableText(batchId), reason: toStorableText(reason) };
      return (await session.one(requestBatchAbort, fields)) !== null;
    },
  };
}

async function create(session: SqlSession, batch: NewBatch): Promise<BatchRecord> {
  const id = toStorableText(batch.id);
  const record =
    (await session.one<BatchRecord>(insertBatch, {
      ...batch,
      id,
      name: toStorableText(batch.name),
      machineId: toStorableText(batch.machineId),
      source: toStorableDocument(batch.source),
      options: toStorableDocument(batch.options),
    })) ?? (await session.one<BatchRecord>(selectBatchById, { id }));
  if (record !== null) return record;
  throw new MillraceError('STORE_FAILED', `The batch '${id}' was deleted while it was recorded.`, {
    fields: { batchId: id },
  });
}

async function list(
  session: SqlSession,
  filter: BatchFilter,
  page: PageRequest,
): Promise<Page<BatchRecord>> {
  const start = parsePageStart(page);
  const { name, machineId, createdFrom, createdBefore } = filter;
  const text = (value: string | undefined) => (value === undefined ? null : toStorableText(value));
  const fields = {
    statuses: selectBatchStatuses(filter),
    name: text(name),
    machineId: text(machineId),
    createdFrom: createdFrom ?? null,
    createdBefore: createdBefore ?? null,
    afterId: start?.id ?? null,
    afterAt: start?.at ?? null,
    limit: page.limit + 1,
  };
  const rows = await session.call<BatchRecord>(selectBatches(fields), fields);
  return toPage(rows, page.limit, ({ createdAt, id }) => ({ at: createdAt, id }));
}

interface ChunkRow extends Omit<CreatedRow, 'askedId'> {
  /** Null in the only row of a chunk without executions. */
  readonly askedId: string | null;
}

async function recordChunk(
  session: SqlSession,
  chunk: FanOutChunk,
): Promise<CreateResult[] | null> {
  const { executions, cursor, ...lease } = chunk;
  const rows = await session.call<ChunkRow>(insertChunk, {
    ...lease,
    cursor: toStorableDocument(cursor),
    executions: toExecutionDocuments(executions),
  });
  if (rows.length === 0) return null;
  const created = rows.filter((row): row is CreatedRow => row.askedId !== null);
  return toCreateResults(executions, await resolveCreated(session, executions, created));
}
