/** Descriptions of a Choice's rules. */
import { expect, it } from 'vitest';
import type { ChoiceRule } from '../../lib/asl/definition.ts';
import { describeRule } from '../../lib/graph/rule-text.ts';

const cases: readonly (readonly [ChoiceRule, string])[] = [
  [{ Variable: '$.n', NumericLessThanEquals: 3 }, '$.n ≤ 3'],
  [{ Variable: '$.name', StringEquals: 'Ada' }, '$.name = "Ada"'],
  [{ Variable: '$.at', TimestampGreaterThanPath: '$.due' }, '$.at > $.due'],
  [{ Variable: '$.id', StringMatches: 'A-*' }, '$.id matches "A-*"'],
  [{ Variable: '$.id', IsPresent: false }, '$.id is not present'],
  [{ Variable: '$.id', IsString: true }, '$.id is a string'],
  [{ Condition: '{% $total >\n 3 %}' }, '$total > 3'],
  [{ Condition: true }, 'true'],
  [{ Not: { Variable: '$.ok', BooleanEquals: true } }, 'not ($.ok = true)'],
  [
    {
      And: [
        { Variable: '$.a', NumericEquals: 1 },
        {
          Or: [
            { Variable: '$.b', IsNull: true },
            { Variable: '$.c', NumericGreaterThanEquals: 2 },
          ],
        },
      ],
    },
    '$.a = 1 and ($.b is null or $.c ≥ 2)',
  ],
  [{ Comment: 'is it paid?', Variable: '$.paid', BooleanEquals: true }, 'is it paid?'],
];

it.each(cases)('the rule %j is described as %s', (rule, text) => {
  expect(describeRule(rule)).toBe(text);
});

it('a description has at most 200 characters, however large the rule is', () => {
  const part = { Variable: '$.n', StringEquals: 'x'.repeat(5_000) };
  const rule = { Or: new Array<ChoiceRule>(10_000).fill(part) };

  expect(describeRule(rule)).toHaveLength(200);
  expect(describeRule(part)).toMatch(/^\$\.n = "x+…$/);
});
