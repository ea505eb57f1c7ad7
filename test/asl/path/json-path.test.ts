/** Paths: the cases, identity of the selected values, and hostile paths and documents. */

import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import type { Json } from '../../../lib/asl/json/json.ts';
import { compilePath } from '../../../lib/asl/path/json-path.ts';
import { hasCode } from '../../../lib/errors.ts';
import fc from '../../support/properties.ts';
import { json, readCases } from '../cases.ts';
import { createEvaluation } from '../create-evaluation.ts';

const selected = z.object({
  feature: z.string(),
  input: json,
  cases: z.array(z.object({ title: z.string(), path: z.string(), expected: json.optional() })),
});
const refused = z.object({
  refused: z.array(z.object({ title: z.string(), path: z.string() })),
});

for (const file of ['paths/fields.json', 'paths/many.json']) {
  const { feature, input, cases } = readCases(file, selected);
  describe(feature, () => {
    for (const { title, path, expected } of cases) {
      test(`${title}: ${path}`, () => {
        expect(compilePath(path).select(createEvaluation(input))).toEqual(expected);
      });
    }
  });
}

describe('rejected paths', () => {
  for (const { title, path } of readCases('paths/refused.json', refused).refused) {
    test(`${title}: ${JSON.stringify(path)}`, () => {
      const compile = () => compilePath(path);

      expect(compile).toThrow(/expected .* at column \d+ .*found/);
      expect(compile).toThrow(expect.objectContaining({ code: 'INVALID_DEFINITION' }));
    });
  }
});

