/** The warning of handlers that block the event loop. */
import { describe, expect, it } from 'vitest';
import { CallsInHand } from '../../../lib/drivers/handlers/calls-in-hand.ts';
import { LoopDelay } from '../../../lib/drivers/handlers/loop-delay.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import { createInvocation } from '../../support/invocation.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';

/** A clock with one timer, which the test fires at any time. */
class LateClock implements Clock {
  ms = 0;
  #callback: () => void = () => {};

  now(): number {
    return this.ms;
  }

  monotonicMs(): number {
    return this.ms;
  }

  after(_ms: number, callback: () => void): () => void {
    this.#callback = callback;
    return () => {
      this.#callback = () => {};
    };
  }

  fireAt(ms: number): void {
    this.ms = ms;
    this.#callback();
  }
}

function setUp() {
  const clock = new LateClock();
  const logger = new QuietLogger();
  const calls = new CallsInHand();
  const delay = new LoopDelay({ clock, logger, calls });
  delay.start();
  return { clock, logger, calls, delay };
}

describe('a blocked event loop', () => {
  it('the only handler that ran is named in a warning, also when it has ended', async () => {
    const { clock, logger, calls } = setUp();
    await calls.run(createInvocation({ stateName: 'Compute' }), 'compute', async () => 1);

    clock.fireAt(45_500);

    expect(logger.entries).toEqual([
      {
        level: 'warn',
        message: 'event loop blocked: no other execution and no heartbeat went on',
        fields: {
          blockedMs: 45_000,
          executionId: 'e',
          batchId: null,
          machineId: 'm',
          state: 'Compute',
          handler: 'compute',
        },
      },
    ]);
  });

  it('several handlers that may have blocked the loop are all named', async () => {
    const { clock, logger, calls } = setUp();
    for (const id of ['a', 'b']) {
      const execution = { id, arn: id, name: id };
      await calls.run(createInvocation({ execution }), 'charge', async () => 1);
    }

    clock.fireAt(2_000);

    expect(logger.entries).toMatchObject([{ fields: { suspects: 'm/Charge (a), m/Charge (b)' } }]);
  });

  it('a loop that is a little late is not reported, nor one after the watch has ended', () => {
    const { clock, logger, delay } = setUp();

    clock.fireAt(1_400);
    clock.fireAt(1_900);
    delay.stop();
    clock.fireAt(60_000);

    expect(logger.entries).toEqual([]);
  });
});
