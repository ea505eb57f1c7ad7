/** Limits, and what executions ask of them, for the clauses about permits. */
import type { ClaimedExecution } from '../../../lib/ports/store/claim-store.ts';
import type {
  LimitNeed,
  LimitRule,
  PermitRelease,
  PermitRequest,
} from '../../../lib/ports/store/limits/limit-store.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { create, leaseMs, newExecutions } from './store-harness.ts';

/** What is limited. */
export const scope = 'machine:orders';
/** Two at once. */
export const two: LimitRule = { scope, rule: 'two', concurrency: 2, intervalMs: null, burst: 1 };
/** One at once. */
export const one: LimitRule = { scope, rule: 'one', concurrency: 1, intervalMs: null, burst: 1 };
/** Ten a second, of which an unused rate saves up two. */
export const rate: LimitRule = {
  scope,
  rule: 'rate',
  concurrency: null,
  intervalMs: 100,
  burst: 2,
};

/** Returns the need of a permit of the limit. */
export function need(rule: LimitRule, key = ''): LimitNeed {
  const { scope: _scope, ...terms } = rule;
  return { ...terms, key };
}

/** Returns a request of an execution. */
export function ask(
  { id, fence }: Pick<ClaimedExecution, 'id' | 'fence'>,
  needs: readonly LimitNeed[],
  changes: Partial<PermitRequest> = {},
): PermitRequest {
  const holder = { scope, executionId: id, command: '', fence };
  return {
    ...holder,
    needs,
    fairKey: '',
    nextScopes: [],
    parks: true,
    commitFollows: true,
    ...changes,
  };
}

/** Returns what gives back the permits of a request. */
export function giveBack(request: PermitRequest, fence = request.fence): PermitRelease {
  return { ...request, fence };
}

/** Creates and claims executions. */
export async function claimSome(store: Store, count: number): Promise<ClaimedExecution[]> {
  const ids = await create(store, ...newExecutions(count));
  const { claimed } = await store.claim('worker-1', leaseMs, ids);
  return ids.flatMap((id) => claimed.find((each) => each.id === id) ?? []);
}

/** Asks for executions of the same needs; returns the requests and their answers. */
export async function askAll(
  store: Store,
  executions: readonly ClaimedExecution[],
  needs: readonly LimitNeed[],
  changes: (index: number) => Partial<PermitRequest> = () => ({}),
) {
  const requests = executions.map((each, index) => ask(each, needs, changes(index)));
  return { requests, ...(await store.acquirePermits(requests)) };
}

/** Returns one item of a list. */
export function get<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new Error(`no item ${index}`);
  return item;
}
