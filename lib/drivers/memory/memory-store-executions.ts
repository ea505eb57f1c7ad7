/** Executions in memory: creating, claiming, committing. */

import { isEnd } from '../../engine/status.ts';
import { assert } from '../../errors.ts';
import type {
  Checkpoint,
  ClaimedExecution,
  ClaimRefusal,
  ClaimResult,
  CreateResult,
  ExecutionStore,
  NewExecution,
} from '../../ports/execution-store.ts';
import { isUuid, storableDocument, storableText } from '../shared/storable.ts';
import { archiveEnded } from './memory-store-archiving.ts';
import { memoryExecutionQueries } from './memory-store-queries.ts';
import { seeSignals, unseenOf } from './memory-store-signals.ts';
import { memoryExecutionSweeps } from './memory-store-sweeps.ts';
import {
  type ExecutionRow,
  hasUnseen,
  linkKey,
  type MemoryTables,
  nameKey,
} from './memory-store-tables.ts';

/** The part of the store that keeps executions. */
export function memoryExecutionStore(tables: MemoryTables): ExecutionStore {
  return {
    createExecutions: async (executions, wakeupSent) =>
      createAll(tables, executions, wakeupSent ? tables.now() : null),
    claim: async (workerId, leaseMs, ids) => claim(tables, workerId, leaseMs, ids),
    commit: async (checkpoints) => commit(tables, checkpoints),
    ...memoryExecutionSweeps(tables),
    ...memoryExecutionQueries(tables),
  };
}

/**
 * Creates what uniqueness allows and answers in the order asked.
 * @param sentAt when their tasks count as sent
 */
export function createAll(
  tables: MemoryTables,
  executions: readonly NewExecution[],
  sentAt: number | null,
): CreateResult[] {
  const ids = new Set(executions.map(({ id }) => id));
  assert(ids.size === executions.length, 'no two new executions have the same id');
  return executions.map((execution) => createOne(tables, execution, sentAt));
}

function createOne(
  tables: MemoryTables,
  execution: NewExecution,
  sentAt: number | null,
): CreateResult {
  const { id, name, batchId, batchIndex } = execution;
  assert(isUuid(id), `an execution's id is a UUID in lower case, not '${id}'`);
  assert((batchId === undefined) === (batchIndex === undefined), 'a batch goes with an index');
  const row = newRow(execution, tables.now(), sentAt);
  const taken = uniqueOf(tables, row);
  const earlier = taken.map(([ids, key]) => ids.get(key)).find((found) => found !== undefined);
  if (earlier !== undefined) return { name, id: earlier, created: false };
  if (tables.executions.has(id)) return { name, id, created: false };

  tables.executions.set(id, row);
  tables.open.add(row);
  for (const [ids, key] of taken) ids.set(key, id);
  if (row.batchId !== null) tables.countersOf(row.batchId).created += 1;
  return { name, id, created: true };
}

/** What must be unique of a row, each with the table that holds it: name, link, key. */
function uniqueOf(
  { idByName, idByLink, idByKey }: MemoryTables,
  { machineId, name, link, uniqueKey }: ExecutionRow,
): [Map<string, string>, string][] {
  const unique: [Map<string, string>, string][] = [[idByName, nameKey(machineId, name)]];
  if (link !== null) unique.push([idByLink, linkKey(link, machineId)]);
  if (uniqueKey !== null) unique.push([idByKey, nameKey(machineId, uniqueKey)]);
  return unique;
}

function newRow(execution: NewExecution, createdAt: number, sentAt: number | null): ExecutionRow {
  const { link, startInMs = 0, uniqueKey } = execution;
  return {
    id: execution.id,
    machineId: storableText(execution.machineId),
    machineVersion: execution.machineVersion,
    name: storableText(execution.name),
    input: storableDocument(execution.input),
    queue: execution.queue,
    retriesMax: execution.retriesMax,
    batchId: execution.batchId ?? null,
    batchIndex: execution.batchIndex ?? null,
    link:
      link === undefined
        ? null
        : {
            sourceExecutionId: link.sourceExecutionId,
            sourceState: storableText(link.sourceState),
            transformer: storableText(link.transformer),
          },
    problem: execution.problem === undefined ? null : storableText(execution.problem),
    replyTo: documentOrNull(execution.replyTo ?? null),
    status: 'PENDING',
    workerId: null,
    fence: 0,
    abortRequested: false,
    signalsSent: 0,
    signalsSeen: 0,
    attempts: 0,
    stalls: 0,
    createdAt,
    startedAt: null,
    endedAt: null,
    dueAt: startInMs > 0 ? createdAt + Math.ceil(startInMs) : null,
    sentAt: startInMs > 0 ? null : sentAt,
    timeoutMs: wholeMs(execution.timeoutMs),
    deadlineAt: wholeMs(execution.deadlineAt),
    retentionMs: wholeMs(execution.retentionMs),
    uniqueKey: uniqueKey === undefined ? null : storableText(uniqueKey),
    error: null,
    cause: null,
    output: null,
    snapshot: null,
  };
}

function wholeMs(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.floor(ms);
}

