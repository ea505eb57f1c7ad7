/** The length of values that expressions build. */
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../lib/asl/expression.ts';
import type { Json } from '../../../lib/asl/json/json.ts';
import { builtCharsMax, isLongerThan } from '../../../lib/asl/json/json-length.ts';
import { compileTemplate } from '../../../lib/asl/payload-template.ts';
import fc from '../../support/properties.ts';
import { createEvaluation } from '../create-evaluation.ts';

const tooLarge = expect.objectContaining({ error: 'States.DataLimitExceeded' });
const large = { x: 'a'.repeat(200_000) };

/** Evaluates with a large value as input, and returns what is thrown. */
function fail(evaluate: (input: Json) => unknown): unknown {
  try {
    evaluate(large);
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}

describe('isLongerThan', () => {
  it('a value without escapes is as long as its text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { length } = JSON.stringify(value);

        // Numbers and words count as one character.
        expect(isLongerThan(value as Json, length * 2 + 2)).toBe(false);
      }),
    );
    expect(isLongerThan(['ab', { c: 'd' }], 10)).toBe(true);
  });

  it('a value that refers to itself exponentially often is measured in bounded time', () => {
    let value: Json = 'x';
    for (let level = 0; level < 60; level += 1) value = [value, value];

    expect(isLongerThan(value, builtCharsMax)).toBe(true);
  });
});

describe('an expression', () => {
  it.each([
    ['States.Format', `States.Format('${'{}'.repeat(1_000)}'${', $.x'.repeat(1_000)})`],
    ['States.Array', `States.Array($.x${', $.x'.repeat(2_000)})`],
    ['States.JsonToString', `States.JsonToString(States.Array($.x${', $.x'.repeat(2_000)}))`],
  ])('the function %s stops before its result is too large', (_, text) => {
    const { evaluate } = compileExpression(text);

    expect(fail((input) => evaluate(createEvaluation(input)))).toEqual(tooLarge);
  });

  it('a template with many references to a large value stops, too', () => {
    const template = Object.fromEntries(
      Array.from({ length: 2_000 }, (__, index) => [`field${index}.$`, '$.x']),
    );
    const { evaluate } = compileTemplate({ nested: [template] });

    expect(fail((input) => evaluate(createEvaluation(input)))).toEqual(tooLarge);
  });

  it('a template of ordinary size is built with any number of references', () => {
    const template = Object.fromEntries(
      Array.from({ length: 2_000 }, (__, index) => [`field${index}.$`, '$.y']),
    );
    const { evaluate } = compileTemplate(template);

    expect(Object.keys(Object(evaluate(createEvaluation({ y: 1 }))))).toHaveLength(2_000);
  });
});
