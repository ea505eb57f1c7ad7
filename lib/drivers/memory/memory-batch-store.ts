import {
  type BatchFilter,
  type BatchLeaseFilter,
  type BatchRecord,
  type BatchStore,
  type BatchTransition,
  type FanOutChunk,
  type LeasedBatch,
  lookedBatchesMax,
  type NewBatch,
  type TakenName,
} from '../../ports/store/batch-store.ts';
import type { CreateResult } from '../../ports/store/execution-store.ts';
import type { LookedPage, PageRequest } from '../../ports/store/page.ts';
import { chooseBatchWalk, isOnBatchWalk } from '../shared/batch-walks.ts';
import { parsePageStart } from '../shared/keyset-pages.ts';
import { toLookedPage } from '../shared/looked-pages.ts';
import { selectBatchStatuses } from '../shared/select-batch-statuses.ts';
import { toStorableDocument, toStorableText } from '../shared/storable.ts';
import { createRows } from './memory-execution-store.ts';
import { type BatchRow, type MemoryTables, nameKey, sortedBy } from './memory-tables.ts';
import { queueDeliveries } from './orders/delivery-rows.ts';
import { addResultFile } from './results/memory-result-store.ts';

/** Batches in memory. */
export function createMemoryBatchStore(tables: MemoryTables): BatchStore {
  const underFence = (batchId: string, fence: number, change: (row: BatchRow) => void) => {
    const row = tables.batches.get(batchId);
    if (row?.fence === fence) change(row);
  };
  return {
    createBatch: async (batch) => create(tables, batch),
    getBatch: async (id) => {
      const row = tables.batches.get(toStorableText(id));
      return row === undefined ? null : toBatchRecord(tables, row);
    },
    listBatches: async (filter, page, rowsMax) => list(tables, filter, page, rowsMax),
    leaseBatches: async (leaderId, leaseMs, limit, filter) =>
      lease(tables, leaderId, leaseMs, limit, filter),
    releaseBatch: async (batchId, fence) =>
      underFence(batchId, fence, (row) => {
        row.leaderId = null;
      }),
    fanOut: async (chunk) => fanOut(tables, chunk),
    recordSent: async (batchId, fence, sentIndex) =>
      underFence(batchId, fence, (row) => {
        row.sentIndex = Math.max(row.sentIndex, sentIndex);
      }),
    saveBatchMemory: async (batchId, fence, memory) =>
      underFence(batchId, fence, (row) => {
        row.memory = toStorableDocument(memory);
      }),
    listUnsentOfBatch: async (batchId, fromIndex, limit) =>
      listUnsent(tables, batchId, fromIndex, limit),
    findTakenNames: async (machineId, names) => findTaken(tables, machineId, names),
    transitionBatch: async (change) => transition(tables, change),
    requestBatchAbort: async (batchId, reason) => abort(tables, batchId, reason),
    deleteBatch: async (batchId) => deleteEmpty(tables, toStorableText(batchId)),
    pruneBatches: async (retentionMs, limit) => prune(tables, retentionMs, limit),
  };
}

function create(tables: MemoryTables, batch: NewBatch): BatchRecord {
  const id = toStorableText(batch.id);
  const known = tables.batches.get(id);
  if (known !== undefined) return toBatchRecord(tables, known);
  const [open] = batch.unlessOpen ? listOpen(tables, batch.name) : [];
  if (open !== undefined) return open;
  const row: BatchRow = {
    id,
    name: toStorableText(batch.name),
    machineId: toStorableText(batch.machineId),
    machineVersion: batch.machineVersion,
    source: toStorableDocument(batch.source),
    options: toStorableDocument(batch.options),
    traceparent: batch.traceparent ?? null,
    status: 'RUNNING',
    reason: null,
    cursor: null,
    sourceDone: false,
    sentIndex: 0,
    memory: null,
    abortReason: null,
    onHold: false,
    parentExecutionId: batch.parentExecutionId ?? null,
    maxConcurrency: null,
    toleratedCount: null,
    toleratedPercentage: null,
    redrives: 0,
    redrivenAt: null,
    createdAt: tables.now(),
    endedAt: null,
    fence: 0,
    leaderId: null,
    leaseEndsAt: 0,
    leasedAt: 0,
  };
  tables.batches.set(id, row);
  return toBatchRecord(tables, row);
}

