/** How limits are used, from their queues. Pure. */
import type { LimitKeyUse, LimitUse } from '../../../ports/store/limits/limit-store.ts';
import type { PermitQueue } from './permit-queue.ts';
import { compareTexts } from './turn-list.ts';

/** Returns how the limit of these queues is used. @param top maximum number of keys */
export function summarizeUse(
  { scope, rule }: Pick<LimitUse, 'scope' | 'rule'>,
  queues: readonly PermitQueue[],
  top: number,
  now: number,
): LimitUse {
  const keys: LimitKeyUse[] = queues.map(({ key, permits, waits }) => {
    return { key, inUse: permits.size, waiting: waits.size };
  });
  const used = keys.filter(({ inUse, waiting }) => inUse > 0 || waiting > 0);
  used.sort((one, other) => {
    const byUse = other.waiting - one.waiting || other.inUse - one.inUse;
    return byUse || compareTexts(one.key, other.key);
  });
  const since = queues.flatMap(({ waits }) => waits.oldestSince ?? []);
  return {
    scope,
    rule,
    inUse: keys.reduce((sum, { inUse }) => sum + inUse, 0),
    waiting: keys.reduce((sum, { waiting }) => sum + waiting, 0),
    oldestMs: since.length === 0 ? null : Math.max(0, now - Math.min(...since)),
    keys: used.slice(0, top),
  };
}
