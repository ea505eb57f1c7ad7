/** Choice rules: comparisons, absent values and short-circuit evaluation. */
import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { compileChoiceRule } from '../../lib/asl/choice-rule.ts';
import type { ChoiceRule } from '../../lib/asl/definition.ts';
import { isObject } from '../../lib/asl/json/json.ts';
import { json, readCases } from './cases.ts';
import { createEvaluation } from './create-evaluation.ts';

const rule = z.custom<ChoiceRule>(isObject);
const comparisons = z.object({ input: json, holds: z.array(rule), holdsNot: z.array(rule) });
const { input, holds, holdsNot } = readCases('choice-rules/comparisons.json', comparisons);
const context = { Execution: { Name: 'run-1' } };

describe('comparisons', () => {
  for (const holding of holds) {
    test(`the rule ${JSON.stringify(holding)} is true`, () => {
      expect(compileChoiceRule(holding)(createEvaluation(input, context))).toBe(true);
    });
  }
  for (const failing of holdsNot) {
    test(`the rule ${JSON.stringify(failing)} is false`, () => {
      expect(compileChoiceRule(failing)(createEvaluation(input, context))).toBe(false);
    });
  }
});

describe('absent values', () => {
  test.each([
    { Variable: '$.absent', StringEquals: 'x' },
    { Variable: '$.absent', IsNull: true },
    { Variable: '$.absent', IsString: false },
    { Variable: '$.absent', StringMatches: '*' },
    { Variable: '$.s', StringEqualsPath: '$.absent' },
    { Not: { Variable: '$.absent', BooleanEquals: true } },
  ] satisfies ChoiceRule[])('the rule %j throws States.Runtime for an absent value', (absent) => {
    const decide = () => compileChoiceRule(absent)(createEvaluation(input));

    expect(decide).toThrow(
      expect.objectContaining({
        error: 'States.Runtime',
        causeText:
          "Invalid path '$.absent': The choice state's condition path references an invalid value.",
      }),
    );
  });

  it('And and Or do not read a value once they are decided', () => {
    const absent = { Variable: '$.absent', NumericEquals: 1 };
    const five = { Variable: '$.n', NumericEquals: 5 };
    const six = { Variable: '$.n', NumericEquals: 6 };

    expect(compileChoiceRule({ Or: [five, absent] })(createEvaluation(input))).toBe(true);
    expect(compileChoiceRule({ And: [six, absent] })(createEvaluation(input))).toBe(false);
  });
});

describe('fields next to the operator', () => {
  it('the other fields of a rule are not taken for its operator', () => {
    const described = { Comment: 'StringEquals', Variable: '$.n', Next: 'A', NumericEquals: 5 };

    expect(compileChoiceRule(described)(createEvaluation(input))).toBe(true);
  });
});
