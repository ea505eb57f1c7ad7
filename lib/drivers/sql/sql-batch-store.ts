import { MillraceError } from '../../errors.ts';
import type {
  BatchRecord,
  BatchStore,
  FanOutChunk,
  LeasedBatch,
  NewBatch,
  TakenName,
} from '../../ports/store/batch-store.ts';
import type { CreateResult } from '../../ports/store/execution-store.ts';
import { toStorableDocument, toStorableText } from '../shared/storable.ts';
import { createSqlBatchChanges } from './batches/sql-batch-changes.ts';
import {
  type CreatedRow,
  resolveCreated,
  toCreateResults,
  toExecutionDocuments,
} from './execution-documents.ts';
import { queryBatches } from './search/query-batches.ts';
import type { SqlSession } from './sql-session.ts';
import { insertBatch } from './statements/batches/insert-batch.ts';
import { insertChunk } from './statements/batches/insert-chunk.ts';
import { leaseBatches } from './statements/batches/lease-batches.ts';
import { selectBatchById } from './statements/batches/select-batch-by-id.ts';
import { selectTakenNames } from './statements/batches/select-taken-names.ts';
import { selectUnsentOfBatch } from './statements/batches/select-unsent-of-batch.ts';
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
    ...createSqlBatchChanges(session),
    createBatch: (batch) => create(session, batch),
    getBatch: (id) => session.one<BatchRecord>(selectBatchById, { id: toStorableText(id) }),
    listBatches: (filter, page, rowsMax) => queryBatches(session, filter, page, rowsMax),
    leaseBatches: (leaderId, leaseMs, limit, filter) =>
      session.call<LeasedBatch>(leaseBatches, { leaderId, leaseMs, limit, ...filter }),
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
    findTakenNames: (machineId, names) =>
      session.call<TakenName>(selectTakenNames, {
        machineId: toStorableText(machineId),
        names: [...new Set(names.map(toStorableText))],
      }),
  };
}

async function create(session: SqlSession, batch: NewBatch): Promise<BatchRecord> {
  const id = toStorableText(batch.id);
  const { unlessOpen = false } = batch;
  const record =
    (await session.one<BatchRecord>(insertBatch, {
      ...batch,
      id,
      name: toStorableText(batch.name),
      machineId: toStorableText(batch.machineId),
      source: toStorableDocument(batch.source),
      options: toStorableDocument(batch.options),
    })) ??
    (await session.one<BatchRecord>(selectBatchById, { id })) ??
    (unlessOpen ? await findOpen(session, batch.name) : null);
  if (record !== null) return record;
  throw new MillraceError('STORE_FAILED', `The batch '${id}' was deleted while it was recorded.`, {
    fields: { batchId: id },
  });
}

/** Returns the newest open batch of a name. */
async function findOpen(session: SqlSession, name: string): Promise<BatchRecord | null> {
  const filter = { name, statuses: ['RUNNING', 'PAUSED'] } as const;
  const open = await queryBatches(session, filter, { limit: 1 });
  return open.entries[0] ?? null;
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
