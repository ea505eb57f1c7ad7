/** The rate of an order: never faster than asked for, whatever the ticks are. */
import { describe, expect, it } from 'vitest';
import {
  decidePace,
  initialPace,
  orderPageMax,
  spendPace,
} from '../../../lib/roles/orders/order-pace.ts';
import fc from '../../support/properties.ts';

describe('the pace of an order', () => {
  it('an order without a rate takes whole pages', () => {
    const pace = initialPace(null, 0);

    expect(decidePace(pace, null, 0, 1_000)).toEqual({ kind: 'take', most: orderPageMax });
    const spent = spendPace(pace, null, 0, 1_000, orderPageMax);
    expect(decidePace(spent, null, 0, 1_000)).toEqual({ kind: 'take', most: orderPageMax });
  });

  it('an order takes the worth of a second at once, and then waits for a second', () => {
    const pace = initialPace(50, 0);

    expect(decidePace(pace, 50, 0, 1_000)).toEqual({ kind: 'take', most: 50 });
    const spent = spendPace(pace, 50, 0, 1_000, 50);
    expect(decidePace(spent, 50, 0, 1_000)).toEqual({ kind: 'wait', ms: 1_000 });
    expect(decidePace(spent, 50, 400, 1_000)).toEqual({ kind: 'wait', ms: 600 });
    expect(decidePace(spent, 50, 1_000, 1_000)).toEqual({ kind: 'take', most: 50 });
  });

  it('a late tick makes up for as much time as it may, and no more', () => {
    const spent = spendPace(initialPace(50, 0), 50, 0, 15_000, 50);

    expect(decidePace(spent, 50, 4_000, 15_000)).toEqual({ kind: 'take', most: 200 });
    expect(decidePace(spent, 50, 4_000, 1_000)).toEqual({ kind: 'take', most: 50 });
    expect(decidePace(spent, 50, 3_600_000, 15_000)).toEqual({ kind: 'take', most: 500 });
  });

  it('a clock that has stepped back by an hour costs an order no hour', () => {
    const hourMs = 3_600_000;
    const spent = spendPace(initialPace(50, hourMs), 50, hourMs, 1_000, 50);

    expect(decidePace(spent, 50, 0, 1_000)).toEqual({ kind: 'take', most: 50 });
    const after = spendPace(spent, 50, 0, 1_000, 50);
    expect(decidePace(after, 50, 0, 1_000)).toEqual({ kind: 'wait', ms: 1_000 });
  });

  it('a leader whose clock is behind adds nothing', () => {
    const spent = spendPace(initialPace(50, 10_000), 50, 10_000, 1_000, 50);

    expect(decidePace(spent, 50, 0, 1_000)).toEqual({ kind: 'wait', ms: 1_000 });
  });

  it('no order takes more than its rate and one burst, whenever it is asked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.constantFrom(1_000, 15_000),
        fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 40 }),
        (perSecond, burstMs, pauses) => {
          let pace = initialPace(perSecond, 0);
          let now = 0;
          let taken = 0;
          for (const pauseMs of pauses) {
            now += pauseMs;
            const decision = decidePace(pace, perSecond, now, burstMs);
            if (decision.kind === 'wait') continue;
            taken += decision.most;
            pace = spendPace(pace, perSecond, now, burstMs, decision.most);
          }
          const burst = (perSecond * burstMs) / 1_000;
          expect(taken).toBeLessThanOrEqual(burst + (perSecond * now) / 1_000 + 1e-6);
        },
      ),
    );
  });
});
