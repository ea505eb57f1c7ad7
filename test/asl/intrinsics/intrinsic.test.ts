/** Intrinsic functions: the cases, random numbers and hostile calls. */

import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { compileIntrinsic } from '../../../lib/asl/intrinsics/intrinsic.ts';
import type { Json } from '../../../lib/asl/json/json.ts';
import fc from '../../support/properties.ts';
import { json, readCases } from '../cases.ts';
import { createEvaluation } from '../create-evaluation.ts';

const called = z.object({
  feature: z.string(),
  input: json,
  cases: z.array(
    z.object({
      title: z.string(),
      call: z.string(),
      expected: json.optional(),
      error: z.string().optional(),
    }),
  ),
});
const refused = z.object({
  refused: z.array(z.object({ title: z.string(), call: z.string() })),
});

for (const file of ['arrays', 'strings', 'documents-and-numbers']) {
  const { feature, input, cases } = readCases(`intrinsics/${file}.json`, called);
  describe(feature, () => {
    for (const { title, call, expected, error } of cases) {
      test(title, () => {
        const evaluate = () => compileIntrinsic(call).evaluate(createEvaluation(input));

        if (error === undefined) expect(evaluate()).toEqual(expected);
        else expect(evaluate).toThrow(expect.objectContaining({ error }));
      });
    }
  });
}

describe('rejected calls', () => {
  for (const { title, call } of readCases('intrinsics/refused.json', refused).refused) {
    test(title, () => {
      expect(() => compileIntrinsic(call)).toThrow(
        expect.objectContaining({ code: 'INVALID_DEFINITION' }),
      );
    });
  }

  it('a syntax error in a call names what was expected, and the column', () => {
    expect(() => compileIntrinsic('States.MathAdd(1')).toThrow(
      "expected ',' at column 17 of States.MathAdd(1, found the end",
    );
  });
});

describe('failed calls', () => {
  it('a failed call reports the whole call and the reason', () => {
    const { evaluate } = compileIntrinsic("States.ArrayLength('a')");

    expect(() => evaluate(createEvaluation({}))).toThrow(
      expect.objectContaining({
        error: 'States.IntrinsicFailure',
        causeText:
          "The function 'States.ArrayLength('a')' had the following error: " +
          'Argument 1 must be an array but was "a".',
      }),
    );
  });

  it('a failed call reports the argument that is absent from the input', () => {
    const { evaluate } = compileIntrinsic("States.Format('{}', $.absent)");

    expect(() => evaluate(createEvaluation({ a: 1 }))).toThrow(
      "The JsonPath argument for the field '$.absent' could not be found in the input '{\"a\":1}'",
    );
  });
});

describe('randomness', () => {
  it('States.UUID creates version 4 UUIDs from the random numbers of the evaluation', () => {
    const uuid = (...random: number[]) =>
      compileIntrinsic('States.UUID()').evaluate(createEvaluation({}, {}, random));

    expect(uuid(0)).toBe('00000000-0000-4000-8000-000000000000');
    expect(uuid(0.999999999999)).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
    expect(uuid(0.1, 0.2, 0.3, 0.4)).not.toBe(uuid(0.4, 0.3, 0.2, 0.1));
  });

  it('States.MathRandom draws integers from the whole range, excluding its end', () => {
    const draw = (random: number) =>
      compileIntrinsic('States.MathRandom(-3, 3)').evaluate(createEvaluation({}, {}, [random]));

    expect([0, 0.5, 0.999999].map(draw)).toEqual([-3, 0, 2]);
  });

  it('States.MathRandom draws the same number for the same seed, and others for other seeds', () => {
    const draw = (seed: number) =>
      compileIntrinsic(`States.MathRandom(0, 1000000, ${seed})`).evaluate(createEvaluation({}));

    expect(draw(42)).toBe(draw(42));
    expect(new Set([1, 2, 3, 4, 5].map(draw)).size).toBe(5);
  });
});

describe('properties', () => {
  it('States.StringToJson parses every document that States.JsonToString printed', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const call = compileIntrinsic('States.StringToJson(States.JsonToString($))');
        expect(call.evaluate(createEvaluation(value as Json))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  it('States.Base64Decode decodes every string that States.Base64Encode encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (text) => {
        const call = compileIntrinsic('States.Base64Decode(States.Base64Encode($))');
        expect(call.evaluate(createEvaluation(text))).toBe(text);
      }),
    );
  });

  it('States.ArrayPartition splits an array into chunks that concatenate to the array', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 9 }), (items, size) => {
        const chunks = compileIntrinsic(`States.ArrayPartition($, ${size})`);
        expect([chunks.evaluate(createEvaluation(items))].flat(2)).toEqual(items);
      }),
    );
  });

  it('States.ArrayUnique keeps one of several equal values', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 2 })), (items) => {
        const unique = compileIntrinsic('States.ArrayUnique($)');
        const once = unique.evaluate(createEvaluation(items as Json));
        const twice = unique.evaluate(createEvaluation([...items, ...items] as Json));
        expect(twice).toEqual(once);
      }),
    );
  });
});

describe('hostile arguments', () => {
  let deep: Json = 1;
  for (let level = 0; level < 50_000; level += 1) deep = [deep];

  test.each([
    ["States.Format('{}', $)", 'States.Runtime'],
    ['States.JsonToString($)', 'States.IntrinsicFailure'],
    ['States.ArrayUnique($)', 'States.Runtime'],
    ['States.MathAdd($, 1)', 'States.IntrinsicFailure'],
    ["States.Hash($, 'MD5')", 'States.IntrinsicFailure'],
    ['States.ArrayLength($.absent)', 'States.Runtime'],
    ['States.StringToJson($$.text)', 'States.IntrinsicFailure'],
  ])('the call %s fails the state when its value is nested too deeply', (call, error) => {
    const text = '['.repeat(50_000) + ']'.repeat(50_000);
    const { evaluate } = compileIntrinsic(call);

    expect(() => evaluate(createEvaluation(deep, { text }))).toThrow(
      expect.objectContaining({ error }),
    );
  });

  test.each(['States.Base64Encode($)', 'States.Base64Decode($)', "States.Hash($, 'MD5')"])(
    'the call %s rejects more than ten thousand characters',
    (call) => {
      const { evaluate } = compileIntrinsic(call);

      expect(evaluate(createEvaluation('A'.repeat(10_000)))).toBeTypeOf('string');
      expect(() => evaluate(createEvaluation('A'.repeat(10_001)))).toThrow(
        expect.objectContaining({ error: 'States.IntrinsicFailure' }),
      );
    },
  );

  it('States.JsonMerge merges a key named __proto__ as data', () => {
    const input: Json = JSON.parse('{"a": {"__proto__": {"x": 1}}, "b": {}}');
    const merged = compileIntrinsic('States.JsonMerge($.a, $.b, false)').evaluate(
      createEvaluation(input),
    );

    expect(JSON.stringify(merged)).toBe('{"__proto__":{"x":1}}');
  });
});
