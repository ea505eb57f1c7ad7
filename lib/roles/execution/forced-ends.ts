/**
 * Ends executions whatever they are at, without running them on: claims them under a lease of its
 * own, as a worker would, so that nobody else runs them meanwhile, and lets the executor write the
 * end.
 */
import type { Entropy } from '../../ports/entropy.ts';
import type { ClaimRefusal, ExecutionStore } from '../../ports/execution-store.ts';
import type { Executor, ForcedEnd } from './executor.ts';

/** What ends are made with. */
export interface ForcedEndDeps {
  readonly store: Pick<ExecutionStore, 'claim' | 'endLease'>;
  readonly executor: Executor;
  readonly entropy: Entropy;
  /** How long they may take, in milliseconds. */
  readonly leaseMs: number;
}

/** Gives each execution the end that `ends` has for its id; answers those that it could not. */
export async function endByForce(
  { store, executor, entropy, leaseMs }: ForcedEndDeps,
  ends: ReadonlyMap<string, ForcedEnd>,
): Promise<ClaimRefusal[]> {
  const workerId = entropy.uuid();
  const { claimed, refused } = await store.claim(workerId, leaseMs, [...ends.keys()]);
  await Promise.all(claimed.map((execution) => executor.run(execution, ends.get(execution.id))));
  await store.endLease(workerId);
  return refused;
}
