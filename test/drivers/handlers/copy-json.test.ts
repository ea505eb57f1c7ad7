/** Copies of JSON, and conversion of return values to JSON. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { parseJson } from '../../../lib/asl/json/parse-json.ts';
import { copyJson, toJson } from '../../../lib/drivers/handlers/copy-json.ts';
import fc from '../../support/properties.ts';

/** Any JSON, with `__proto__` among its keys. */
const json = fc.json().map((text) => JSON.parse(text.replaceAll('"":', '"__proto__":')) as Json);

describe('a copy', () => {
  it('a copy has the same JSON text as its original', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.stringify(copyJson(value))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('a copy shares no mutable value with its original', () => {
    fc.assert(
      fc.property(json, (value) => {
        const before = JSON.stringify(value);
        spoil(copyJson(value));
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });

  it('a copy keeps a key named __proto__ as data', () => {
    const value = JSON.parse('{"__proto__":{"polluted":true}}') as Json;

    const copy = copyJson(value);

    expect(JSON.stringify(copy)).toBe('{"__proto__":{"polluted":true}}');
    expect('polluted' in {}).toBe(false);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });
});

describe('numbers that JavaScript does not hold', () => {
  it('a copy for a handler has doubles', () => {
    expect(copyJson(parseJson('{"id":[9007199254740993]}'))).toEqual({
      id: [9_007_199_254_740_992],
    });
  });

  it('a raw JSON number that a handler returns keeps its digits', () => {
    const rawJson = (text: string) => Reflect.apply(Reflect.get(JSON, 'rawJSON'), JSON, [text]);

    const returned = toJson({ id: rawJson('12345678901234567890') });

    expect(JSON.stringify(returned)).toBe('{"id":12345678901234567890}');
  });
});

describe('the JSON of a value', () => {
  it('the JSON of a value equals that of JSON.stringify, whatever the value', () => {
    const value = fc.anything({ withDate: true, withMap: true, withSparseArray: true });
    fc.assert(
      fc.property(value, (returned) => {
        const text = JSON.stringify(returned) as string | undefined;
        expect(JSON.stringify(toJson(returned))).toBe(text ?? 'null');
      }),
    );
  });

  it('the JSON of a value shares no mutable value with it', () => {
    const returned = { list: [{ n: 1 }] };

    const result = toJson(returned);
    returned.list.push({ n: 2 });

    expect(result).toEqual({ list: [{ n: 1 }] });
  });

  it('holes in arrays and numbers that are not finite become null', () => {
    const holes: unknown[] = [1];
    holes[2] = 3;

    expect(toJson(holes)).toEqual([1, null, 3]);
    expect(toJson({ n: Number.NaN, i: Number.POSITIVE_INFINITY })).toEqual({ n: null, i: null });
  });

  it('the methods toJSON of classes and plain objects are called', () => {
    class Money {
      toJSON() {
        return '5 EUR';
      }
    }

    expect(toJson(new Money())).toBe('5 EUR');
    expect(toJson({ toJSON: () => ({ a: 1 }) })).toEqual({ a: 1 });
  });

  it('a deep value is converted, and a cycle is refused', () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 500; depth += 1) deep = [deep];
    const cycle: unknown[] = [];
    cycle.push(cycle);

    expect(JSON.stringify(toJson(deep))).toBe(JSON.stringify(deep));
    expect(() => toJson(cycle)).toThrow(TypeError);
  });
});

/** Changes everything that can be changed. */
function spoil(value: unknown): void {
  if (Array.isArray(value)) {
    value.forEach(spoil);
    value.push('spoilt');
  } else if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(spoil);
    Reflect.set(value, 'spoilt', true);
  }
}
