/** What follows an attempt to deliver to a webhook. */
import { describe, expect, it } from 'vitest';
import {
  type DeliveryDecision,
  decideDelivery,
  deliveryPolicy,
} from '../../../lib/roles/webhooks/delivery-decision.ts';

const first = { attempts: 1, createdAt: 0 };
const answered = (status: number) => ({ kind: 'answered', status }) as const;

describe('deciding about a delivery', () => {
  it.each([200, 202, 204])('a delivery that is answered with %i is done', (status) => {
    expect(decideDelivery(answered(status), first, 10, 0)).toEqual({ kind: 'done' });
  });

  it.each([301, 400, 401, 404, 429, 500, 503])(
    'an answer of %i is followed by a retry',
    (status) => {
      expect(decideDelivery(answered(status), first, 10, 0)).toEqual({
        kind: 'retry',
        inMs: 2_500,
        reason: `it answered ${status}`,
      });
    },
  );

  it('a receiver that is gone gets no further attempt', () => {
    expect(decideDelivery(answered(410), first, 10, 0)).toMatchObject({ kind: 'drop' });
  });

  it('an address that is not allowed gets no further attempt', () => {
    const refused = { kind: 'refused', reason: 'private' } as const;

    expect(decideDelivery(refused, first, 10, 0)).toEqual({ kind: 'drop', reason: 'private' });
  });

  it('the delays grow up to an hour, and the attempts end within eight hours', () => {
    const failed = { kind: 'failed', reason: 'no answer' } as const;
    const delays: number[] = [];
    let decision: DeliveryDecision = { kind: 'done' };
    for (let attempts = 1; attempts <= (deliveryPolicy.attemptsMax ?? 0); attempts += 1) {
      decision = decideDelivery(failed, { attempts, createdAt: 0 }, 0, 0.999_999);
      if (decision.kind === 'retry') delays.push(Math.round(decision.inMs / 1_000));
    }

    expect(delays.slice(0, 6)).toEqual([5, 20, 80, 320, 1_280, 3_600]);
    expect(delays).toHaveLength(11);
    expect(delays.reduce((sum, each) => sum + each, 0)).toBeLessThan(8 * 3_600);
    expect(decision).toEqual({ kind: 'drop', reason: 'no answer; 12 attempts failed' });
  });
});
