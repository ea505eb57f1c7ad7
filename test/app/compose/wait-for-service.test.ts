/** How a start waits for a service that is not ready. */
import { describe, expect, it } from 'vitest';
import { waitForService } from '../../../lib/app/compose/wait-for-service.ts';
import { MillraceError } from '../../../lib/errors.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { rejection } from '../../support/rejection.ts';
import { until } from '../../support/signal.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const starting = new MillraceError('STORE_UNAVAILABLE', 'is starting up', {
  retryable: true,
  fields: { passing: true },
});
const unreachable = new MillraceError('STORE_UNAVAILABLE', 'no answer', { retryable: true });

/** A service that fails so many times, and then answers. */
function failing(times: number, error: Error) {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw error;
    return calls;
  };
}

describe('waitForService', () => {
  it('a service that is starting up is asked again, and the log says so once', async () => {
    const clock = new SimulatedClock();
    const logger = new QuietLogger();

    const waiting = waitForService('database', failing(3, starting), {
      clock,
      logger,
      waitMs: 60_000,
    });
    await until(() => logger.entries.length > 0, 'the wait to be logged');
    await clock.advance(10_000);

    expect(await waiting).toBe(4);
    expect(logger.entries.map(({ message }) => message)).toEqual([
      'database not ready: waiting',
      'database ready',
    ]);
  });

  it('a service that stays unready is given up after the wait', async () => {
    const clock = new SimulatedClock();
    const call = failing(Number.POSITIVE_INFINITY, starting);
    const wait = { clock, logger: new QuietLogger(), waitMs: 5_000 };

    const waiting = rejection(waitForService('database', call, wait));
    await clock.advance(10_000);

    expect(await waiting).toBe(starting);
  });

  it('a service that does not answer is not waited for', async () => {
    const wait = { clock: new SimulatedClock(), logger: new QuietLogger(), waitMs: 5_000 };

    const call = failing(1, unreachable);
    expect(await rejection(waitForService('database', call, wait))).toBe(unreachable);
  });

  it('a start without a wait fails at once', async () => {
    const wait = { clock: new SimulatedClock(), logger: new QuietLogger(), waitMs: 0 };

    expect(await rejection(waitForService('broker', failing(1, starting), wait))).toBe(starting);
  });
});
