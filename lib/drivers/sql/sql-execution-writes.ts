/** The three writes that carry all the work: creating, claiming and committing executions. */
import type {
  Checkpoint,
  ClaimedExecution,
  ClaimRefusal,
  ClaimResult,
  CreateResult,
  NewExecution,
} from '../../ports/execution-store.ts';
import type { Signal } from '../../ports/signal-store.ts';
import { isUuid } from '../shared/storable.ts';
import {
  type CreatedRow,
  checkpointsToWire,
  createResults,
  newExecutionsToWire,
  resolvedRows,
} from './sql-executions-wire.ts';
import type { SqlSession } from './sql-session.ts';
import { unseen } from './sql-signal-store.ts';
import { claimExecutions } from './statements/executions/claim-executions.ts';
import { commitCheckpoints, commitSignalled } from './statements/executions/commit-checkpoints.ts';
import { createExecutions } from './statements/executions/create-executions.ts';

/** See {@link ExecutionStore.createExecutions}. */
export async function create(
  session: SqlSession,
  executions: readonly NewExecution[],
  wakeupSent: boolean,
): Promise<CreateResult[]> {
  if (executions.length === 0) return [];
  const tried = await tryToCreate(session, executions, wakeupSent);
  // Whoever had the key may have ended between the two looks: then it is free.
  const freed = executions.filter(({ id, uniqueKey }) => uniqueKey !== undefined && !tried.has(id));
  if (freed.length === 0) return createResults(executions, tried);
  const again = await tryToCreate(session, freed, wakeupSent);
  return createResults(executions, new Map([...tried, ...again]));
}

async function tryToCreate(
  session: SqlSession,
  executions: readonly NewExecution[],
  wakeupSent: boolean,
): Promise<Map<string, CreatedRow>> {
  const rows = await session.call<CreatedRow>(createExecutions, {
    executions: newExecutionsToWire(executions),
    wakeupSent,
  });
  return await resolvedRows(session, executions, rows);
}

interface ClaimRow extends Omit<ClaimedExecution, 'fence' | 'signals'> {
  readonly fence: number | null;
  readonly signalled: boolean | null;
  readonly known: boolean;
  readonly ended: boolean;
  readonly heldMs: number | null;
  readonly dueInMs: number | null;
}

/**
 * See {@link ExecutionStore.claim}. An id that is no UUID cannot be an execution's: it is missing.
 */
export async function claim(
  session: SqlSession,
  workerId: string,
  leaseMs: number,
  executionIds: readonly string[],
): Promise<ClaimResult> {
  const distinct = [...new Set(executionIds)];
  const ids = distinct.filter(isUuid).sort();
  const rows = await session.call<ClaimRow>(claimExecutions, { workerId, leaseMs, ids });
  // A second look, because the first may have waited for the row: its snapshot is older than that.
  const signalled = rows.filter((row) => row.signalled === true).map(({ id }) => id);
  const signals = await unseen(session, signalled);
  const result: ClaimResult = { claimed: [], refused: [] };
  for (const row of rows) {
    const { fence } = row;
    if (fence === null) result.refused.push(refusalOf(row, leaseMs));
    else result.claimed.push(claimedOf(row, fence, signals.get(row.id) ?? []));
  }
  const noUuids = distinct.filter((id) => !isUuid(id));
  result.refused.push(...noUuids.map((id) => ({ id, reason: 'missing' }) as const));
  return result;
}

function claimedOf(row: ClaimRow, fence: number, signals: readonly Signal[]): ClaimedExecution {
  const { known: _known, ended: _ended, heldMs: _heldMs, dueInMs: _dueInMs, ...claimed } = row;
  const { signalled: _signalled, ...execution } = claimed;
  return { ...execution, fence, signals };
}

function refusalOf({ id, known, ended, heldMs, dueInMs }: ClaimRow, leaseMs: number): ClaimRefusal {
  if (!known) return { id, reason: 'missing' };
  if (ended) return { id, reason: 'ended' };
  if (heldMs !== null) return { id, reason: 'held', ms: heldMs };
  if (dueInMs !== null && dueInMs > 0) {
    const waitsForSignal = dueInMs > Number.MAX_SAFE_INTEGER / 2;
    return { id, reason: 'notDue', ms: waitsForSignal ? null : dueInMs };
  }
  // It was free when we looked, and someone else's when we reached for it.
  return { id, reason: 'held', ms: leaseMs };
}

/** See {@link ExecutionStore.commit}. */
export async function commit(
  session: SqlSession,
  checkpoints: readonly Checkpoint[],
): Promise<ReadonlySet<string>> {
  if (checkpoints.length === 0) return new Set();
  const signalled = checkpoints.some((c) => c.signalsSeen > 0 || c.notify !== null);
  const rows = await session.client.call<{ id: string }>(
    signalled ? commitSignalled : commitCheckpoints,
    checkpointsToWire(checkpoints, session.now()),
  );
  return new Set(rows.map(({ id }) => id));
}
