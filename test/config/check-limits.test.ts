/** Limits in a configuration: what is accepted, and what is said about the rest. */
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../lib/config/check-config.ts';
import type { LimitsConfig } from '../../lib/roles/limits/limit-rules.ts';

const definition = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };

function check(limits: unknown) {
  return checkConfig({ machines: { orders: { definition, limits } } }, 'config');
}

describe('limits', () => {
  it('a machine has one limit or several, and handlers have theirs by name', () => {
    const limits: LimitsConfig = [{ concurrency: 10, per: '$.customer' }, { rate: '50/s' }];
    const config = { machines: { orders: { definition, limits } }, limits: { charge: limits } };

    expect(checkConfig(config, 'config')).toEqual(config);
    expect(check({ concurrency: 1 })).toBeDefined();
  });

  it.each([
    [{ concurrency: 0 }, 'machines.orders.limits'],
    [{ rate: '50 per second' }, 'such as 50/s, 100/min'],
    [{ concurrency: 1, per: '$.orders[*]' }, 'must be a path to one value, such as $.customer'],
    [{ per: '$.customer' }, 'must have a concurrency, a rate or both'],
    [{ concurrency: 1, key: '$.customer' }, 'key'],
    [[], 'machines.orders.limits'],
    [[{ concurrency: 1 }, { concurrency: 2 }], 'has a second concurrency'],
  ])('the limits %j are refused with what is wrong', (limits, message) => {
    expect(() => check(limits)).toThrow(
      expect.objectContaining({
        code: 'INVALID_CONFIGURATION',
        message: expect.stringContaining(message),
      }),
    );
  });
});
