/** JSONata expressions: their values, what is out of their reach, and that they terminate. */
import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { compileJsonata, extractJsonata } from '../../../lib/asl/jsonata/jsonata-expression.ts';
import fc from '../../support/properties.ts';
import { createEvaluation } from '../create-evaluation.ts';

const evaluateText = (text: string, input: Json = {}, random = [0.5]) =>
  compileJsonata(text).evaluate(createEvaluation(input, {}, random, { x: { y: 2 } }));

describe('extractJsonata', () => {
  it('only a string in {% and %} contains an expression', () => {
    expect(extractJsonata('{% $x %}')).toBe('$x');
    expect([
      extractJsonata('{% $x'),
      extractJsonata('{%}'),
      extractJsonata('a {% $x %}'),
      extractJsonata(1),
    ]).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('an expression', () => {
  it.each<[string, Json | undefined]>([
    ['$states.input.a + $x.y', 5],
    ['$sum($states.input.list)', 6],
    ['[1..3].($ * 2)', [2, 4, 6]],
    ['$missing', undefined],
    ['$partition([1,2,3], 2)', [[1, 2], [3]]],
    ['$range(0, 6, 3)', [0, 3, 6]],
    ['$range(5, 6, 4)', 5],
    ['[$range(5, 6, 4)]', [5]],
    ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$count($range(1, 200000, 1))', 200_000],
    ['$random(42)', 0.7275636800328681],
    ['"orders/" & 7345612098123457', 'orders/7345612098123457'],
    [
      '$string({"id": 7345612098123457, "f": function($x) { $x }})',
      '{"id":7345612098123457,"f":""}',
    ],
    ['$string(9223372036854775807)', '9223372036854776000'],
    ['$string(0.1 + 0.2)', '0.3'],
    ['$string([1, 1.5], true)', '[\n  1,\n  1.5\n]'],
    ['$number($string(9007199254740991)) = 9007199254740991', true],
    ['$missing & 1 & $missing', '1'],
    ['$hash("a", "SHA-1")', '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'],
    ['$parse("{\\"a\\": [1]}")', { a: [1] }],
    ['$uuid()', '80000000-8000-4000-8000-000080000000'],
    ['$random()', 0.5],
    ['$random(7) = $random(7)', true],
    ['$millis()', 0],
    ['$now()', '1970-01-01T00:00:00.000Z'],
    ['$substring(?, 0, 1)("abc")', 'a'],
    ['$replace("abc", /b+/, "-")', 'a-c'],
  ])('the JSONata expression %s has its value', (text, expected) => {
    expect(evaluateText(text, { a: 3, list: [1, 2, 3] })).toEqual(expected);
  });

  it.each(['$eval("1")', '$unknown(1)', '"a" + 1', '$parse("{")', '{"f": function($n) { $n }}'])(
    'the JSONata expression %s throws an Error',
    (text) => {
      expect(() => evaluateText(text)).toThrow(expect.objectContaining({ name: 'Error' }));
    },
  );

  it.each([
    ['$formatNumber(7, "y")', 'D3086', 'The sub-picture must not contain a passive character'],
    ['$range(1, 400000, 1)', 'U1001', 'Expression evaluation memory limit exceeded'],
    ['$fromMillis(1e308)', 'D3137', 'The number is no time in milliseconds: 1e+308'],
    ['1 & (1/0)', 'D3001', 'Attempting to invoke string function on Infinity or NaN'],
  ])('the JSONata expression %s fails with the code %s', (text, code, reason) => {
    expect(() => evaluateText(text)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(reason) }),
    );
  });

  it('a JSONata expression with a syntax error is rejected', () => {
    const refusal = expect.objectContaining({ code: 'INVALID_DEFINITION' });

    expect(() => compileJsonata('$states.')).toThrow(refusal);
    expect(() => compileJsonata('('.repeat(20_000))).toThrow(refusal);
  });

  test('a JSONata expression does not modify its input, and returns any JSON unchanged', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const input = JSON.parse(JSON.stringify(value));

        expect(evaluateText('{"kept": $states.input}', { value: input })).toEqual({
          kept: { value: input },
        });
        expect(JSON.stringify(input)).toBe(JSON.stringify(value));
      }),
    );
  });
});

describe('a name that every object inherits', () => {
  it('an inherited name is a field like any other', () => {
    const input = JSON.parse('{"constructor": {"__proto__": 7}, "toString": [1]}');

    expect(evaluateText('$states.input.constructor.__proto__', input)).toBe(7);
    expect(evaluateText('$lookup($states.input, "toString")', input)).toEqual([1]);
  });

  it.each([
    '$states.input.constructor',
    '{"a": 1}.__proto__',
    '[[{}]].constructor',
    '$lookup({}, "constructor")',
  ])('an inherited name is absent when no field has it: %s', (text) => {
    expect(evaluateText(text)).toBeUndefined();
  });

  it('an inherited name leads to no function of JavaScript', () => {
    expect(evaluateText('{}.constructor.constructor("return 1")()')).toBeUndefined();
    expect(() => evaluateText('/b/("abc").next()')).toThrow('prototype');
    expect(() => compileJsonata('$__evaluate_exit := 1')).toThrow('another name');
  });
});

describe('an expression without end', () => {
  it.each([
    ['a loop', '($f := function($n) { $f($n) }; $f(1))', 'steps'],
    ['a recursion', '($f := function($n) { 1 + $f($n) }; $f(1))', 'levels deep'],
    ['a string that doubles', '($f := function($s) { $f($s & $s) }; $f("ab"))', 'longer than'],
    ['a list of many', '[1..10000000]', 'must not exceed'],
    ['a comparison of all with all', '$distinct([1..100000])', 'steps'],
    ['a list that is copied for each of its items', '$reduce([1..100000], $append)', 'steps'],
    [
      'a result that refers to itself twice, 28 times over',
      '($f := function($s, $n) { $n = 0 ? $s : $f({"a": $s, "b": $s}, $n - 1) }; $f(1, 28))',
      'steps',
    ],
    ['a padding', '$pad("", 1000000000)', 'longer than'],
  ])('an expression without end is stopped: %s', (_, text, reason) => {
    expect(() => evaluateText(text)).toThrow(reason);
  });
});
