import { createHash } from 'node:crypto';
import type { AliasRoute } from '../ports/store/machines/alias-store.ts';

/**
 * Returns the version that an alias gives to an execution. It depends only on the routes and the
 * execution's id, so that a repeated start goes where the first went; over many executions the
 * versions get their weights. Pure.
 */
export function chooseRoute(routes: readonly AliasRoute[], executionId: string): number {
  const digest = createHash('sha256').update(`route:${executionId}`).digest();
  let left = (digest.readUInt32BE(0) / 2 ** 32) * 100;
  for (const { version, weight } of routes) {
    if (left < weight) return version;
    left -= weight;
  }
  return routes[0]?.version ?? 0;
}