function toBatchRecord(tables: MemoryTables, row: BatchRow): BatchRecord {
  const { fence: _f, leaderId: _l, leaseEndsAt: _e, leasedAt: _a, ...rest } = row;
  const { redrives: _r, redrivenAt: _t, ...batch } = rest;
  return { ...batch, ...tables.getCounters(row.id) };
}

function list(
  tables: MemoryTables,
  filter: BatchFilter,
  page: PageRequest,
  rowsMax = lookedBatchesMax,
): LookedPage<BatchRecord> {
  const start = parsePageStart(page);
  const { createdFrom = -Infinity, createdBefore = Infinity } = filter;
  const statuses = selectBatchStatuses(filter);
  const walk = chooseBatchWalk(filter);
  const ids = {
    ...(filter.name !== undefined && { name: toStorableText(filter.name) }),
    ...(filter.machineId !== undefined && { machineId: toStorableText(filter.machineId) }),
  };
  const rows = [...tables.batches.values()].filter(
    (row) =>
      isOnBatchWalk(walk, ids, row) &&
      row.createdAt >= createdFrom &&
      row.createdAt < createdBefore &&
      (start === null ||
        row.createdAt < start.at ||
        (row.createdAt === start.at && row.id < start.id)),
  );
  const oldest = sortedBy(
    sortedBy(rows, ({ id }) => id),
    ({ createdAt }) => createdAt,
  );
  const walked = oldest.reverse().slice(0, rowsMax);
  const looked = walked.map((row, index) => ({
    entry: toBatchRecord(tables, row),
    key: { at: row.createdAt, id: row.id },
    createdAt: row.createdAt,
    rows: index + 1,
    isMatch:
      (statuses?.includes(row.status) ?? true) &&
      (ids.name ?? row.name) === row.name &&
      (ids.machineId ?? row.machineId) === row.machineId,
    isLast: index === walked.length - 1,
  }));
  return toLookedPage(looked, page.limit, rowsMax);
}

function lease(
  tables: MemoryTables,
  leaderId: string,
  leaseMs: number,
  limit: number,
  { batchId, machineId, predecessor, except = [] }: BatchLeaseFilter = {},
): LeasedBatch[] {
  const now = tables.now();
  const free = [...tables.batches.values()].filter(
    (row) =>
      (row.status === 'RUNNING' || tables.isPausedAndDone(row)) &&
      (batchId === undefined || row.id === batchId) &&
      !except.includes(row.id) &&
      (machineId === undefined || row.machineId.split('/')[0] === machineId) &&
      (predecessor === undefined
        ? row.leaderId === null || row.leaderId === leaderId || row.leaseEndsAt <= now
        : row.leaderId === leaderId || row.leaderId === predecessor),
  );
  const longestAgo = sortedBy(
    sortedBy(free, ({ id }) => id),
    ({ leasedAt }) => leasedAt,
  );
  const leased = longestAgo.slice(0, limit).map((row) => {
    if (row.leaderId !== leaderId) row.fence += 1;
    row.leaderId = leaderId;
    row.leasedAt = now;
    row.leaseEndsAt = now + leaseMs;
    const { source: _s, options: _o, ...changing } = toBatchRecord(tables, row);
    return { ...changing, fence: row.fence };
  });
  return sortedBy(
    sortedBy(leased, ({ id }) => id),
    ({ createdAt }) => createdAt,
  );
}

