/** Numbers that no double holds, on their way through the states of both languages. */
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../lib/asl/json/parse-json.ts';
import { decodeSnapshot, encodeSnapshot } from '../../lib/engine/snapshot.ts';
import fc from '../support/properties.ts';
import { run } from '../support/run-machine.ts';

/** The text of a document with 64-bit ids and long decimals in it. */
const arbitraryText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 64n }).map((id) => `${id | 1n}`),
    fc.bigInt({ min: 10n ** 18n, max: 10n ** 25n }).map((digits) => `-0.${digits}1`),
    fc.constantFrom('1', '"a"', 'null', 'true', '"12345678901234567890"'),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(tie('value'), { maxLength: 3 })
      .map((items) => `{${items.map((item, index) => `"k${index}":${item}`).join(',')}}`),
  ),
})).value;

const end = { End: true };
const graph = (state: object, name = 'I') => ({
  StartAt: name,
  States: { [name]: { ...state, ...end } },
});

/** Every way of passing `$.v` on in JSONPath, and what comes out for a value with this text. */
const jsonPathWays: Readonly<Record<string, readonly [state: object, out: (v: string) => string]>> =
  {
    input: [{ Type: 'Pass' }, (v) => `{"v":${v}}`],
    path: [{ Type: 'Pass', InputPath: '$.v' }, (v) => v],
    filter: [{ Type: 'Pass', InputPath: '$..v' }, (v) => `[${v}]`],
    template: [{ Type: 'Pass', Parameters: { 'x.$': '$.v', y: 1 } }, (v) => `{"x":${v},"y":1}`],
    array: [
      { Type: 'Pass', Parameters: { 'x.$': 'States.ArrayGetItem(States.Array($.v, 1), 0)' } },
      (v) => `{"x":${v}}`,
    ],
    json: [
      { Type: 'Pass', Parameters: { 'x.$': 'States.StringToJson(States.JsonToString($.v))' } },
      (v) => `{"x":${v}}`,
    ],
    merge: [
      { Type: 'Pass', Parameters: { 'x.$': 'States.JsonMerge($, $, false)' } },
      (v) => `{"x":{"v":${v}}}`,
    ],
    context: [{ Type: 'Pass', InputPath: '$$.Execution.Input.v' }, (v) => v],
    result: [{ Type: 'Pass', Result: 1, ResultPath: '$.r' }, (v) => `{"v":${v},"r":1}`],
    variable: [{ Type: 'Pass', Assign: { 'a.$': '$.v' } }, (v) => `{"v":${v}}`],
    parallel: [
      {
        Type: 'Parallel',
        Branches: [graph({ Type: 'Pass' }), graph({ Type: 'Wait', Seconds: 1 }, 'J')],
      },
      (v) => `[{"v":${v}},{"v":${v}}]`,
    ],
    map: [
      {
        Type: 'Map',
        ItemsPath: '$.l',
        ItemSelector: { 'i.$': '$$.Map.Item.Value' },
        ItemProcessor: graph({ Type: 'Wait', Seconds: 1 }),
      },
      (v) => `[{"i":${v}}]`,
    ],
    task: [{ Type: 'Task', Resource: 'work' }, (v) => `{"v":${v}}`],
    choice: [
      { Type: 'Choice', Choices: [{ Variable: '$.v', IsPresent: true, Next: 'P' }] },
      (v) => `{"v":${v}}`,
    ],
  };

/** Every way of passing the value on in JSONata. */
const jsonataWays: Readonly<
  Record<string, readonly [output: unknown, out: (v: string) => string]>
> = {
  path: ['{% $states.input.v %}', (v) => v],
  object: [{ x: '{% {"y": $states.input.v} %}' }, (v) => `{"x":{"y":${v}}}`],
  condition: ['{% $exists($states.input.v) ? [$states.input] : 0 %}', (v) => `[{"v":${v}}]`],
  merge: ['{% $merge([$states.input, {"z": 1}]) %}', (v) => `{"v":${v},"z":1}`],
  lookup: ['{% $lookup($states.context.Execution.Input, "v") %}', (v) => v],
  bound: ['{% ($f := function($x) { $x }; $f($states.input.v)) %}', (v) => v],
  text: ['{% $parse($string($states.input)) %}', (v) => `{"v":${v}}`],
  transform: ['{% $states.input ~> |$|{"z": 1}| %}', (v) => `{"v":${v},"z":1}`],
};

