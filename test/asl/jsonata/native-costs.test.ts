/** Work inside of the library's functions is charged to the expression. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { compileJsonata } from '../../../lib/asl/jsonata/jsonata-expression.ts';
import { createEvaluation } from '../create-evaluation.ts';

const evaluateText = (text: string, input: Json = {}) =>
  compileJsonata(text).evaluate(createEvaluation(input));
const wide: Json = Object.fromEntries(
  Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 1]),
);
const repeated = (text: string) => `$count($map([1..1000], function($v) { ${text} }))`;

describe('work inside of a function', () => {
  it.each([
    ['documents as strings', '$length($string($states.input))'],
    ['strings that are concatenated with documents', '$length($states.input & "")'],
    ['copies', '$count($keys($clone($states.input)))'],
    ['copies that are changed', '$states.input ~> |$|{"a": 1}|'],
    ['fields that are merged', '$merge([$states.input, $states.input])'],
    ['fields that are listed', '$count($keys($states.input))'],
    ['documents that are compared', '$states.input = {"a": $states.input}.a'],
    ['long texts that are padded', '$pad("", 900000)'],
    [
      'long texts that are searched',
      '$contains($pad("a", 90000, "a"), $pad("a", 20000, "a") & "b")',
    ],
    ['documents that are parsed', '$parse($string($states.input))'],
    ['lists of matches', '$match($pad("a", 100000, "a"), /a/)'],
    ['lists of pieces', '$split($pad("a", 100000, "a"), "")'],
    ['lists that are sorted', '$sort([1..10000])'],
    ['lists that are paired', '$zip([1..10000], [1..10000])'],
    ['functions that call functions', '$map([1..10000], $string)'],
  ])('work inside of functions uses up the steps of an expression: %s', (_, text) => {
    expect(() => evaluateText(repeated(text), wide)).toThrow('steps');
  });

  it('a document that is only passed on costs almost no steps', () => {
    expect(evaluateText(repeated('$states.input.k1'), wide)).toBe(1_000);
  });

  it.each([
    ['$join([1..1000].$string($), $pad("", 900000))', 'longer than'],
    ['$pad("", -1000000000)', 'longer than'],
    ['$toMillis($pad("1999", 900000, "-01"))', 'at most 256 characters'],
    ['$toMillis($pad("1", 200, "1"), $pad("", 60, "[Yw]"))', 'at most 3 characters'],
    ['$formatNumber(1e300, "#0." & $pad("", 200, "0"))', 'failed for these arguments'],
    ['$formatNumber(1, $pad("", 16000, "#,"))', 'at most 256 characters'],
    ['$now($pad("", 16000, "[Y]"))', 'at most 256 characters'],
    ['($t := $pad("", 90000); $join([1..100].$t))', 'longer than'],
    ['$formatInteger(1000000000, "I")', 'stack'],
  ])('a call that is known to be too large is rejected before it runs: %s', (text, reason) => {
    expect(() => evaluateText(text)).toThrow(reason);
  });

  it.each<[string, Json]>([
    ['$toMillis("1970-01-01T00:00:01Z")', 1_000],
    ['$toMillis("19700101000001", "[Y0001][M01][D01][H01][m01][s01]")', 1_000],
    ['$toMillis("Thursday, 1 January 1970", "[FNn], [D1] [MNn] [Y0001]")', 0],
  ])('timestamps in common formats are parsed: %s', (text, expected) => {
    expect(evaluateText(text)).toBe(expected);
  });
});

describe('a signature', () => {
  it('a signature has at most three optional or repeated parameters', () => {
    expect(evaluateText('(function($a, $b)<n+n?:n> { $a })(1, 2)')).toBe(1);
    expect(() => compileJsonata(`function($a)<${'n+'.repeat(15)}:n> { 1 }`)).toThrow(
      expect.objectContaining({ code: 'INVALID_DEFINITION' }),
    );
  });
});
