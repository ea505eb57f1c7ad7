/** Ends executions without running them. */

import type { Entropy } from '../../ports/entropy.ts';
import type { ClaimRefusal, ClaimStore } from '../../ports/store/claim-store.ts';
import type { LeaseStore } from '../../ports/store/lease-store.ts';
import type { Executor } from './executor.ts';
import type { ForcedEnd } from './run-start.ts';

/** What {@link forceEnds} works with. */
export interface ForcedEndDeps {
  readonly store: ClaimStore & Pick<LeaseStore, 'endLease'>;
  readonly executor: Executor;
  readonly entropy: Entropy;
  /** Maximum time to write the ends, in milliseconds. */
  readonly leaseMs: number;
}

/**
 * Ends executions in any state without running them: claims them under a lease of its own, as a
 * worker does, so that no worker runs them meanwhile, and lets the executor write the ends. Returns
 * the executions that could not be claimed.
 * @param ends by execution id
 */
export async function forceEnds(
  { store, executor, entropy, leaseMs }: ForcedEndDeps,
  ends: ReadonlyMap<string, ForcedEnd>,
): Promise<ClaimRefusal[]> {
  const workerId = entropy.uuid();
  const { claimed, refused } = await store.claim(workerId, leaseMs, [...ends.keys()]);
  await Promise.all(claimed.map((execution) => executor.run(execution, ends.get(execution.id))));
  await store.endLease(workerId);
  return refused;
}
