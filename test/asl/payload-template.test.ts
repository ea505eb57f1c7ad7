/** Payload templates: the cases, shared constants, and immutability. */

import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import type { Json } from '../../lib/asl/json/json.ts';
import { compileTemplate } from '../../lib/asl/payload-template.ts';
import fc from '../support/properties.ts';
import { json, jsonObject, readCases } from './cases.ts';
import { createEvaluation } from './create-evaluation.ts';

const filled = z.object({
  input: json,
  context: jsonObject,
  cases: z.array(
    z.object({
      title: z.string(),
      template: json,
      expected: json.optional(),
      error: z.string().optional(),
      cause: z.string().optional(),
    }),
  ),
});

describe('evaluate', () => {
  const { input, context, cases } = readCases('payload-templates/templates.json', filled);
  for (const { title, template, expected, error, cause } of cases) {
    test(title, () => {
      const evaluate = () => compileTemplate(template).evaluate(createEvaluation(input, context));

      if (error === undefined) {
        expect(evaluate()).toEqual(expected);
      } else {
        expect(evaluate).toThrow(expect.objectContaining({ error }));
        expect(evaluate).toThrow(cause);
      }
    });
  }

  it('the constant parts of a template are shared, not copied', () => {
    const constant = { deep: [1, 2, 3] };
    const template = compileTemplate({ constant, 'x.$': '$.x' });

    expect(template.evaluate(createEvaluation({ x: 1 }))).toHaveProperty('constant', constant);
    expect(compileTemplate(constant).evaluate(createEvaluation({}))).toBe(constant);
  });

  it('a template key named __proto__ is data', () => {
    const template: Json = JSON.parse('{"__proto__": {"a.$": "$.x"}, "__proto__.$": "$.y"}');
    const result = compileTemplate(template).evaluate(createEvaluation({ x: 1, y: [2] }));

    expect(JSON.stringify(result)).toBe('{"__proto__":[2]}');
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });

  it('a template never modifies its input or itself', () => {
    const deepFreeze = (value: unknown): unknown => {
      if (typeof value === 'object' && value !== null) {
        Object.freeze(value);
        Object.values(value).forEach(deepFreeze);
      }
      return value;
    };
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (input, constant) => {
        // A key that ends in `.$` would not be constant.
        fc.pre(!JSON.stringify(constant).includes('.$":'));
        const template = {
          constant,
          'all.$': '$',
          'every.$': '$..*',
          nested: [{ 'text.$': 'States.JsonToString($)', 'list.$': 'States.Array($, $)' }],
        };
        deepFreeze(input);
        deepFreeze(template);

        const result = compileTemplate(template as Json).evaluate(createEvaluation(input as Json));

        expect(result).toMatchObject({ constant, all: input });
      }),
    );
  });
});

describe('compile', () => {
  it('a path key whose value is not a string is rejected', () => {
    expect(() => compileTemplate({ 'a.$': 1 })).toThrow(
      "expected a path or an intrinsic function as the value of 'a.$', found 1",
    );
  });

  it('a path key whose value is neither a path nor a call is rejected', () => {
    expect(() => compileTemplate({ 'a.$': 'plain' })).toThrow('expected an intrinsic function');
  });
});
