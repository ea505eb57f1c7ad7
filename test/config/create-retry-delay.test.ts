/** The retry delay of a configuration. */
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../lib/config/check-config.ts';
import type { RetryDelayConfig } from '../../lib/config/config.ts';
import { createRetryDelay } from '../../lib/config/create-retry-delay.ts';
import { QuietLogger } from '../support/quiet-logger.ts';

function delaysOf(config: RetryDelayConfig | undefined, logger = new QuietLogger()): number[] {
  const delay = createRetryDelay(config, logger);
  return [0, 1, 2].map((retry) => delay(retry, 0, 'Odd'));
}

describe('createRetryDelay', () => {
  it('the retry delay is exponential by default and by name', () => {
    expect(delaysOf(undefined)).toEqual([7_500, 15_000, 30_000]);
    expect(delaysOf('exponential')).toEqual(delaysOf(undefined));
  });

  it('an exponential retry delay takes figures and defaults for the others', () => {
    expect(delaysOf({ firstSeconds: 2, factor: 10, maxSeconds: 40 })).toEqual([
      1_000, 10_000, 20_000,
    ]);
    expect(delaysOf({ factor: 1 })).toEqual([7_500, 7_500, 7_500]);
  });

  it("the retry delay 'asynq' follows asynq's formula", () => {
    expect(delaysOf('asynq')).toEqual([15_000, 16_000, 31_000]);
  });

  it('a function as retry delay returns seconds', () => {
    expect(delaysOf((retry, error) => (error === 'Odd' ? retry / 2 : 9))).toEqual([0, 500, 1_000]);
  });

  it('a retry delay function that returns no number gets the default, with a warning', () => {
    const logger = new QuietLogger();

    expect(delaysOf(() => Number.NaN, logger)).toEqual(delaysOf(undefined));

    expect(logger.entries).toMatchObject([{ level: 'warn' }, { level: 'warn' }, { level: 'warn' }]);
  });

  it('an unknown retry delay is refused', () => {
    const machines = {};
    for (const retryDelay of ['linear', 5, { factor: 0.5 }, { first: 1 }]) {
      expect(() => checkConfig({ machines, retryDelay }, 'c')).toThrow(/^ {2}retryDelay/m);
    }
    expect(checkConfig({ machines, retryDelay: () => 1 }, 'c')).toBeDefined();
  });
});
