import type {
  ClaimedExecution,
  ClaimRefusal,
  ClaimResult,
  ClaimStore,
  ClaimTerms,
} from '../../ports/store/claim-store.ts';
import type { LimitStore } from '../../ports/store/limits/limit-store.ts';
import type { Signal } from '../../ports/store/signal-store.ts';
import { isUuid } from '../shared/storable.ts';
import { createSqlLimitStore } from './limits/sql-limit-store.ts';
import type { SqlSession } from './sql-session.ts';
import { readUnseenSignals } from './sql-signal-store.ts';
import { claimExecutions } from './statements/executions/claim-executions.ts';

/** Claims of executions, and the permits that they need, in SQL. */
export function createSqlClaimStore(session: SqlSession): ClaimStore & LimitStore {
  return {
    ...createSqlLimitStore(session),
    claim: (workerId, leaseMs, executionIds, { alone = false } = {}) =>
      claim(session, { workerId, leaseMs, alone }, executionIds),
  };
}

interface ClaimRow extends Omit<ClaimedExecution, 'fence' | 'signals'> {
  readonly fence: number | null;
  readonly signalled: boolean | null;
  readonly known: boolean;
  readonly ended: boolean;
  readonly onHold: boolean;
  readonly heldMs: number | null;
  readonly dueInMs: number | null;
}

interface Claim extends Required<ClaimTerms> {
  readonly workerId: string;
  readonly leaseMs: number;
}

/** An id that is no UUID cannot be an execution's: it is missing. */
async function claim(
  session: SqlSession,
  { workerId, leaseMs, alone }: Claim,
  executionIds: readonly string[],
): Promise<ClaimResult> {
  const distinct = [...new Set(executionIds)];
  const ids = distinct.filter(isUuid).sort();
  const rows = await session.call<ClaimRow>(claimExecutions, { workerId, leaseMs, ids, alone });
  // Read by a second statement: the first may have waited for the row, and its snapshot is older.
  const signalled = rows.filter((row) => row.signalled === true).map(({ id }) => id);
  const signals = await readUnseenSignals(session, signalled);
  const result: ClaimResult = { claimed: [], refused: [] };
  for (const row of rows) {
    const { fence } = row;
    if (fence === null) result.refused.push(toRefusal(row, leaseMs));
    else result.claimed.push(toClaimed(row, fence, signals.get(row.id) ?? []));
  }
  const noUuids = distinct.filter((id) => !isUuid(id));
  result.refused.push(...noUuids.map((id) => ({ id, reason: 'missing' }) as const));
  return result;
}

function toClaimed(row: ClaimRow, fence: number, signals: readonly Signal[]): ClaimedExecution {
  const { known: _known, ended: _ended, heldMs: _heldMs, dueInMs: _dueInMs, ...claimed } = row;
  const { signalled: _signalled, onHold: _onHold, ...execution } = claimed;
  return { ...execution, fence, signals };
}

function toRefusal(row: ClaimRow, leaseMs: number): ClaimRefusal {
  const { id, known, ended, onHold, heldMs, dueInMs } = row;
  if (!known) return { id, reason: 'missing' };
  if (ended) return { id, reason: 'ended' };
  if (onHold) return { id, reason: 'onHold' };
  if (heldMs !== null) return { id, reason: 'held', ms: heldMs };
  if (dueInMs !== null && dueInMs > 0) {
    const waitsForSignal = dueInMs > Number.MAX_SAFE_INTEGER / 2;
    return { id, reason: 'notDue', ms: waitsForSignal ? null : dueInMs };
  }
  // It was free when the statement read it, and another worker's when it updated it.
  return { id, reason: 'held', ms: leaseMs };
}
