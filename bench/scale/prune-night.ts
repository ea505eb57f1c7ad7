/** Retention on a database with many rows: how fast a night is deleted, and in which steps. */
import type { Store } from '../../lib/ports/store/store.ts';
import { janitorDefaults } from '../../lib/roles/janitor.ts';

/** What the deletion of a night took. */
export interface Pruning {
  readonly executions: number;
  readonly executionsPerSecond: number;
  /** The longest statement, which is the longest that a row stays locked, in milliseconds. */
  readonly longestMs: number;
}

/**
 * Deletes executions that ended `retentionMs` ago as the janitor does, until none is left or
 * `signal` aborts.
 */
export async function pruneNight(
  store: Pick<Store, 'pruneExecutions'>,
  retentionMs: number,
  signal?: AbortSignal,
): Promise<Pruning> {
  const limit: number = janitorDefaults.limit;
  const startedAt = performance.now();
  let executions = 0;
  let longestMs = 0;
  for (let deleted = limit; deleted === limit && !(signal?.aborted ?? false); ) {
    const beganAt = performance.now();
    deleted = await store.pruneExecutions(retentionMs, limit);
    longestMs = Math.max(longestMs, performance.now() - beganAt);
    executions += deleted;
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  return { executions, executionsPerSecond: executions / seconds, longestMs };
}
