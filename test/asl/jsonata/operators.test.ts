/** The operators, compared with those of the library. */
import jsonata from 'jsonata';
import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { guardSyntax } from '../../../lib/asl/jsonata/guard-syntax.ts';
import { compileJsonata } from '../../../lib/asl/jsonata/jsonata-expression.ts';
import { Meter } from '../../../lib/asl/jsonata/meter.ts';
import { parseJsonata } from '../../../lib/asl/jsonata/parse-jsonata.ts';
import fc from '../../support/properties.ts';
import { createEvaluation } from '../create-evaluation.ts';

const signs = ['+', '-', '*', '/', '%', '<', '<=', '>', '>=', '=', '!=', 'in', '&'];

// Neither 0 nor a very large number: what JSON cannot hold fails here and not in the library.
const leaf = fc.constantFrom<Json>(null, true, false, -1.5, 3, '', 'a', '3');
const operand = fc.oneof(
  { weight: 3, arbitrary: leaf },
  { weight: 1, arbitrary: fc.array(leaf, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), leaf) },
);
/** A field may be absent: an operand without a value. */
const operands = fc.record({ l: operand, r: operand }, { requiredKeys: [] });

/** The value of an evaluation, or the code and the text of its error. */
function outcome(evaluate: () => unknown): unknown {
  try {
    return { value: evaluate() };
  } catch (error) {
    const { code, message } = Object(error);
    return { code, message };
  }
}

describe('operators', () => {
  test.each(signs)('the operator %s does the same as in the library', (sign) => {
    const text = `$states.input.l ${sign} $states.input.r`;
    fc.assert(
      fc.property(operands, (input) => {
        const expected = outcome(() => jsonata(text).evaluate(null, { states: { input } }));

        const found = outcome(() => compileJsonata(text).evaluate(createEvaluation(input)));

        expect(found).toEqual(expected);
      }),
    );
  });

  it.each(['1e308 * 10 + 1', '1 - 1e308 * 10'])(
    'the expression %s fails because its number is out of range, as in the library',
    (text) => {
      const expected = outcome(() => jsonata(text).evaluate(null));

      const found = outcome(() => compileJsonata(text).evaluate(createEvaluation({})));

      expect(found).toEqual(expected);
      expect(found).toHaveProperty('code', 'D1001');
    },
  );

  it('an operator that compares documents takes more work for larger ones', () => {
    const work = [10, 1_000].map((length) => {
      const evaluation = createEvaluation({ l: [...'x'.repeat(length)], r: [] });
      compileJsonata('$states.input.l = $states.input.r').evaluate(evaluation);
      return evaluation.budget.spent;
    });

    expect(work[1]).toBeGreaterThan(10 * (work[0] ?? 0));
  });

  // V8 keeps the generator functions that the library creates for them until a full collection.
  it('the library evaluates no operator but and, or', () => {
    const text = `(${signs.map((sign) => `a ${sign} b`).join('; ')}; a and b or c; [1..2])`;
    const expression = parseJsonata(text);

    const { operators } = guardSyntax(expression.ast(), new Meter());

    expect([...operators].sort()).toEqual([...signs].sort());
    const left = JSON.stringify(expression.ast()).matchAll(/"type":"binary","value":"([^"]+)"/g);
    expect(new Set(Array.from(left, ([, sign]) => sign))).toEqual(new Set(['and', 'or']));
  });
});
