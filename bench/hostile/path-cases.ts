/** Paths, filters, intrinsic functions and rules that multiply their work or their values. */
import type { Json } from '../../lib/asl/json/json.ts';
import { fields, type HostileCase, list, passing, single } from './hostile-case.ts';

const wide = (): Json => ({ x: list(20_000, (a) => ({ a })), y: list(10_000, (a) => -a) });
const long = (): Json => ({ x: 'a'.repeat(200_000) });
const nested = (): Json => {
  let value: Json = 'a'.repeat(200_000);
  for (let level = 0; level < 900; level += 1) value = [value];
  return { x: value };
};
const times = (count: number, text: string): string => Array(count).fill(text).join(', ');

/** The cases in JSONPath. */
export const pathCases: readonly HostileCase[] = [
  {
    name: 'a filter that searches a long text for each item',
    definition: () => single({ Type: 'Pass', InputPath: '$.x[?($.s contains $.t)]' }),
    input: () => ({
      x: list(20_000, () => 1),
      s: 'a'.repeat(100_000),
      t: `${'a'.repeat(15_000)}b${'a'.repeat(15_000)}`,
    }),
  },
  {
    name: '500 descents with a filter',
    definition: () => passing(fields(500, (n) => [`f${n}.$`, `$..[?(@.q${n})]`])),
    input: wide,
  },
  {
    name: '5,000 descents with a filter, each in a state of its own',
    definition: () => ({
      StartAt: 's0',
      States: {
        ...fields(5_000, (n) => [
          `s${n}`,
          { Type: 'Pass', InputPath: `$..[?(@.q${n})]`, ResultPath: null, Next: `s${n + 1}` },
        ]),
        s5000: { Type: 'Succeed' },
      },
    }),
    input: wide,
  },
  {
    name: '100 filters that compare each item with a list',
    definition: () => passing(fields(100, (n) => [`f${n}.$`, `$.x[?(@.a in $.y || @.b == ${n})]`])),
    input: wide,
  },
  {
    name: 'a filter that compares a large document for each item',
    definition: () => single({ Type: 'Pass', InputPath: '$.x[?($.y == $.z)]' }),
    input: () => ({
      x: list(20_000, () => 1),
      y: list(15_000, (n) => n),
      z: list(15_000, (n) => n),
    }),
  },
  {
    name: 'matches that contain one another',
    definition: () => passing(fields(15, (n) => [`f${n}.$`, '$..*'])),
    input: nested,
  },
  {
    name: 'one match 100,000 times',
    definition: () => single({ Type: 'Pass', InputPath: `$.x[${times(100_000, '0')}]` }),
    input: () => ({ x: ['a'.repeat(200_000)] }),
  },
  {
    name: 'a cause that would show matches that contain one another',
    definition: () =>
      single({ Type: 'Pass', InputPath: '$..*', Parameters: { 'a.$': '$.absent' } }),
    input: nested,
  },
  {
    name: 'States.Format of a long text 1,000 times',
    definition: () =>
      passing({ 'a.$': `States.Format('${'{}'.repeat(1_000)}', ${times(1_000, '$.x')})` }),
    input: long,
  },
  {
    name: '50 fields with States.Array of a long text 2,000 times',
    definition: () =>
      passing(fields(50, (n) => [`f${n}.$`, `States.Array(${times(2_000, '$.x')})`])),
    input: long,
  },
  {
    name: '5,000 fields with States.Format of a long text',
    definition: () => passing(fields(5_000, (n) => [`f${n}.$`, "States.Format('{}{}', $.x, $.x)"])),
    input: long,
  },
  {
    name: '2,000 fields with a text that is parsed to many values',
    definition: () => passing(fields(2_000, (n) => [`f${n}.$`, 'States.StringToJson($.x)'])),
    input: () => ({ x: `[${Array(80_000).fill('[]').join()}]` }),
  },
  {
    name: '2,000 fields with objects that are merged',
    definition: () =>
      passing(fields(2_000, (n) => [`f${n}.$`, 'States.JsonMerge($.x, $.x, false)'])),
    input: () => ({ x: fields(20_000, (n) => [`k${n}`, n]) }),
  },
  {
    name: '2,000 fields with texts that are split',
    definition: () => passing(fields(2_000, (n) => [`f${n}.$`, "States.StringSplit($.x, ',')"])),
    input: () => ({ x: 'a,'.repeat(100_000) }),
  },
  {
    name: '5,000 fields with lists whose items are compared',
    definition: () => passing(fields(5_000, (n) => [`f${n}.$`, 'States.ArrayUnique($.x)'])),
    input: () => ({ x: list(20_000, (n) => ({ n })) }),
  },
  {
    name: 'an argument of the wrong type that refers to a long text 2,000 times',
    definition: () => passing({ 'a.$': `States.MathAdd(States.Array(${times(2_000, '$.x')}), 1)` }),
    input: long,
  },
  {
    name: '5,000 rules that search a long text',
    definition: () => ({
      StartAt: 'C',
      States: {
        C: {
          Type: 'Choice',
          Choices: list(5_000, (n) => ({ Variable: '$.x', StringMatches: `*b${n}*`, Next: 'E' })),
          Default: 'E',
        },
        E: { Type: 'Succeed' },
      },
    }),
    input: long,
  },
];
