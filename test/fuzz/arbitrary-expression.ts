/**
 * Generators for the fields of random definitions: paths, calls, templates and JSONata, most of
 * them valid, and unusual JSON.
 */
import type { Json } from '../../lib/asl/json/json.ts';
import fc from '../support/properties.ts';

/** Keys and names that are known to break programs. */
export const oddNames = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
  'length',
  '$',
  '',
  ' ',
  'a.$',
  '\u0000',
  '\ud800',
  '😀',
  'x'.repeat(80),
];

/** JSON texts of edge cases: extreme numbers, empty values, long strings. */
const oddTexts = [
  'null',
  'true',
  '0',
  '-0',
  '-1',
  '1',
  '2',
  '0.5',
  '1e21',
  '-1e308',
  '9007199254740993',
  '""',
  '"a"',
  '"1"',
  '"2026-01-01T00:00:30Z"',
  '"{% $states.input %}"',
  '"$.a"',
  '"\\ud800"',
  '[]',
  '{}',
  '[[]]',
  '[1,2,3]',
  '[{"a":1},{"a":"b"}]',
  '{"a":{"b":1}}',
  '{"Error":1}',
  '{"__proto__":{"a":1}}',
  '{"constructor":1,"toString":[]}',
  '{"":0}',
  '{"a.$":"$.a"}',
  JSON.stringify('long '.repeat(100)),
  `${'['.repeat(60)}${']'.repeat(60)}`,
];

/** Unusual JSON. */
export const oddJson: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...oddTexts).map((text): Json => JSON.parse(text)) },
  {
    weight: 1,
    arbitrary: fc.json({ maxDepth: 3, stringUnit: 'binary' }).map((text): Json => JSON.parse(text)),
  },
);

/** Inputs in which about half of the paths below select something. */
export const input: fc.Arbitrary<Json> = fc.oneof(
  oddJson,
  fc
    .record(
      {
        a: oddJson,
        items: fc.oneof(fc.array(oddJson, { maxLength: 3 }), oddJson),
        n: fc.oneof(fc.integer({ min: 0, max: 4 }), oddJson),
        t: fc.constantFrom('2026-01-01T00:00:30Z', 'never', '2026-13-01T00:00:00Z'),
        __proto__: oddJson,
      },
      { requiredKeys: [] },
    )
    // The round trip makes __proto__ an own key and gives the object a prototype.
    .map((record): Json => JSON.parse(JSON.stringify(record))),
);

const largeJson: fc.Arbitrary<Json> = fc
  .constantFrom<() => Json>(
    () => Array.from({ length: 10_000 }, (_, n) => ({ a: n, b: `${n}` })),
    () => Array(60_000).fill(1),
    () => 'ab'.repeat(60_000),
    () => Object.fromEntries(Array.from({ length: 8_000 }, (_, n) => [`k${n}`, { a: n }])),
    () => {
      let value: Json = 'x'.repeat(100_000);
      for (let level = 0; level < 500; level += 1) value = { a: value };
      return value;
    },
  )
  .map((create) => create());

/** Inputs of about the size of a payload: many items, long texts, deep nesting. */
export const largeInput: fc.Arbitrary<Json> = fc.record({
  a: largeJson,
  items: fc.oneof(oddJson, largeJson),
  n: fc.nat(4),
});

const names = ['a', 'items', 'n', 't', 'a.b', 'items[0]', 'items[1].a', '__proto__', 'constructor'];
const definite = [...names.map((name) => `$.${name}`), "$['a']['b']", "$['']", '$', '$', '$'];

/** A path to a location where a result may be written. */
export const referencePath = fc.constantFrom(...definite);

/** A path to a location in the input or in a variable, read as a number. */
export const readPath = fc.oneof(
  fc.constantFrom('$.n', '$', '$.a', '$.items[0]'),
  fc.constantFrom('$x', '$x.a'),
);

/** A path to one value, in the input, the context object or a variable. */
export const definitePath = fc.oneof(
  referencePath,
  fc.constantFrom('$$', '$$.Execution.Input', '$$.Map.Item.Value', '$$.State.Name', '$x', '$x.a'),
);

