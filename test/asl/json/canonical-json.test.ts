/** Canonical JSON text. */
import { expect, it } from 'vitest';
import { canonicalText, canonicalTextOf } from '../../../lib/asl/json/canonical-json.ts';
import type { Json } from '../../../lib/asl/json/json.ts';
import { sameJson } from '../../../lib/asl/json/same-json.ts';
import fc from '../../support/properties.ts';

const values = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;

it('canonical texts are equal exactly when the values are equal', () => {
  fc.assert(
    fc.property(values, values, (one, other) => {
      expect(canonicalText(one) === canonicalText(other)).toBe(sameJson(one, other));
      expect(sameJson(JSON.parse(canonicalText(one)) as Json, one)).toBe(true);
    }),
  );
});

it('a canonical text has sorted keys at every level', () => {
  expect(canonicalText({ b: [{ d: 1, c: '"' }], a: null, __proto__: 1 } as Json)).toBe(
    '{"a":null,"b":[{"c":"\\"","d":1}]}',
  );
  expect(canonicalText(JSON.parse('{"b":1,"__proto__":2,"10":3,"9":4}') as Json)).toBe(
    '{"10":3,"9":4,"__proto__":2,"b":1}',
  );
});

it('a value that is nested too deeply has no canonical text', () => {
  let deep: Json = 1;
  for (let depth = 0; depth < 2_000; depth += 1) deep = [deep];

  expect(() => canonicalText(deep)).toThrow();
});

it('the canonical text of a text is that of its value', () => {
  fc.assert(
    fc.property(values, (value) => {
      expect(canonicalTextOf(JSON.stringify(value, null, 1))).toBe(canonicalText(value));
    }),
  );
});

it('numbers that doubles do not tell apart have different canonical texts', () => {
  const one = canonicalTextOf('{"b": 9007199254740993, "a": "9007199254740993"}');

  expect(one).not.toBe(canonicalTextOf('{"a": "9007199254740993", "b": 9007199254740992}'));
  expect(one).toBe(canonicalTextOf('{"a": "9007199254740993", "b": 9007199254740993}'));
  expect(canonicalTextOf('[1.50, 0.1]')).toBe('[1.5,0.1]');
});