function fanOut(tables: MemoryTables, chunk: FanOutChunk): CreateResult[] | null {
  const row = tables.batches.get(chunk.batchId);
  if (row?.fence !== chunk.fence || row.status !== 'RUNNING') return null;
  if (row.abortReason !== null) return null;
  const known = new Set(chunk.executions.filter(({ id }) => tables.executions.has(id)));
  const results = createRows(tables, chunk.executions, tables.now());
  const leftOut = chunk.executions.filter(
    (execution, index) => results[index]?.created !== true && !known.has(execution),
  );
  tables.getCounters(row.id).leftOut += leftOut.length;
  row.cursor = toStorableDocument(chunk.cursor);
  row.sourceDone = chunk.sourceDone;
  return results.map(({ name, id, created }) => ({ name, id, created }));
}

function listUnsent(tables: MemoryTables, batchId: string, fromIndex: number, limit: number) {
  const rows = [...tables.open].filter((row) => row.batchId === batchId);
  return sortedBy(rows, ({ batchIndex }) => batchIndex ?? 0)
    .flatMap(({ id, queue, batchIndex }) =>
      batchIndex === null ? [] : [{ executionId: id, queue, index: batchIndex }],
    )
    .filter(({ index }) => index >= fromIndex)
    .slice(0, limit);
}

function transition(tables: MemoryTables, change: BatchTransition): boolean {
  const row = tables.batches.get(change.batchId);
  if (row === undefined || !change.from.includes(row.status)) return false;
  if (change.fence !== undefined && change.fence !== row.fence) return false;
  const endsOtherwise = change.to !== 'RUNNING' && change.to !== 'ABORTED';
  if (row.abortReason !== null && endsOtherwise) return false;
  row.status = change.to;
  row.onHold = change.hold ?? false;
  if (change.memory !== undefined) {
    row.memory = toStorableDocument(change.memory);
    row.abortReason = null;
    row.fence += 1;
    row.redrives += 1;
    row.redrivenAt = tables.now();
  }
  row.reason = change.reason === null ? null : toStorableText(change.reason);
  row.endedAt = change.to === 'RUNNING' || change.to === 'PAUSED' ? null : tables.now();
  queueDeliveries(tables, change.deliveries);
  createRows(tables, change.hooks ?? [], tables.now());
  if (change.resultFile) addResultFile(tables, row.id, change.resultFile);
  return true;
}

function abort(tables: MemoryTables, batchId: string, reason: string): boolean {
  const row = tables.batches.get(toStorableText(batchId));
  if (row === undefined || row.endedAt !== null) return false;
  row.abortReason ??= toStorableText(reason);
  if (row.status === 'PAUSED') row.reason = null;
  row.status = 'RUNNING';
  row.onHold = false;
  return true;
}

function listOpen(tables: MemoryTables, name: string): readonly BatchRecord[] {
  return list(tables, { name, statuses: ['RUNNING', 'PAUSED'] }, { limit: 1 }).entries;
}

function findTaken(tables: MemoryTables, machineId: string, names: readonly string[]): TakenName[] {
  return [...new Set(names.map(toStorableText))].flatMap((name) => {
    const id = tables.idByName.get(nameKey(toStorableText(machineId), name));
    const row = id === undefined ? undefined : tables.executions.get(id);
    return row === undefined ? [] : [{ name, batchId: row.batchId }];
  });
}

function deleteEmpty(tables: MemoryTables, batchId: string): boolean {
  const row = tables.batches.get(batchId);
  if (row === undefined || row.endedAt === null) return false;
  if ([...tables.executions.values()].some((execution) => execution.batchId === batchId)) {
    return false;
  }
  tables.batches.delete(batchId);
  tables.counters.delete(batchId);
  tables.resultFiles.delete(batchId);
  tables.figures.deleteScope(`b:${batchId}`);
  return true;
}

function prune(tables: MemoryTables, retentionMs: number, limit: number): number {
  const before = tables.now() - retentionMs;
  const over = [...tables.batches.values()].filter(
    ({ endedAt }) => (endedAt ?? Infinity) <= before,
  );
  let deleted = 0;
  for (const { id } of sortedBy(over, ({ endedAt }) => endedAt ?? 0)) {
    if (deleted < limit && deleteEmpty(tables, id)) deleted += 1;
  }
  return deleted;
}