/** Any path. */
export const path = fc.oneof(
  { weight: 3, arbitrary: definitePath },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '$..a',
      '$.*',
      '$.items[*].a',
      '$.items[0:2]',
      '$..[?(@.a)]',
      "$['a','n']",
      '$..*',
      '$.items[?(@.a > 1 && @.a in [1,2])]',
      '$.items.length()',
      '$..a.sum()',
      '$.a.keys()',
    ),
  },
);

const argument = fc.oneof(path, fc.constantFrom("'a'", "'{}'", '1', '-2', '0.5', 'null', 'true'));
const functions = fc.constantFrom(
  { name: 'ArrayLength', arity: 1 },
  { name: 'JsonToString', arity: 1 },
  { name: 'StringToJson', arity: 1 },
  { name: 'Base64Encode', arity: 1 },
  { name: 'Base64Decode', arity: 1 },
  { name: 'ArrayUnique', arity: 1 },
  { name: 'MathAdd', arity: 2 },
  { name: 'ArrayGetItem', arity: 2 },
  { name: 'ArrayPartition', arity: 2 },
  { name: 'ArrayContains', arity: 2 },
  { name: 'Format', arity: 2 },
  { name: 'StringSplit', arity: 2 },
  { name: 'Hash', arity: 2 },
  { name: 'MathRandom', arity: 2 },
  { name: 'ArrayRange', arity: 3 },
  { name: 'JsonMerge', arity: 3 },
  { name: 'UUID', arity: 0 },
  { name: 'Array', arity: 3 },
);

/** A path, or a call of an intrinsic function. */
export const expression = fc.oneof(
  path,
  fc
    .tuple(functions, fc.array(argument, { minLength: 3, maxLength: 3 }))
    .map(([{ name, arity }, args]) => `States.${name}(${args.slice(0, arity).join(', ')})`),
);

const key = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'items', 'n', 'b') },
  { weight: 1, arbitrary: fc.constantFrom(...oddNames) },
);

/** A payload template. */
export const template: fc.Arbitrary<Json> = entries(
  fc.oneof(
    fc.tuple(key, oddJson),
    fc.tuple(
      key.map((name) => `${name}.$`),
      expression,
    ),
  ),
);

const operand = fc.constantFrom(
  '$states.input',
  '$states.input.a',
  '$states.input.items',
  '$states.context.State.Name',
  '$states.result',
  '$states.errorOutput.Error',
  '$x',
  '1',
  '"a"',
  '[1,2]',
  '$uuid()',
  '$states.input.__proto__',
  '$states.input.constructor',
  '$millis()',
  '{}',
  'null',
  '$random()',
);
/** Expressions over the operands A and B. */
const shapes = [
  'A',
  'A & B',
  'A + B',
  'A = B',
  'A > B',
  '[A, B]',
  '{"a": A}',
  '$string(A)',
  '$count(A)',
  '$exists(A)',
  'A[0]',
  'A.a',
  'A ~> $append(B)',
  '$map(A, function($v) { B })',
  '$sum(A)',
  '$merge([A, B])',
  '$sort(A, function($l, $r) { B })',
  '$keys(A)',
  '$lookup(A, B)',
  'A ? B : A',
  '[1..3]',
  '[1..A]',
  '$match(A, /a+/)',
  '$parse($string(A))',
  '$hash(A, "MD5")',
  '$range(0, A, 1)',
  '$partition(A, 2)',
  '($y := A; $y)',
  '$error(A)',
  'function($v) { A }',
  'A.$',
  'A.*',
  'A.**',
  '$f(A)',
  '$replace(A, "a", B)',
  '$split(A, B)',
  '$each(A, function($v, $k) { $k })',
  '-A',
];

/** A string in `{% … %}`. */
export const jsonata: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...shapes), operand, operand)
  .map(
    ([shape, a, b]) => `{% ${shape.replace(/\b[AB]\b/g, (letter) => (letter === 'A' ? a : b))} %}`,
  );

/** JSON with JSONata in it. */
export const jsonataTemplate: fc.Arbitrary<Json> = fc.oneof(
  jsonata,
  oddJson,
  entries(fc.tuple(key, fc.oneof(jsonata, oddJson))),
);

/** An object with these entries; `__proto__` is a key like any other. */
export function entries(entry: fc.Arbitrary<[string, Json]>, maxLength = 3): fc.Arbitrary<Json> {
  return fc.array(entry, { maxLength }).map((list): Json => Object.fromEntries(list));
}
