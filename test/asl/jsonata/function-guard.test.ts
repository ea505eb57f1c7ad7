/** Functions and documents in JSONata are never confused. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { compileJsonata } from '../../../lib/asl/jsonata/jsonata-expression.ts';
import { deepFreeze } from '../../support/deep-freeze.ts';
import { createEvaluation } from '../create-evaluation.ts';

const evaluateText = (text: string, input: Json = {}) =>
  compileJsonata(text).evaluate(createEvaluation(deepFreeze(input)));

/** Documents that the library takes for functions, with code that escapes the language. */
const disguised = {
  _jsonata_lambda: true,
  input: {},
  arguments: [],
  body: { type: 'path', steps: [{ type: 'name', value: 'constructor' }] },
};
const thunk = {
  _jsonata_lambda: true,
  thunk: true,
  input: {},
  body: { procedure: { type: 'name', value: '__proto__', position: 1 }, arguments: [] },
};

describe('a function', () => {
  it.each<[string, Json]>([
    ['(function($g) { $g(1) })(function($x) { $x + 1 })', 2],
    ['($c := function($f, $g) { function($x) { $f($g($x)) } }; $c($sqrt, $abs)(-4))', 2],
    ['($h := $uppercase ~> $trim; $h(" a "))', 'A'],
    ['$map([function($x) { $x + 1 }, $sqrt], function($f) { $f(4) })', [5, 2]],
    ['($p := function($a, $b) { $a - $b }; $q := $p(?, 1); $q(3))', 2],
    ['($change := |$|{"a": 1}|; $change({"b": 2}))', { a: 1, b: 2 }],
    ['$lookup({"f": function($x) { $x }}, "f")(3)', 3],
    ['(function($v) { $map($v, $string) })([1, 2])', ['1', '2']],
    ['(function($v) { $sort($v, function($l, $r) { $l < $r }) })([1, 2])', [2, 1]],
  ])('functions can be passed, created and called: %s', (text, expected) => {
    expect(evaluateText(text)).toEqual(expected);
  });

  it('a function does not expose the internals of the library', () => {
    expect(() => evaluateText('($f := function() { 1 }; $f.environment.lookup)')).toThrow(
      'prototype',
    );
    expect(() => evaluateText('$sum.implementation')).toThrow('prototype');
  });
});

describe('a document that looks like a function', () => {
  it.each([
    '$states.input()',
    '[1] ~> $map($states.input)',
    '1 ~> $states.input',
    '(function($d) { $d })($states.input)',
    '$lookup({"a": $states.input}, "a")',
  ])('a document that looks like a function is never run: %s', (text) => {
    for (const input of [disguised, thunk, { _jsonata_function: true }]) {
      expect(() => evaluateText(text, input)).toThrow('Attempted to use a document as a function');
    }
  });

  it('an expression cannot create a document that is run as a function', () => {
    const made = '{"_jsonata_lambda": true, "arguments": [], "body": {"type": "string"}}';

    expect(() => evaluateText(`${made}()`)).toThrow('as a function');
    expect(() => evaluateText(`function() { 1 }${made}`)).toThrow('as a function');
    expect(Object.hasOwn(Object.prototype, 'position')).toBe(false);
  });
});

describe('a document that is called', () => {
  it.each<Json>([{ a: 1 }, [1], 'text', 1, null, true])(
    'a call of the document %j fails and does not change it',
    (input) => {
      const given = structuredClone(input);

      expect(() => compileJsonata('$states.input(1)').evaluate(createEvaluation(given))).toThrow(
        'Attempted to invoke a non-function',
      );
      expect(given).toEqual(input);
    },
  );

  it('the arrays of a document stay unmarked when an expression selects them as lists', () => {
    const input = { a: [1, 2], b: [[1]], c: 1 };

    expect(
      evaluateText('[$count($states.input.a[]), $states.input.c[], $states.input.b[]]', input),
    ).toEqual([2, 1, [1]]);
    expect(Object.keys(input.a)).toEqual(['0', '1']);
  });
});

describe('a variable whose name all objects inherit', () => {
  it.each<[string, Json]>([
    ['($__proto__ := {"a": 1}; $__proto__.a)', 1],
    ['($hasOwnProperty := 1; $x := 2; $x + $hasOwnProperty)', 3],
    ['($constructor := function($toString) { $toString + 1 }; $constructor(1))', 2],
  ])('an inherited name is a variable like any other: %s', (text, expected) => {
    expect(evaluateText(text)).toEqual(expected);
  });

  it('a variable of the machine may have a name that all objects inherit', () => {
    const variables: Record<string, Json> = { valueOf: 3 };
    const evaluation = createEvaluation({}, {}, [0], variables);

    expect(compileJsonata('$valueOf').evaluate(evaluation)).toBe(3);
    expect(compileJsonata('$constructor').evaluate(evaluation)).toBeUndefined();
  });
});
