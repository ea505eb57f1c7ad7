/** Copies of JSON, and JSON out of whatever a handler returns. */

import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { copyOf, jsonOf } from '../../../lib/drivers/handlers/plain-json.ts';
import fc from '../../support/properties.ts';

/** Any JSON, keys like `__proto__` among its keys. */
const json = fc.json().map((text) => JSON.parse(text.replaceAll('"":', '"__proto__":')) as Json);

describe('a copy', () => {
  it('is equal to its original, text for text', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.stringify(copyOf(value))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('shares nothing with its original that could be changed', () => {
    fc.assert(
      fc.property(json, (value) => {
        const before = JSON.stringify(value);
        spoil(copyOf(value));
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });

  it('of a handler’s input keeps a key named __proto__ as data', () => {
    const value = JSON.parse('{"__proto__":{"polluted":true}}') as Json;

    const copy = copyOf(value);

    expect(JSON.stringify(copy)).toBe('{"__proto__":{"polluted":true}}');
    expect('polluted' in {}).toBe(false);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });
});

describe('the JSON of a value', () => {
  it('is what JSON.stringify makes of it, whatever it is', () => {
    const value = fc.anything({ withDate: true, withMap: true, withSparseArray: true });
    fc.assert(
      fc.property(value, (returned) => {
        const text = JSON.stringify(returned) as string | undefined;
        expect(JSON.stringify(jsonOf(returned))).toBe(text ?? 'null');
      }),
    );
  });

  it('shares nothing with the value', () => {
    const returned = { list: [{ n: 1 }] };

    const result = jsonOf(returned);
    returned.list.push({ n: 2 });

    expect(result).toEqual({ list: [{ n: 1 }] });
  });

  it('has null where an array has a hole, and where a number is none', () => {
    const holes: unknown[] = [1];
    holes[2] = 3;

    expect(jsonOf(holes)).toEqual([1, null, 3]);
    expect(jsonOf({ n: Number.NaN, i: Number.POSITIVE_INFINITY })).toEqual({ n: null, i: null });
  });

  it('honours toJSON of classes and of plain objects', () => {
    class Money {
      toJSON() {
        return '5 EUR';
      }
    }

    expect(jsonOf(new Money())).toBe('5 EUR');
    expect(jsonOf({ toJSON: () => ({ a: 1 }) })).toEqual({ a: 1 });
  });

  it('of something deep is found, and of a cycle refused', () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 500; depth += 1) deep = [deep];
    const cycle: unknown[] = [];
    cycle.push(cycle);

    expect(JSON.stringify(jsonOf(deep))).toBe(JSON.stringify(deep));
    expect(() => jsonOf(cycle)).toThrow(TypeError);
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
