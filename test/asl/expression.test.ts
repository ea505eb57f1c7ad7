/** Expressions: a path or a call, distinguished by their first character. */
import { describe, expect, it, test } from 'vitest';
import { compileExpression } from '../../lib/asl/expression.ts';
import { createEvaluation } from './create-evaluation.ts';

describe('evaluate', () => {
  test.each([
    ['$.a', 1],
    ['$$.b', 2],
    ["States.Format('{}-{}', $.a, $$.b)", '1-2'],
    ['$.list[*]', []],
  ])('the expression %s has its value', (text, value) => {
    const evaluation = createEvaluation({ a: 1, list: [] }, { b: 2 });

    expect(compileExpression(text).evaluate(evaluation)).toEqual(value);
  });

  it('an expression whose path selects nothing fails with the message of AWS', () => {
    const { evaluate } = compileExpression('$.ErrorX', 'ErrorPath');

    expect(() => evaluate(createEvaluation({ a: 1 }))).toThrow(
      expect.objectContaining({
        error: 'States.Runtime',
        causeText:
          "The JSONPath '$.ErrorX' specified for the field 'ErrorPath' could not be found " +
          'in the input \'{"a":1}\'',
      }),
    );
  });
});

describe('compile', () => {
  test.each(['', 'plain text', '1', '{% 1 %}', 'process.exit(1)', '(() => 1)()'])(
    'the text %j is rejected as an expression',
    (text) => {
      expect(() => compileExpression(text)).toThrow(
        expect.objectContaining({ code: 'INVALID_DEFINITION' }),
      );
    },
  );
});
