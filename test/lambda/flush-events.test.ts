/** Publishing the ends of an invocation. */
import { describe, expect, it } from 'vitest';
import { flushEvents } from '../../lib/lambda/flush-events.ts';
import { functionContext } from '../support/function-context.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

describe('flushEvents', () => {
  it('a slow event bus does not delay the response beyond the timeout', async () => {
    const clock = new SimulatedClock();
    const ends = { flush: () => new Promise<void>(() => {}) };
    const lambda = functionContext(() => 3_000);
    let isOver = false;
    const flushing = flushEvents({ ends, clock }, lambda).then(() => {
      isOver = true;
    });

    await clock.advance(2_400);
    expect(isOver).toBe(false);
    await clock.advance(100);

    await flushing;
    expect(isOver).toBe(true);
  });
});
