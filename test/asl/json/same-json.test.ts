/** Equality of JSON values. */

import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { sameJson } from '../../../lib/asl/json/same-json.ts';
import fc from '../../support/properties.ts';

describe('sameJson', () => {
  test.each<[Json, Json, boolean]>([
    [1, 1, true],
    [1, '1', false],
    [0, false, false],
    [null, false, false],
    [null, {}, false],
    [[], {}, false],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ constructor: 1 }, { a: 1 }, false],
    [{ a: { b: [1] } }, { a: { b: [1] } }, true],
  ])('the values %j and %j are equal: %s', (a, b, expected) => {
    expect(sameJson(a, b)).toBe(expected);
    expect(sameJson(b, a)).toBe(expected);
  });

  it('every value is equal to its copy', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(sameJson(value as Json, structuredClone(value) as Json)).toBe(true);
      }),
    );
  });
});
