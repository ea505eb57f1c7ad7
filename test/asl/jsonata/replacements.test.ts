/** The replaced functions, compared with those of the library. */
import jsonata from 'jsonata';
import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { compileJsonata } from '../../../lib/asl/jsonata/jsonata-expression.ts';
import fc from '../../support/properties.ts';
import { createEvaluation } from '../create-evaluation.ts';

const items = fc.array(fc.record({ a: fc.integer({ min: 0, max: 5 }), b: fc.string() }), {
  maxLength: 40,
});

describe('replacements', () => {
  test.each([
    '$sort($states.input.a)',
    '$sort($states.input.b)',
    '$sort($states.input, function($l, $r) { $l.a > $r.a })',
    '$sort($states.input, function($l, $r) { $l.b < $r.b })',
    '$merge($states.input)',
    '$distinct($states.input)',
    '$distinct($states.input.a)',
    '$distinct($states.input.b)[0]',
    '$distinct([1, "1", true, "true", null, [1], ["1"], {"a": 1}, {"a": 1}, 1, null])',
  ])('the expression %s has the same value as in the library', (text) => {
    fc.assert(
      fc.property(items, (input) => {
        const expected = jsonata(text).evaluate(null, { states: { input } });
        const answer = compileJsonata(text).evaluate(createEvaluation(input));
        expect(JSON.stringify(answer)).toBe(JSON.stringify(expected));
      }),
    );
  });

  it('$sort rejects items without an order, like the library', () => {
    const unordered = compileJsonata('$sort([{"a": 1}, 2])');

    expect(() => unordered.evaluate(createEvaluation({}))).toThrow(
      expect.objectContaining({ code: 'D3070' }),
    );
  });

  it('$sort sorts as many items as a list may have within the limit of steps', () => {
    const sorted = compileJsonata('$sort($reverse([1..100000]))[0]');

    expect(sorted.evaluate(createEvaluation({}))).toBe(1);
  });

  it('$merge merges a field named __proto__ like any other', () => {
    const input: Json = JSON.parse('[{"a": 1}, {"__proto__": {"b": 2}}]');
    const merged = compileJsonata('$merge($states.input)').evaluate(createEvaluation(input));

    expect(JSON.stringify(merged)).toBe('{"a":1,"__proto__":{"b":2}}');
    expect(
      compileJsonata('$merge($states.input).b').evaluate(createEvaluation(input)),
    ).toBeUndefined();
  });

  it.each(['$spread($states.input)', '$sift($states.input, function($v) { true })'])(
    'the call %s fails where the library would set a prototype',
    (text) => {
      const input: Json = JSON.parse('{"__proto__": {"b": 2}}');

      expect(() => compileJsonata(text).evaluate(createEvaluation(input))).toThrow('__proto__');
    },
  );
});
