/** The clock of one piece of work, which does not step. */
import { describe, expect, it } from 'vitest';
import { steadyClock } from '../../lib/retry/steady-clock.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

describe('a steady clock', () => {
  it('a steady clock goes on from the time at which it was made, whatever its source shows', async () => {
    const source = new SimulatedClock();
    const startedAt = source.now();
    const clock = steadyClock(source);

    source.step(-3_600_000);
    await source.advance(1_000);
    source.step(7_200_000);
    await source.advance(500);

    expect(clock.now()).toBe(startedAt + 1_500);
    expect(clock.monotonicMs()).toBe(source.monotonicMs());
  });
});