function claim(
  tables: MemoryTables,
  workerId: string,
  leaseMs: number,
  executionIds: readonly string[],
): ClaimResult {
  const result: ClaimResult = { claimed: [], refused: [] };
  // Judged before the lease is renewed: what this worker lost, it lost.
  const verdicts = [...new Set(executionIds)].map((id) => {
    const row = tables.executions.get(id);
    const refusal = row === undefined ? null : refusalOf(tables, row, workerId);
    return { id, row, refusal, stalled: row !== undefined && isStalled(tables, row) };
  });
  tables.renewLease(workerId, leaseMs);
  for (const { id, row, refusal, stalled } of verdicts) {
    if (row === undefined) result.refused.push({ id, reason: 'missing' });
    else if (refusal !== null) result.refused.push(refusal);
    else result.claimed.push(handOut(tables, row, workerId, stalled));
  }
  return result;
}

/** Whether a dead worker holds it. */
function isStalled(tables: MemoryTables, row: ExecutionRow): boolean {
  return row.workerId !== null && tables.leaseMsLeft(row) === 0;
}

function refusalOf(tables: MemoryTables, row: ExecutionRow, workerId: string): ClaimRefusal | null {
  const { id, endedAt, dueAt } = row;
  if (endedAt !== null) return { id, reason: 'ended' };
  const heldMs = tables.leaseMsLeft(row);
  if (heldMs > 0 && row.workerId !== workerId) return { id, reason: 'held', ms: heldMs };
  if (dueAt === null || dueAt <= tables.now()) return null;
  return { id, reason: 'notDue', ms: dueAt === Infinity ? null : dueAt - tables.now() };
}

function handOut(
  tables: MemoryTables,
  row: ExecutionRow,
  workerId: string,
  stalled: boolean,
): ClaimedExecution {
  if (stalled) row.stalls += 1;
  row.workerId = workerId;
  row.fence += 1;
  row.startedAt ??= tables.now();
  row.dueAt = null;
  row.sentAt = null;
  const { id, fence, machineId, machineVersion, name, input, queue, batchId, batchIndex } = row;
  const { status, snapshot, attempts, retriesMax, stalls, abortRequested } = row;
  const { problem, replyTo, timeoutMs, deadlineAt, createdAt } = row;
  return {
    ...{ id, fence, machineId, machineVersion, name, input, queue, batchId, batchIndex },
    ...{ status, snapshot, attempts, retriesMax, stalls, abortRequested, problem, replyTo },
    ...{ timeoutMs, deadlineAt, createdAt, signals: unseenOf(tables, row) },
  };
}

function commit(tables: MemoryTables, checkpoints: readonly Checkpoint[]): ReadonlySet<string> {
  const ids = new Set(checkpoints.map(({ executionId }) => executionId));
  assert(ids.size === checkpoints.length, 'a commit has one checkpoint per execution');
  const written = checkpoints.filter((checkpoint) => commitOne(tables, checkpoint));
  return new Set(written.map(({ executionId }) => executionId));
}

/** Whether it stands written: now, or from an earlier try whose answer was lost. */
function commitOne(tables: MemoryTables, checkpoint: Checkpoint): boolean {
  const { executionId, fence, status, lease } = checkpoint;
  assert(lease === 'release' || !isEnd(status), 'an execution that ends is let go of');
  const row = tables.executions.get(executionId);
  if (row === undefined || row.fence !== fence) return false;
  if (row.endedAt !== null) return row.status === status;

  record(tables, checkpoint);
  row.snapshot = documentOrNull(checkpoint.snapshot);
  row.output = documentOrNull(checkpoint.output);
  row.error = checkpoint.error === null ? null : storableText(checkpoint.error);
  row.cause = checkpoint.cause === null ? null : storableText(checkpoint.cause);
  row.attempts = checkpoint.attempts;
  if (checkpoint.events !== null && !isEnd(status)) row.stalls = 0;
  tables.changeStatus(row, status);
  if (checkpoint.archiveReason !== null) archiveEnded(tables, row, checkpoint.archiveReason);
  seeSignals(tables, row, checkpoint.signalsSeen, checkpoint.signalsUnused);
  if (checkpoint.notify !== null) tables.notices.push(checkpoint.notify);
  place(row, checkpoint, tables.now());
  return true;
}

function record(
  { history }: MemoryTables,
  { executionId, events, firstEventId }: Checkpoint,
): void {
  if (events === null) return;
  const chunks = history.get(executionId) ?? [];
  history.set(executionId, chunks);
  if (chunks.some((chunk) => chunk.firstEventId === firstEventId)) return;
  chunks.push({ firstEventId, events: storableDocument(events) });
}

/** Whether the worker keeps it, it sleeps, or its task is on the way. */
function place(row: ExecutionRow, { lease, dueInMs, wakeupSent }: Checkpoint, now: number): void {
  row.dueAt = null;
  row.sentAt = null;
  if (lease === 'keep') return;
  row.workerId = null;
  if (row.endedAt !== null) return;
  if (row.abortRequested || hasUnseen(row)) {
    row.dueAt = now;
    return;
  }
  row.dueAt = dueInMs === null ? Infinity : now + Math.max(0, Math.ceil(dueInMs));
  if (wakeupSent && dueInMs !== null) row.sentAt = row.dueAt;
}

function documentOrNull(json: string | null): string | null {
  return json === null ? null : storableDocument(json);
}
