/** States that multiply what their branches do, and definitions that are large themselves. */
import type { Json, JsonObject } from '../../lib/asl/json/json.ts';
import { fields, type HostileCase, list, single } from './hostile-case.ts';

const long = (): Json => ({ x: 'a'.repeat(200_000) });
const graph = (name: string, state: JsonObject): JsonObject => ({
  StartAt: name,
  States: { [name]: { ...state, End: true } },
});
const heavy = '{% $count($map([1..100000], function($v) { $v + 1 })) %}';
const heavyOr = (text: string): string =>
  `{% ($count($map([1..15000], function($v) { $v + 1 })); ${text}) %}`;

const parallel = (branches: number, state: (index: number) => JsonObject): JsonObject =>
  single({ Type: 'Parallel', Branches: list(branches, (n) => graph(`b${n}`, state(n))) });

const map = (items: string, processor: JsonObject, more: JsonObject = {}): JsonObject =>
  single({ Type: 'Map', ItemsPath: items, ItemProcessor: graph('i', processor), ...more });

function nested(
  depth: number,
  wrap: (inner: JsonObject) => JsonObject,
  others: (inner: JsonObject) => JsonObject = () => ({}),
): JsonObject {
  let inner: JsonObject = graph('i', { Type: 'Pass' });
  for (let level = 0; level < depth; level += 1) {
    const state = { ...wrap(inner), End: true };
    inner = { StartAt: `s${level}`, States: { [`s${level}`]: state, ...others(inner) } };
  }
  return { ...inner, QueryLanguage: 'JSONata' };
}

function loop(body: JsonObject): JsonObject {
  return {
    StartAt: 'P',
    States: {
      P: { ...body, Next: 'C' },
      C: {
        Type: 'Choice',
        Choices: [{ Variable: '$.never', IsPresent: true, Next: 'E' }],
        Default: 'P',
      },
      E: { Type: 'Succeed' },
    },
  };
}