/** Runs a state on the input, and reads its snapshot again; returns the output's text. */
function outputOf(language: string, state: object, input: string): string {
  const first = 'Choices' in state ? state : { ...state, Next: 'P' };
  const definition = {
    QueryLanguage: language,
    StartAt: 'S',
    States: { S: first, P: { Type: 'Pass', ...end } },
  };
  const ran = run(definition, { input: parseJson(input), handlers: { work: (given) => given } });

  expect(ran.snapshot.status).toBe('SUCCEEDED');
  const snapshot = decodeSnapshot(encodeSnapshot(ran.snapshot));
  const { output = null } = ran;
  expect(encodeSnapshot(snapshot)).toBe(encodeSnapshot(ran.snapshot));
  expect(ran.history.at(-1)?.executionSucceededEventDetails?.output).toBe(JSON.stringify(output));
  return JSON.stringify(output);
}

describe('numbers that are passed on', () => {
  it('a number keeps all of its digits through every field and state of JSONPath', () => {
    fc.assert(
      fc.property(arbitraryText, fc.constantFrom(...Object.keys(jsonPathWays)), (text, way) => {
        const [state, out] = jsonPathWays[way] ?? [{}, String];
        const [input, extra] = way === 'map' ? [`{"l":[${text}]}`, ''] : [`{"v":${text}}`, ''];

        expect(outputOf('JSONPath', state, input)).toBe(out(text) + extra);
      }),
      { numRuns: 150 },
    );
  });

  it('a number keeps all of its digits through expressions of JSONata that pass it on', () => {
    fc.assert(
      fc.property(arbitraryText, fc.constantFrom(...Object.keys(jsonataWays)), (text, way) => {
        const [Output, out] = jsonataWays[way] ?? ['', String];
        // A sequence of one, which JSONata makes of lists in a path, is its only item.
        fc.pre(!text.includes('['));

        expect(outputOf('JSONata', { Type: 'Pass', Output }, `{"v":${text}}`)).toBe(out(text));
      }),
      { numRuns: 100 },
    );
  });
});

describe('numbers that are compared', () => {
  it('a Choice compares 64-bit numbers with all of their digits', () => {
    const rule = (operator: string) => ({
      Type: 'Choice',
      Choices: [{ Variable: '$.a', [`${operator}Path`]: '$.b', Next: 'P' }],
      Default: 'No',
    });
    const compares = (operator: string, a: string, b: string) => {
      const States = { S: rule(operator), P: { Type: 'Pass', ...end }, No: { Type: 'Fail' } };
      const input = parseJson(`{"a":${a},"b":${b}}`);
      return run({ StartAt: 'S', States }, { input }).snapshot.status === 'SUCCEEDED';
    };

    expect(compares('NumericEquals', '12345678901234567890', '12345678901234567891')).toBe(false);
    expect(compares('NumericEquals', '12345678901234567890', '12345678901234567890.0')).toBe(true);
    expect(compares('NumericLessThan', '12345678901234567890', '12345678901234567891')).toBe(true);
    expect(compares('NumericGreaterThan', '12345678901234567890', '1')).toBe(true);
  });

  it('operators of JSONata compare ids with all of their digits, and calculate with doubles', () => {
    const evaluate = (expression: string) =>
      outputOf(
        'JSONata',
        { Type: 'Pass', Output: `{% ($i := $states.input; ${expression}) %}` },
        '{"a":12345678901234567890,"b":12345678901234567891,"l":[9007199254740995,9007199254740993]}',
      );

    expect(evaluate('$i.a = $i.b')).toBe('false');
    expect(evaluate('$i.a != $i.b')).toBe('true');
    expect(evaluate('$i.a = 12345678901234567890')).toBe('true');
    expect(evaluate('$i.b in [$i.a]')).toBe('false');
    expect(evaluate('$i.l[$ = 9007199254740993]')).toBe('9007199254740993');
    expect(evaluate('$count($distinct($append($i.l, $i.l)))')).toBe('2');
    expect(evaluate('$sort($i.l)')).toBe('[9007199254740993,9007199254740995]');
    expect(evaluate('$i.l^(>$)[0]')).toBe('9007199254740995');
    expect(evaluate('$i.a & "/" & $string($i.b)')).toBe(
      '"12345678901234567890/12345678901234567891"',
    );
    expect(evaluate('$i.a > 1 and $i.b ? $type($i.a) : 0')).toBe('"number"');
    expect(evaluate('$i.a + 0')).toBe('12345678901234567000');
    expect(evaluate('-$i.a')).toBe('-12345678901234567000');
    expect(evaluate('$sum($i.l) > $max($i.l)')).toBe('true');
    expect(evaluate('$map($i.l, function($x) { $floor($x / 2) })[0]')).toBe('4503599627370498');
    expect(evaluate('$exists($i.a.*) or $exists($i.a.toJSON) or $exists($i.a.text)')).toBe('false');
  });
});
