/** Errors that nothing catches: whose they are, and what they fail. */
import { describe, expect, it } from 'vitest';
import { CallsInHand } from '../../../lib/drivers/handlers/calls-in-hand.ts';
import { StrayErrors } from '../../../lib/drivers/handlers/stray-errors.ts';
import { createInvocation } from '../../support/invocation.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';

function setUp() {
  const calls = new CallsInHand();
  const logger = new QuietLogger();
  const strays = new StrayErrors({ calls, logger });
  return { calls, logger, strays };
}

const never = () => new Promise<never>(() => {});

describe('a stray error', () => {
  it('a stray rejection of a handler fails its call, and no other', async () => {
    const { calls, logger, strays } = setUp();
    const innocent = calls.run(createInvocation(), 'innocent', async () => 'done');

    const failed = calls.run(createInvocation(), 'careless', () => {
      strays.rejected(new Error('no handler awaits it'));
      return never();
    });

    await expect(failed).rejects.toThrow('no handler awaits it');
    expect(await innocent).toBe('done');
    expect(logger.entries).toMatchObject([
      {
        level: 'error',
        message: 'stray rejection in a handler: its task fails',
        fields: { executionId: 'e', machineId: 'm', state: 'Charge', handler: 'careless' },
      },
    ]);
  });

  it('a late exception of a handler that has returned is logged, and fails nothing', async () => {
    const { calls, logger, strays } = setUp();
    const ended = Promise.withResolvers<void>();

    const result = calls.run(createInvocation(), 'careless', () => {
      void ended.promise.then(() => strays.thrown(new Error('too late')));
      return 'result';
    });
    expect(await result).toBe('result');
    ended.resolve();
    await ended.promise;

    expect(logger.entries).toMatchObject([
      { message: 'uncaught exception in a handler: its task has ended, and nothing fails' },
    ]);
  });

  it('an exception outside of handlers is fatal, and the log names the calls in hand', () => {
    const { calls, logger, strays } = setUp();
    void calls.run(createInvocation(), 'charge', never);

    expect(strays.thrown(new Error('from a library'))).toBe(false);

    expect(logger.entries).toMatchObject([
      {
        level: 'error',
        message: 'uncaught exception outside of handlers: everything is handed back',
        fields: { error: 'from a library', inHand: 'm/Charge (e)' },
      },
    ]);
  });

  it('a rejection outside of handlers is logged, and the process goes on', () => {
    const { logger, strays } = setUp();

    strays.rejected('a text');

    expect(logger.entries).toMatchObject([
      {
        level: 'error',
        message: 'stray rejection outside of handlers: nothing fails',
        fields: { error: 'a text', inHand: 'none' },
      },
    ]);
  });
});
