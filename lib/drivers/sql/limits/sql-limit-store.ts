import {
  grantTakenMs,
  type LimitNeed,
  type LimitRule,
  type LimitStore,
  type LimitUse,
  type PermitAnswer,
  type PermitGrants,
  type PermitHolder,
  type PermitRequest,
} from '../../../ports/store/limits/limit-store.ts';
import type { SqlSession } from '../sql-session.ts';
import {
  acquirePermits,
  grantPermits,
  releasePermits,
  selectPermitWaits,
  sweepPermits,
  wakeGranted,
} from '../statements/limits/permit-calls.ts';
import { selectLimits } from '../statements/limits/select-limits.ts';

/** The permits of limits, in SQL. */
export function createSqlLimitStore(session: SqlSession): LimitStore {
  return {
    acquirePermits: (requests) => acquire(session, requests),
    releasePermits: async (releases, rules) => {
      const fields = { scopes: listScopes(releases), ...toColumns(releases), rules };
      return toGrants(await session.call<WokenRow>(releasePermits, fields));
    },
    grantPermits: async (rules: readonly LimitRule[]) => {
      return toGrants(await session.call<WokenRow>(grantPermits, { rules }));
    },
    sweepPermits: async (rules) => {
      const fields = { rules, takenMs: grantTakenMs };
      return toGrants(await session.call<WokenRow>(sweepPermits, fields));
    },
    wakeGranted: async (ids) => {
      const rows = await session.call<{ readonly id: string }>(wakeGranted, { ids });
      return rows.map(({ id }) => id);
    },
    listLimits: async (top, cap) => {
      return toUses(await session.call<UseRow>(selectLimits, { top, cap }));
    },
  };
}

interface AnswerRow {
  readonly n: number | null;
  readonly granted: boolean;
  readonly readyInMs: number | null;
}

interface WokenRow {
  readonly executionId: string | null;
  readonly queue: string;
  readonly batchId: string | null;
  readonly readyInMs: number | null;
}

type PermitPlace = Pick<PermitHolder, 'scope' | 'executionId' | 'command'>;

interface UseRow {
  readonly scope: string;
  readonly rule: string;
  readonly key: string | null;
  readonly inUse: number;
  readonly waiting: number;
  readonly oldestMs: number | null;
}

async function acquire(
  session: SqlSession,
  asked: readonly PermitRequest[],
): Promise<PermitAnswer> {
  const requests = await withoutPastRates(session, asked);
  if (requests.every(({ needs }) => needs.length === 0)) {
    return { granted: requests.map(() => true), nextMs: null };
  }
  const rows = await session.call<AnswerRow>(acquirePermits, {
    scopes: listScopes(requests),
    ...toColumns(requests),
    ...toTurns(requests),
    commitFollows: requests.every(({ commitFollows }) => commitFollows),
  });
  const granted = requests.map(() => true);
  let nextMs: number | null = null;
  for (const row of rows) {
    if (row.n === null) nextMs = toDelay(row.readyInMs);
    else granted[row.n] = row.granted;
  }
  return { granted, nextMs };
}

/**
 * Leaves out the rates that holders have had which wait in a later scope. Only their own worker
 * changes where these wait, so it is one statement more, for those that may have waited: an
 * execution that is claimed for the first time has not.
 */
async function withoutPastRates(
  session: SqlSession,
  requests: readonly PermitRequest[],
): Promise<readonly PermitRequest[]> {
  const doubtful = requests.filter(({ nextScopes, needs, fence }) => {
    return nextScopes.length > 0 && fence > 1 && needs.some(isRate);
  });
  if (doubtful.length === 0) return requests;
  const ids = doubtful.map(({ executionId }) => executionId);
  const rows = await session.call<PermitPlace>(selectPermitWaits, { ids });
  const waiting = new Set(rows.map(toPlaceKey));
  return requests.map((request) => {
    const isPast = request.nextScopes.some((scope) =>
      waiting.has(toPlaceKey({ ...request, scope })),
    );
    return isPast ? { ...request, needs: request.needs.filter((each) => !isRate(each)) } : request;
  });
}

function isRate({ intervalMs }: LimitNeed): boolean {
  return intervalMs !== null;
}

function toPlaceKey({ scope, executionId, command }: PermitPlace): string {
  return JSON.stringify([scope, executionId, command]);
}

function listScopes(holders: readonly PermitHolder[]): string[] {
  return [...new Set(holders.map(({ scope }) => scope))].sort();
}

/**
 * Returns the needs as columns, with their terms once: objects with a name for each value are most
 * of what a statement about a group costs. Columns whose values follow from others are left out.
 */
function toColumns<Need extends Pick<LimitNeed, 'rule' | 'key'>>(
  holders: readonly (PermitHolder & { readonly needs: readonly Need[] })[],
) {
  const terms = new Map<string, { readonly term: number }>();
  const limits = new Set<string>();
  const rows = holders.flatMap(({ scope, needs, ...holder }, n) =>
    needs.map(({ key, ...rest }) => {
      const name = `${scope} ${rest.rule}`;
      const known = terms.get(name) ?? { term: terms.size, scope, ...rest };
      if (known.term === terms.size) terms.set(name, known);
      limits.add(`${known.term} ${key}`);
      return { n, ...holder, key, term: known.term };
    }),
  );
  const fence = rows[0]?.fence ?? 0;
  const isPlain = holders.every(({ needs }) => needs.length === 1);
  return {
    terms: [...terms.values()],
    isDistinct: limits.size === rows.length,
    ids: rows.map(({ executionId }) => executionId).join(','),
    keys: rows.map(({ key }) => key),
    fence,
    ...(!isPlain && { numbers: rows.map(({ n }) => n).join(',') }),
    ...(terms.size > 1 && { ofTerms: rows.map(({ term }) => term).join(',') }),
    ...(rows.some((row) => row.fence !== fence) && {
      fences: rows.map((row) => row.fence).join(','),
    }),
    ...(rows.some(({ command }) => command !== '') && {
      commands: rows.map(({ command }) => command),
    }),
  };
}

/** Returns what is needed of those that have to wait. */
function toTurns(requests: readonly PermitRequest[]) {
  const allPark = requests.every(({ parks }) => parks);
  const isByKey = requests.every(({ needs, fairKey }) => needs.every(({ key }) => key === fairKey));
  return {
    allPark,
    ...(!allPark && { parks: requests.map(({ parks }) => parks) }),
    ...(!isByKey && { fairKeys: requests.map(({ fairKey }) => fairKey) }),
  };
}

function toGrants(rows: readonly WokenRow[]): PermitGrants {
  let nextMs: number | null = null;
  const wakeups = rows.flatMap(({ executionId, queue, batchId, readyInMs }) => {
    if (executionId !== null) return { executionId, queue, batchId };
    nextMs = toDelay(readyInMs);
    return [];
  });
  return { wakeups, nextMs };
}

function toDelay(ms: number | null): number | null {
  return ms === null ? null : Math.max(0, Math.ceil(ms));
}

function toUses(rows: readonly UseRow[]): LimitUse[] {
  const limits = Map.groupBy(rows, ({ scope, rule }) => JSON.stringify([scope, rule]));
  return [...limits.values()].flatMap((group) => {
    const [total] = group;
    if (total === undefined) return [];
    const { scope, rule, inUse, waiting, oldestMs } = total;
    const keys = group.flatMap(({ key, ...use }) => {
      return key === null ? [] : { key, inUse: use.inUse, waiting: use.waiting };
    });
    return { scope, rule, inUse, waiting, oldestMs, keys };
  });
}
