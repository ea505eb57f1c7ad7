/** Limits of a configuration: rates, keys, and the order in which limits are tried. */
import { describe, expect, it } from 'vitest';
import { compileKeyPath, toLimitKey } from '../../../lib/roles/limits/limit-key.ts';
import {
  compileLimits,
  formatRate,
  parseRate,
  toFairKey,
  toNeeds,
} from '../../../lib/roles/limits/limit-rules.ts';

describe('rates', () => {
  it.each([
    ['50/s', 20],
    ['100/min', 600],
    ['10/15min', 90_000],
    ['1000/h', 3_600],
    ['5/d', 17_280_000],
  ])('the rate %s is one each %d ms', (text, intervalMs) => {
    expect(parseRate(text)).toBe(intervalMs);
  });

  it.each(['', '0/s', '1.5/s', '50', '50/ms', '50 / s', '-1/s', '1/0s', '/s'])(
    'the text "%s" is no rate',
    (text) => {
      expect(parseRate(text)).toBeNull();
    },
  );

  it.each(['50/s', '100/min', '7/h', '3/s', '1/d'])('the rate %s is shown as it is', (text) => {
    expect(parseRate(formatRate(parseRate(text) ?? 0))).toBeCloseTo(parseRate(text) ?? 0, 6);
  });

  it('a rate saves up a part of a second, however slow or fast it is', () => {
    const bursts = ['1/min', '2/s', '50/s'].map((rate) => compileLimits('s', { rate }, 500)[0]);

    expect(bursts.map((rule) => rule?.burst)).toEqual([1 + 500 / 60_000, 2, 26]);
  });
});

describe('keys', () => {
  const keyAt = (path: string, input: Parameters<typeof toLimitKey>[1]) =>
    toLimitKey(compileKeyPath(path), input);

  it('a key is the value at its path as a text', () => {
    expect(keyAt('$.customer', { customer: 'a' })).toBe('a');
    expect(keyAt('$.customer', { customer: 7 })).toBe('7');
    expect(keyAt("$.order['line items'][1]", { order: { 'line items': [1, true] } })).toBe('true');
    expect(keyAt('$.customer', { customer: { id: 1 } })).toBe('{"id":1}');
    expect(keyAt('$', 'whole')).toBe('whole');
  });

  it('inputs without a value share a key, and an empty text has its own', () => {
    expect(keyAt('$.customer', {})).toBe('(none)');
    expect(keyAt('$.customer', { customer: null })).toBe('(none)');
    expect(keyAt('$.customer.id', { customer: 7 })).toBe('(none)');
    expect(keyAt('$.customer', { customer: '' })).toBe('(empty)');
  });

  it('a long value is shortened to its beginning and a hash, and stays distinct', () => {
    const long = 'x'.repeat(10_000);
    const keys = [keyAt('$', long), keyAt('$', `${long}y`), keyAt('$', '\0\ud800')];

    expect(keys.map(({ length }) => length <= 120)).toEqual([true, true, true]);
    expect(new Set(keys).size).toBe(3);
    expect(keys[2]).toBe('\ufffd\ufffd');
  });

  it.each(['customer', '$.*', '$..customer', '$.a[?(@.b)]', '$$.Execution.Id', '$name', '$.a b'])(
    'the path "%s" is refused',
    (path) => {
      expect(() => compileKeyPath(path)).toThrow(
        expect.objectContaining({ code: 'INVALID_DEFINITION' }),
      );
    },
  );
});

describe('several limits', () => {
  it('limits of keys are tried before those that all share', () => {
    const rules = compileLimits(
      'machine:orders',
      [
        { concurrency: 100, rate: '1/s' },
        { concurrency: 2, per: '$.customer' },
      ],
      500,
    );
    const needs = toNeeds(rules, { customer: 'a' });

    expect(needs.map(({ rule, key }) => [rule, key])).toEqual([
      ['concurrency per $.customer', 'a'],
      ['concurrency', ''],
      ['rate', ''],
    ]);
    expect(toFairKey(needs)).toBe('a');
  });
});