describe('select', () => {
  it('a path returns the selected value itself, not a copy', () => {
    const inner = { b: 1 };
    const input = { a: inner };

    expect(compilePath('$').select(createEvaluation(input))).toBe(input);
    expect(compilePath('$.a').select(createEvaluation(input))).toBe(inner);
  });

  it('the root $$ is the context object, the root $ is the input', () => {
    const evaluation = createEvaluation({ a: 'input' }, { a: 'context' });

    expect(compilePath('$$.a').select(evaluation)).toBe('context');
    expect(compilePath('$.a').select(evaluation)).toBe('input');
    expect(compilePath('$$').select(evaluation)).toEqual({ a: 'context' });
  });

  it('a path of the input does not build the context object', () => {
    const evaluation = {
      ...createEvaluation({ a: 1 }),
      context: () => expect.fail('the context was built'),
    };

    expect(compilePath('$.a').select(evaluation)).toBe(1);
  });

  it('a path selects an own key named __proto__', () => {
    const input: Json = JSON.parse('{"__proto__": {"polluted": true}}');

    expect(compilePath('$.__proto__.polluted').select(createEvaluation(input))).toBe(true);
    expect(compilePath("$['__proto__']").select(createEvaluation({}))).toBeUndefined();
  });

  it('a quoted name in brackets selects any field whose backslashes stand before no quote', () => {
    const names = fc.string().filter((name) => !/\\('|$)/.test(name));
    fc.assert(
      fc.property(fc.dictionary(names, fc.jsonValue()), (input) => {
        for (const [key, value] of Object.entries(input)) {
          const quoted = key.replaceAll("'", "\\'");
          const found = compilePath(`$['${quoted}']`).select(createEvaluation(input as Json));
          expect(found).toBe(value);
        }
      }),
    );
  });

  it('a path never modifies the document', () => {
    const input = { a: [{ b: 1 }, { b: 2 }] };
    const before = structuredClone(input);

    for (const path of ['$..b', '$.a[?(@.b > 1)]', '$.a[*]', '$.a[-1:]', '$..*', '$.a.keys()']) {
      compilePath(path).select(createEvaluation(input));
    }

    expect(input).toEqual(before);
  });
});

describe('definite', () => {
  test.each([
    ['$', true],
    ['$.a[0]', true],
    ['$.a.length()', true],
    ['$.a[*]', false],
    ['$.a[0:1]', false],
    ['$.a[0,1]', false],
    ["$['a','b']", true],
    ["$.a[*]['a','b']", false],
    ['$.a[(@.length-1)]', true],
    ['$..a', false],
    ['$.a[?(@.b)]', false],
  ])('the path %s is definite: %s', (path, definite) => {
    expect(compilePath(path).definite).toBe(definite);
  });
});

describe('require', () => {
  test.each([
    ['$.absent', { a: 1 }, "Invalid path '$.absent' : No results for path: $['absent']"],
    ['$.no.such', { a: 1 }, "Invalid path '$.no.such' : Missing property in path $['no']"],
    ['$.a[4]', { a: [] }, "Invalid path '$.a[4]' : No results for path: $['a'][4]"],
    [
      "$.a['b','c']",
      { a: 1 },
      "Invalid path '$.a['b','c']' : Expected to find an object with property ['b', 'c'] in path $['a'] but found 'number'.",
    ],
    [
      "$['a','b'].c",
      { a: 1 },
      "Invalid path '$['a','b'].c' : Multi properties can only be used as path leafs: $['a', 'b']",
    ],
    ["$.x['a','b'].c", {}, "Invalid path '$.x['a','b'].c' : Missing property in path $['x']"],
    ['$.a[0:1]', { a: 1 }, "Invalid path '$.a[0:1]' : No results for path: $['a'][0:1]"],
  ])(
    'the path %s fails with the message of AWS when it selects nothing',
    (path, input, causeText) => {
      const require = () => compilePath(path).require(createEvaluation(input));

      expect(require).toThrow(expect.objectContaining({ error: 'States.Runtime', causeText }));
    },
  );

  it('a failed path names the type of the value that has no fields', () => {
    const require = () => compilePath('$.a.b').require(createEvaluation({ a: 5 }));

    expect(require).toThrow("property ['b'] in path $['a'] but found 'number'");
  });

  it('a path to null returns null', () => {
    expect(compilePath('$.a').require(createEvaluation({ a: null }))).toBeNull();
  });
});

describe('hostile paths and documents', () => {
  const deep = (levels: number): Json => {
    let value: Json = 1;
    for (let level = 0; level < levels; level += 1) value = [value];
    return value;
  };

  it('a descent visits a document of a hundred thousand levels', () => {
    expect(compilePath('$..absent').select(createEvaluation(deep(100_000)))).toEqual([]);
  });

  it('a path whose matches multiply fails the state', () => {
    const select = () => compilePath('$..*..*..*').select(createEvaluation(deep(500)));

    expect(select).toThrow(expect.objectContaining({ error: 'States.DataLimitExceeded' }));
  });

  test.each([
    ['a filter that searches the whole document for each item', '$.list[?($..absent)]'],
    ['a filter that compares each item with a long list', '$.list[?(@ in $.list)]'],
    ['a filter that sums a long list for each item', '$.list[?(@ > $.list.sum())]'],
    ['filters in filters', '$.list[?($.list[?(@ < 0)] empty false)]'],
    ['a filter that searches a long text for each item', "$.list[?($.text contains 'ab')]"],
    ['a filter that compares a long text for each item', '$.list[?($.text <= $.text)]'],
    ['a filter that compares a long list for each item', '$.list[?($.list == $.list[0:])]'],
  ])('the visits of %s are limited', (_, path) => {
    const list = Array.from({ length: 30_000 }, (_, index) => index);
    const text = 'a'.repeat(20_000);
    const select = () => compilePath(path).select(createEvaluation({ list, text }));

    expect(select).toThrow(expect.objectContaining({ error: 'States.DataLimitExceeded' }));
  });

  test.each([
    ['a very long path', `$${'.a'.repeat(20_000)}`],
    ['too many steps', `$${'.a'.repeat(1_000)}`],
    ['filters in filters without end', `$${'[?(@'.repeat(1_000)}`],
    ['parentheses without end', `$[?(${'('.repeat(10_000)}`],
    ['negations without end', `$[?(${'!'.repeat(10_000)}`],
    ['lists in lists without end', `$[?(@ in ${'['.repeat(10_000)}`],
  ])('the path parser rejects %s', (_, path) => {
    expect(() => compilePath(path)).toThrow(
      expect.objectContaining({ code: 'INVALID_DEFINITION' }),
    );
  });

  it('any text is a path or is rejected with INVALID_DEFINITION', () => {
    const pieces = fc.constantFrom(
      '$',
      '$$',
      '@',
      '.',
      '..',
      '[',
      ']',
      '?',
      '(',
      ')',
      '*',
      "'",
      '"',
      ',',
      ':',
      '-',
      '0',
      '12',
      'a',
      'length()',
      '==',
      '&&',
      '||',
      '!',
      '<',
      ' ',
      '\\',
      '__proto__',
      '=~',
      'in',
    );
    fc.assert(
      fc.property(fc.array(pieces), fc.jsonValue(), (parts, input) => {
        try {
          compilePath(`$${parts.join('')}`).select(createEvaluation(input as Json));
        } catch (error) {
          expect(hasCode(error, 'INVALID_DEFINITION')).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('leniencies', () => {
  test.each([
    ['$.a[0]', []],
    ['$.a[-1]', ['a negative index']],
    ['$.a[-2:]', []],
    ['$.a.sum()', ['a function']],
    ['$.a[?(@ > 3)]', ['a filter of values that are no objects']],
    ['$.a[?(@.b[-1] == 3)]', ['a negative index']],
    ['$.a[?(@.b == 3)]', []],
  ])('the path %s uses beyond AWS: %j', (path, leniencies) => {
    expect([...compilePath(path).leniencies]).toEqual(leniencies);
  });
});
