/** How often a failure that lasts is logged. */
import { describe, expect, it } from 'vitest';
import { RepeatedFailureLogger } from '../../lib/retry/repeated-failure-logger.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

function setUp() {
  const clock = new SimulatedClock();
  const logger = new QuietLogger();
  return { clock, logger, failureLogger: new RepeatedFailureLogger({ clock, logger }) };
}

describe('RepeatedFailureLogger', () => {
  it('a lasting failure is logged at once, then after intervals that double up to ten minutes', async () => {
    const { clock, logger, failureLogger } = setUp();
    const loggedAt: number[] = [];
    const startedAt = clock.now();

    for (let second = 0; second < 3_600; second += 1) {
      const before = logger.entries.length;
      failureLogger.failed('error', 'poll failed', {});
      if (logger.entries.length > before) loggedAt.push((clock.now() - startedAt) / 1_000);
      await clock.advance(1_000);
    }

    expect(loggedAt).toEqual([0, 10, 30, 70, 150, 310, 630, 1_230, 1_830, 2_430, 3_030]);
    expect(logger.entries[1]).toEqual({
      level: 'error',
      message: 'poll failed',
      fields: { failures: 11 },
    });
  });

  it('the recovery from a failure is logged once, as a warning with its duration', async () => {
    const { clock, logger, failureLogger } = setUp();

    failureLogger.failed('error', 'poll failed', {});
    await clock.advance(3_000);
    failureLogger.failed('error', 'poll failed', {});
    failureLogger.recovered('poll recovered', { role: 'archiver' });
    failureLogger.recovered('poll recovered', { role: 'archiver' });

    expect(logger.entries).toHaveLength(2);
    expect(logger.entries[1]).toEqual({
      level: 'warn',
      message: 'poll recovered',
      fields: { role: 'archiver', failures: 2, lastedMs: 3_000 },
    });
  });

  it('a failure that comes and goes is logged no more often than the first interval allows', async () => {
    const { clock, logger, failureLogger } = setUp();

    for (let second = 0; second < 100; second += 1) {
      failureLogger.failed('warn', 'poll failed', {});
      failureLogger.recovered('poll recovered');
      await clock.advance(1_000);
    }

    expect(logger.entries).toHaveLength(20);
  });

  it('a failure that returns long after a recovery is logged within seconds', async () => {
    const { clock, logger, failureLogger } = setUp();
    for (let minute = 0; minute < 60; minute += 1) {
      failureLogger.failed('error', 'poll failed', {});
      await clock.advance(60_000);
    }
    failureLogger.recovered('poll recovered');
    const before = logger.entries.length;

    await clock.advance(10_000);
    failureLogger.failed('error', 'poll failed', {});

    expect(logger.entries).toHaveLength(before + 1);
  });
});
