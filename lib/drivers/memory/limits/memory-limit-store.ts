import {
  grantTakenMs,
  type LimitRule,
  type LimitStore,
  type PermitAnswer,
  type PermitGrants,
  type PermitRelease,
  type PermitRequest,
} from '../../../ports/store/limits/limit-store.ts';
import { hasUnseenSignals, markSent } from '../execution-rows.ts';
import { type ExecutionRow, heldBackAt, type MemoryTables } from '../memory-tables.ts';
import { toHolderKey } from './permit-queue.ts';
import type { PermitWait } from './turn-list.ts';

/** The permits of limits, in memory. */
export function createMemoryLimitStore(tables: MemoryTables): LimitStore {
  return {
    acquirePermits: async (requests) => acquire(tables, requests),
    releasePermits: async (releases, rules) => release(tables, releases, rules),
    grantPermits: async (rules) => grantReady(tables, rules),
    sweepPermits: async (rules) => sweep(tables, rules),
    wakeGranted: async (ids) => wakeGranted(tables, ids),
    listLimits: async (top) => tables.permits.listUse(top, tables.now()),
  };
}

function acquire(tables: MemoryTables, requests: readonly PermitRequest[]): PermitAnswer {
  const now = tables.now();
  const granted = requests.map(
    (request) => !isParked(tables, request) && tables.permits.acquire(request, now),
  );
  requests.forEach((request, index) => {
    if (granted[index] === false && request.parks) park(tables, request);
  });
  const scopes = new Set(requests.map(({ scope }) => scope));
  return { granted, nextMs: nextMs(tables, scopes) };
}

/** Whether the request is repeated for an execution that it has put to sleep. */
function isParked({ permits, executions }: MemoryTables, request: PermitRequest): boolean {
  if (!request.parks || !permits.isWaiting(request)) return false;
  const row = executions.get(request.executionId);
  return row?.workerId === null || row?.fence !== request.fence;
}

/** Gives up an execution that has to wait: it sleeps until it is woken, or to its deadline. */
function park(tables: MemoryTables, { executionId, fence }: PermitRequest): void {
  const row = tables.executions.get(executionId);
  if (row === undefined || row.fence !== fence || row.workerId === null) return;
  const isWanted = row.abortRequested || hasUnseenSignals(row);
  row.workerId = null;
  row.sentAt = null;
  row.dueAt = isWanted ? tables.now() : (row.deadlineAt ?? Infinity);
  if (row.status === 'PENDING') row.startedAt = null;
}

function release(
  tables: MemoryTables,
  releases: readonly PermitRelease[],
  rules: readonly LimitRule[],
): PermitGrants {
  const freed = releases.flatMap((each) =>
    tables.permits.release(each).map((queue) => ({ scope: each.scope, queue })),
  );
  const byScope = Map.groupBy(freed, ({ scope }) => scope);
  const granted = [...byScope].flatMap(([scope, queues]) =>
    tables.permits.grant(
      scope,
      rules,
      tables.now(),
      queues.map(({ queue }) => queue),
    ),
  );
  return toGrants(tables, granted, new Set(releases.map(({ scope }) => scope)));
}

function grantReady(tables: MemoryTables, rules: readonly LimitRule[]): PermitGrants {
  const now = tables.now();
  const scopes = new Set(rules.map(({ scope }) => scope));
  const granted = [...scopes].flatMap((scope) =>
    tables.permits.grant(scope, rules, now, tables.permits.listReady(scope, now)),
  );
  return toGrants(tables, granted, scopes);
}

function sweep(tables: MemoryTables, rules: readonly LimitRule[]): PermitGrants {
  const { permits } = tables;
  const now = tables.now();
  const unwanted = permits.listWaits().filter((wait) => !isWanted(tables, wait));
  for (const wait of unwanted) permits.remove(wait);
  const waiting = new Set(permits.listWaits().map(toHolderKey));
  for (const permit of permits.listPermits()) {
    if (!waiting.has(toHolderKey(permit)) && isLeft(tables, permit))
      permits.release({ ...permit, fence: Infinity });
  }
  permits.forget(now);
  const scopes = permits.scopeNames();
  const late = permits.listWaits().filter(({ grantedAt }) => grantedAt !== null);
  const granted = scopes.flatMap((scope) => permits.grant(scope, rules, now));
  // An execution that was granted its permits and still sleeps has never been woken.
  return toGrants(tables, [...unwanted, ...late, ...granted], new Set(scopes));
}

/** Whether a wait is still that of an open execution, and is taken soon once it is granted. */
function isWanted(tables: MemoryTables, { executionId, grantedAt }: PermitWait): boolean {
  const row = tables.executions.get(executionId);
  if (row === undefined || row.endedAt !== null) return false;
  const isFresh = grantedAt === null || grantedAt > tables.now() - grantTakenMs;
  return isFresh || row.workerId !== null;
}

/** Whether a permit is left over: no one will give it back. */
function isLeft(
  tables: MemoryTables,
  { executionId, command, fence, since }: PermitRelease & { readonly since: number },
): boolean {
  const row = tables.executions.get(executionId);
  if (row === undefined || row.endedAt !== null) return true;
  if (since > tables.now() - grantTakenMs) return false;
  if (command === '') return row.status === 'PENDING_REDRIVE' && row.workerId === null;
  return row.workerId === null || row.fence > fence;
}

function wakeGranted(tables: MemoryTables, ids: readonly string[]): string[] {
  const waits = tables.permits.listWaits().filter(({ grantedAt }) => grantedAt !== null);
  const granted = new Set(waits.map(({ executionId }) => executionId));
  return ids.filter((id) => granted.has(id) && wake(tables, id).length > 0);
}

function toGrants(
  tables: MemoryTables,
  granted: readonly PermitWait[],
  scopes: ReadonlySet<string>,
): PermitGrants {
  const ids = new Set(granted.map(({ executionId }) => executionId));
  return { wakeups: [...ids].flatMap((id) => wake(tables, id)), nextMs: nextMs(tables, scopes) };
}

function wake(tables: MemoryTables, executionId: string) {
  const row = tables.executions.get(executionId);
  return row !== undefined && isAsleep(row) ? [markSent(tables, row)] : [];
}

function isAsleep({ workerId, endedAt, dueAt }: ExecutionRow): boolean {
  return workerId === null && endedAt === null && dueAt !== null && dueAt !== heldBackAt;
}

function nextMs(tables: MemoryTables, scopes: Iterable<string>): number | null {
  const at = tables.permits.nextReadyAt(scopes);
  return at === null ? null : Math.max(0, Math.ceil(at - tables.now()));
}
