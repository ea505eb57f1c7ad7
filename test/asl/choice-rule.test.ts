/** Choice rules: the comparisons, what is absent, and how far a rule looks. */
import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { compileChoiceRule } from '../../lib/asl/choice-rule.ts';
import type { ChoiceRule } from '../../lib/asl/definition.ts';
import { isObject } from '../../lib/asl/json/json.ts';
import { json, readCases } from './cases.ts';
import { evaluationOf } from './evaluation-of.ts';

const rule = z.custom<ChoiceRule>(isObject);
const comparisons = z.object({ input: json, holds: z.array(rule), holdsNot: z.array(rule) });
const { input, holds, holdsNot } = readCases('choice-rules/comparisons.json', comparisons);
const context = { Execution: { Name: 'run-1' } };

describe('comparisons', () => {
  for (const holding of holds) {
    test(`it holds that ${JSON.stringify(holding)}`, () => {
      expect(compileChoiceRule(holding)(evaluationOf(input, context))).toBe(true);
    });
  }
  for (const failing of holdsNot) {
    test(`it does not hold that ${JSON.stringify(failing)}`, () => {
      expect(compileChoiceRule(failing)(evaluationOf(input, context))).toBe(false);
    });
  }
});

describe('a value that is absent', () => {
  test.each([
    { Variable: '$.absent', StringEquals: 'x' },
    { Variable: '$.absent', IsNull: true },
    { Variable: '$.absent', IsString: false },
    { Variable: '$.absent', StringMatches: '*' },
    { Variable: '$.s', StringEqualsPath: '$.absent' },
    { Not: { Variable: '$.absent', BooleanEquals: true } },
  ] satisfies ChoiceRule[])('is a runtime error in %j', (absent) => {
    const decide = () => compileChoiceRule(absent)(evaluationOf(input));

    expect(decide).toThrow(
      expect.objectContaining({
        error: 'States.Runtime',
        causeText:
          "Invalid path '$.absent': The choice state's condition path references an invalid value.",
      }),
    );
  });

  it('is not looked for once And or Or is decided', () => {
    const absent = { Variable: '$.absent', NumericEquals: 1 };
    const five = { Variable: '$.n', NumericEquals: 5 };
    const six = { Variable: '$.n', NumericEquals: 6 };

    expect(compileChoiceRule({ Or: [five, absent] })(evaluationOf(input))).toBe(true);
    expect(compileChoiceRule({ And: [six, absent] })(evaluationOf(input))).toBe(false);
  });
});

describe('fields beside the operator', () => {
  it('are not taken for one', () => {
    const described = { Comment: 'StringEquals', Variable: '$.n', Next: 'A', NumericEquals: 5 };

    expect(compileChoiceRule(described)(evaluationOf(input))).toBe(true);
  });
});
