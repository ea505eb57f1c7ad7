/** Numbers of any length, read from JSON and compared. */
import { describe, expect, it } from 'vitest';
import {
  compareNumbers,
  ExactNumber,
  isHeldByDouble,
  toDouble,
} from '../../../lib/asl/json/exact-number.ts';
import { findExactNumber } from '../../../lib/asl/json/find-exact-number.ts';
import { isObject } from '../../../lib/asl/json/json.ts';
import {
  holdsExactNumbers,
  parseJson,
  parseWrittenJson,
  withDoubles,
} from '../../../lib/asl/json/parse-json.ts';
import { sameJson } from '../../../lib/asl/json/same-json.ts';
import fc from '../../support/properties.ts';

/** JSON numbers of any length, most of which no double holds. */
const arbitraryNumber = fc
  .tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 40n }),
    fc.option(fc.stringMatching(/^\d{1,30}$/), { nil: undefined }),
    fc.option(fc.integer({ min: -500, max: 500 }), { nil: undefined }),
  )
  .map(([negative, whole, fraction, exponent]) => {
    const point = fraction === undefined ? '' : `.${fraction}`;
    return `${negative ? '-' : ''}${whole}${point}${exponent === undefined ? '' : `e${exponent}`}`;
  });

describe('parseJson', () => {
  it('a number that a double does not hold keeps its digits', () => {
    const text = '{"id":12345678901234567890,"a":[9007199254740993,-0.12345678901234567891]}';

    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it('a number that a double holds is a number of JavaScript', () => {
    expect(parseJson('[1.50,9007199254740992,1e21,0.1,-0,12345678901234.5]')).toEqual([
      1.5, 9_007_199_254_740_992, 1e21, 0.1, -0, 12_345_678_901_234.5,
    ]);
  });

  it('a number beyond all doubles keeps its value', () => {
    const written = JSON.stringify(parseJson('[1e400,-1E-400]'));

    expect(written).toBe('[1.000000000000000e400,-1.00000000000000E-400]');
    expect(JSON.stringify(parseWrittenJson(written))).toBe(written);
  });

  it('digits in a string and in an id change nothing', () => {
    const document = { a: '12345678901234567890', u: '00000000-0000-4e400-9e999-000000000001' };

    expect(parseJson(JSON.stringify(document))).toEqual(document);
  });

  it('a document of a thousand levels keeps its digits', () => {
    const text = `${'['.repeat(1_000)}12345678901234567890${']'.repeat(1_000)}`;

    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it('any number keeps its value, also when what was written is read again', () => {
    fc.assert(
      fc.property(fc.array(arbitraryNumber), (numbers) => {
        const once = parseJson(`[${numbers.join(', ')}]`);
        const again = parseWrittenJson(JSON.stringify(once));

        for (const [index, number] of numbers.entries()) {
          const read = Array.isArray(again) ? again[index] : undefined;
          expect(compareNumbers(read, new ExactNumber(number))).toBe(0);
          expect(typeof read === 'number').toBe(isHeldByDouble(number));
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('exact numbers', () => {
  const id = parseJson('12345678901234567890');

  it('an exact number is no object, and has no fields', () => {
    expect([isObject(id), Object.keys(Object(id)), `${String(id)}`]).toEqual([
      false,
      [],
      '12345678901234567890',
    ]);
  });

  it('exact numbers are compared with all of their digits', () => {
    const order = (left: string, right: string) =>
      Math.sign(compareNumbers(parseJson(left), parseJson(right)) ?? Number.NaN);

    expect(order('12345678901234567890', '12345678901234567891')).toBe(-1);
    expect(order('-12345678901234567890', '-12345678901234567891')).toBe(1);
    expect(order('12345678901234567890', '12345678901234567890.0')).toBe(0);
    expect(order('1e400', '12345678901234567890')).toBe(1);
    expect(order('1e-400', '0')).toBe(1);
    expect(order('9007199254740993', '9007199254740992')).toBe(1);
    expect(compareNumbers(id, '1')).toBeUndefined();
  });

  it('documents with different ids differ, although their doubles are the same', () => {
    const one = parseJson('{"id":12345678901234567890}');

    expect(sameJson(one, parseJson('{"id": 12345678901234567890}'))).toBe(true);
    expect(sameJson(one, parseJson('{"id":12345678901234567891}'))).toBe(false);
    expect(sameJson(one, parseJson('{"id":{}}'))).toBe(false);
  });

  it('a document with doubles has no exact number in it', () => {
    const document = parseJson('{"a":[1,9007199254740993],"b":1e400}');

    expect(holdsExactNumbers(document)).toBe(true);
    expect(withDoubles(document)).toEqual({ a: [1, 9_007_199_254_740_992], b: Number.MAX_VALUE });
    expect(toDouble(id)).toBe(12_345_678_901_234_567_000);
  });

  it('the first exact number of a document is found with its place', () => {
    const document = parseJson('{"a":1,"b c":[0,{"id":9007199254740993}],"d":1e400}');

    expect(findExactNumber(document)).toEqual({
      text: '9007199254740993',
      path: '$["b c"][1].id',
    });
    expect(findExactNumber(parseJson('[1]'))).toBeNull();
  });
});
