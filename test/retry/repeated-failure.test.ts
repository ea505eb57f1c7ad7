/** How often a failure that goes on is told. */
import { describe, expect, it } from 'vitest';
import { RepeatedFailure } from '../../lib/retry/repeated-failure.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

function setUp() {
  const clock = new SimulatedClock();
  const logger = new QuietLogger();
  return { clock, logger, failure: new RepeatedFailure({ clock, logger }) };
}

describe('a repeated failure', () => {
  it('is told at once, and then after pauses that double up to ten minutes', async () => {
    const { clock, logger, failure } = setUp();
    const toldAt: number[] = [];
    const began = clock.now();

    for (let second = 0; second < 3_600; second += 1) {
      const before = logger.entries.length;
      failure.failed('error', 'no luck', {});
      if (logger.entries.length > before) toldAt.push((clock.now() - began) / 1_000);
      await clock.advance(1_000);
    }

    expect(toldAt).toEqual([0, 10, 30, 70, 150, 310, 630, 1_230, 1_830, 2_430, 3_030]);
    expect(logger.entries[1]).toEqual({
      level: 'error',
      message: 'no luck',
      fields: { failures: 11 },
    });
  });

  it('ends with one warning that says how long it lasted', async () => {
    const { clock, logger, failure } = setUp();

    failure.failed('error', 'no luck', {});
    await clock.advance(3_000);
    failure.failed('error', 'no luck', {});
    failure.worked('luck', { role: 'gambler' });
    failure.worked('luck', { role: 'gambler' });

    expect(logger.entries).toHaveLength(2);
    expect(logger.entries[1]).toEqual({
      level: 'warn',
      message: 'luck',
      fields: { role: 'gambler', failures: 2, lastedMs: 3_000 },
    });
  });

  it('is told no more often for coming and going', async () => {
    const { clock, logger, failure } = setUp();

    for (let second = 0; second < 100; second += 1) {
      failure.failed('warn', 'no luck', {});
      failure.worked('luck');
      await clock.advance(1_000);
    }

    expect(logger.entries).toHaveLength(20);
  });

  it('is told within seconds when it comes back after a long time', async () => {
    const { clock, logger, failure } = setUp();
    for (let minute = 0; minute < 60; minute += 1) {
      failure.failed('error', 'no luck', {});
      await clock.advance(60_000);
    }
    failure.worked('luck');
    const before = logger.entries.length;

    await clock.advance(10_000);
    failure.failed('error', 'no luck', {});

    expect(logger.entries).toHaveLength(before + 1);
  });
});
