import {
  type ClaimedExecution,
  type ClaimRefusal,
  type ClaimResult,
  type ClaimStore,
  type ClaimTerms,
  companyStallsMax,
} from '../../ports/store/claim-store.ts';
import type { LimitStore } from '../../ports/store/limits/limit-store.ts';
import { createMemoryLimitStore } from './limits/memory-limit-store.ts';
import { listUnseenSignals } from './memory-signal-store.ts';
import { type ExecutionRow, heldBackAt, type MemoryTables } from './memory-tables.ts';

/** Claims of executions, and the permits that they need, in memory. */
export function createMemoryClaimStore(tables: MemoryTables): ClaimStore & LimitStore {
  return {
    ...createMemoryLimitStore(tables),
    claim: async (workerId, leaseMs, ids, terms = {}) =>
      claim(tables, { workerId, leaseMs, terms }, ids),
  };
}

interface Claim {
  readonly workerId: string;
  readonly leaseMs: number;
  readonly terms: ClaimTerms;
}

function claim(
  tables: MemoryTables,
  { workerId, leaseMs, terms }: Claim,
  executionIds: readonly string[],
): ClaimResult {
  const result: ClaimResult = { claimed: [], refused: [] };
  // Decided before the lease is renewed: executions that this worker has lost stay lost.
  const decisions = [...new Set(executionIds)].map((id) => {
    const row = tables.executions.get(id);
    const refusal = row === undefined ? null : findRefusal(tables, row, workerId);
    return { id, row, refusal, stalled: row !== undefined && isStalled(tables, row) };
  });
  tables.renewLease(workerId, leaseMs);
  for (const { id, row, refusal, stalled } of decisions) {
    if (row !== undefined && refusal?.reason === 'onHold') holdBack(row);
    if (row === undefined) result.refused.push({ id, reason: 'missing' });
    else if (refusal !== null) result.refused.push(refusal);
    else {
      if (stalled) countStall(row);
      row.alone = terms.alone ?? false;
      result.claimed.push(handOut(tables, row, workerId));
    }
  }
  return result;
}

/** True when a dead worker holds it. */
function isStalled(tables: MemoryTables, row: ExecutionRow): boolean {
  return row.workerId !== null && tables.leaseMsLeft(row) === 0;
}

function findRefusal(
  tables: MemoryTables,
  row: ExecutionRow,
  workerId: string,
): ClaimRefusal | null {
  const { id, endedAt, dueAt } = row;
  if (endedAt !== null) return { id, reason: 'ended' };
  const heldMs = tables.leaseMsLeft(row);
  if (heldMs > 0 && row.workerId !== workerId) return { id, reason: 'held', ms: heldMs };
  if (isHeldBack(tables, row)) return { id, reason: 'onHold' };
  if (dueAt === null || dueAt <= tables.now()) return null;
  return { id, reason: 'notDue', ms: dueAt >= heldBackAt ? null : dueAt - tables.now() };
}

/** Whether a runnable execution waits until its batch is resumed. */
function isHeldBack(tables: MemoryTables, row: ExecutionRow): boolean {
  const { dueAt, status, workerId, abortRequested } = row;
  const isRunnable = dueAt === null || dueAt <= tables.now() || dueAt === heldBackAt;
  const isNotBegun = status === 'PENDING' || status === 'PENDING_REDRIVE';
  return isRunnable && isNotBegun && workerId === null && !abortRequested && tables.isOnHold(row);
}

function holdBack(row: ExecutionRow): void {
  row.dueAt = heldBackAt;
  row.sentAt = null;
}

/** Counts the loss of an execution: beside others only up to a limit, see `ClaimedExecution`. */
export function countStall(row: ExecutionRow): void {
  if (row.alone || row.stalls < companyStallsMax) row.stalls += 1;
}

function handOut(tables: MemoryTables, row: ExecutionRow, workerId: string): ClaimedExecution {
  row.workerId = workerId;
  row.fence += 1;
  row.startedAt ??= tables.now();
  row.dueAt = null;
  row.sentAt = null;
  return {
    id: row.id,
    fence: row.fence,
    machineId: row.machineId,
    machineVersion: row.machineVersion,
    name: row.name,
    input: row.input,
    queue: row.queue,
    batchId: row.batchId,
    batchIndex: row.batchIndex,
    status: row.status,
    snapshot: row.snapshot,
    attempts: row.attempts,
    retriesMax: row.retriesMax,
    stalls: row.stalls,
    abortRequested: row.abortRequested,
    problem: row.problem,
    replyTo: row.replyTo,
    timeoutMs: row.timeoutMs,
    deadlineAt: row.deadlineAt,
    traceparent: row.traceparent,
    mockCase: row.mockCase,
    createdAt: row.createdAt,
    claimedAt: tables.now(),
    signals: listUnseenSignals(tables, row),
  };
}
