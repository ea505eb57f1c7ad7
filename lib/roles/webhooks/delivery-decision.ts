/** Decides what follows an attempt to deliver to a webhook. Pure. */
import type { LeasedDelivery } from '../../ports/store/webhook-store.ts';
import type { WebhookResult } from '../../ports/webhook-client.ts';
import { equalJitter } from '../../retry/backoff.ts';
import { type RetryPolicy, retryDelayMs } from '../../retry/retry.ts';

/** What to do with a delivery. */
export type DeliveryDecision =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly inMs: number; readonly reason: string }
  | { readonly kind: 'drop'; readonly reason: string };

/** 5 s, 20 s, 80 s, 5 min, 21 min, then hourly: 12 attempts within about 7 hours. */
export const deliveryPolicy: RetryPolicy = Object.freeze({
  backoff: { firstMs: 5_000, factor: 4, maxMs: 3_600_000, jitter: equalJitter },
  attemptsMax: 12,
});

/** The status of a receiver that wants no further requests. */
const gone = 410;

/** Decides by the result of the newest attempt. @param random in [0, 1) */
export function decideDelivery(
  result: WebhookResult,
  { attempts, createdAt }: Pick<LeasedDelivery, 'attempts' | 'createdAt'>,
  now: number,
  random: number,
): DeliveryDecision {
  if (result.kind === 'refused') return { kind: 'drop', reason: result.reason };
  if (result.kind === 'answered') {
    if (result.status >= 200 && result.status < 300) return { kind: 'done' };
    if (result.status === gone) return { kind: 'drop', reason: `it answered ${gone}` };
  }
  const reason = result.kind === 'failed' ? result.reason : `it answered ${result.status}`;
  const progress = { retries: attempts - 1, elapsedMs: Math.max(0, now - createdAt) };
  const inMs = retryDelayMs(deliveryPolicy, progress, random);
  if (inMs === null) return { kind: 'drop', reason: `${reason}; ${attempts} attempts failed` };
  return { kind: 'retry', inMs, reason };
}