/** The cases of states and of definitions. */
export const stateCases: readonly HostileCase[] = [
  {
    name: 'Parallel: 1,000 branches with 200 KB',
    definition: () => parallel(1_000, () => ({ Type: 'Pass' })),
    input: long,
  },
  {
    name: 'Parallel: 1,000 branches with 200 KB that wait at the same time',
    definition: () => parallel(1_000, () => ({ Type: 'Wait', Seconds: 1 })),
    input: long,
  },
  {
    name: 'Parallel: 1,000 branches with 200 KB and a Task',
    definition: () => parallel(1_000, () => ({ Type: 'Task', Resource: 'work', ResultPath: null })),
    input: long,
  },
  {
    name: 'Parallel: 500 branches with heavy expressions',
    definition: () => ({
      ...parallel(500, () => ({ Type: 'Pass', Output: heavyOr('1') })),
      QueryLanguage: 'JSONata',
    }),
  },
  {
    name: 'Parallel: 60 levels whose results are heavy to shape',
    definition: () =>
      nested(60, (inner) => ({ Type: 'Parallel', Branches: [inner], Output: heavyOr('1') })),
  },
  {
    name: 'Parallel: 60 levels that catch failures with heavy expressions',
    definition: () =>
      nested(
        60,
        (inner) => ({
          Type: 'Parallel',
          Branches: [inner],
          Output: heavy,
          Catch: [{ ErrorEquals: ['States.ALL'], Output: heavy, Next: `c${inner.StartAt}` }],
        }),
        (inner) => ({ [`c${inner.StartAt}`]: { Type: 'Succeed' } }),
      ),
  },
  {
    name: 'Map: 60 levels whose items are heavy to find',
    definition: () =>
      nested(60, (inner) => ({ Type: 'Map', Items: heavyOr('[1]'), ItemProcessor: inner })),
  },
  {
    name: 'Map: 120,000 items',
    definition: () => map('$.x', { Type: 'Pass' }),
    input: () => ({ x: list(120_000, () => 1) }),
  },
  {
    name: 'Map: 10,000 items whose inputs are heavy to shape',
    definition: () =>
      map(
        '$.x',
        { Type: 'Pass' },
        { ItemSelector: { 'a.$': '$.x[?(@.b == 1)]' }, ResultPath: null },
      ),
    input: () => ({ x: list(10_000, (b) => ({ b })) }),
  },
  {
    name: 'Map: 1,000 items with the 200 KB around them, and a Task',
    definition: () =>
      map(
        '$.x',
        { Type: 'Task', Resource: 'work' },
        { ItemSelector: { 'all.$': '$.y', 'item.$': '$$.Map.Item.Value' }, ResultPath: null },
      ),
    input: () => ({ x: list(1_000, (n) => n), y: 'a'.repeat(200_000) }),
  },
  {
    name: 'an endless loop with 100 KB',
    definition: () => loop({ Type: 'Pass' }),
    input: () => ({ x: 'a'.repeat(100_000) }),
  },
  {
    name: 'an endless loop that copies 200 KB',
    definition: () => loop({ Type: 'Pass', Parameters: { 'id.$': 'States.UUID()', 'x.$': '$.x' } }),
    input: long,
  },
  {
    name: 'an endless loop of small states',
    definition: () => loop({ Type: 'Pass' }),
  },
  {
    name: 'an endless loop of failures that show their input',
    definition: () => ({
      StartAt: 'P',
      States: {
        P: {
          Type: 'Parallel',
          Branches: [graph('i', { Type: 'Pass', Parameters: { 'a.$': 'States.MathAdd($.x, 1)' } })],
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.e', Next: 'P' }],
          Next: 'E',
        },
        E: { Type: 'Succeed' },
      },
    }),
    input: long,
  },
  {
    name: 'variables of 10 MB',
    definition: () => ({
      StartAt: 's0',
      States: {
        ...fields(60, (n) => [
          `s${n}`,
          { Type: 'Pass', Assign: { [`v${n}.$`]: '$.x' }, Next: `s${n + 1}` },
        ]),
        s60: { Type: 'Succeed' },
      },
    }),
    input: long,
  },
  {
    name: 'a definition with 20,000 expressions',
    definition: () => ({
      StartAt: 'S',
      QueryLanguage: 'JSONata',
      States: {
        S: {
          Type: 'Pass',
          Output: list(20_000, (n) => `{% $states.input.a${n} + ${n} %}`),
          End: true,
        },
      },
    }),
  },
  {
    name: 'a definition with long expressions',
    definition: () => ({
      StartAt: 'S',
      QueryLanguage: 'JSONata',
      States: {
        S: {
          Type: 'Pass',
          Output: list(60, (n) => `{% [${Array(7_900).fill(1).join()}, ${n}] %}`),
          End: true,
        },
      },
    }),
  },
  {
    name: 'a definition with 12,000 states',
    definition: () => ({
      StartAt: 's0',
      States: {
        ...fields(12_000, (n) => [`s${n}`, { Type: 'Pass', Next: `s${n + 1}` }]),
        s12000: { Type: 'Succeed' },
      },
    }),
  },
  {
    name: 'a definition with 20,000 paths',
    definition: () =>
      single({ Type: 'Pass', Parameters: fields(20_000, (n) => [`f${n}.$`, `$.a${n}.b`]) }),
  },
  {
    name: 'a definition with 6,000 filters',
    definition: () =>
      single({
        Type: 'Pass',
        Parameters: fields(6_000, (n) => [`f${n}.$`, `$..a[?(@.b${n} == 1 && !(@.c in [1, 2]))]`]),
      }),
  },
  {
    name: 'a definition with 10,000 unreachable states that are not valid',
    definition: () => ({
      StartAt: 's0',
      States: fields(10_000, (n) => [`s${n}`, { Type: 'Pass', Next: `absent${n}`, Foo: n }]),
    }),
  },
];
