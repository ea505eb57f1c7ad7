/**
 * Hostile definitions: each is rejected with a reason, or enters a bounded number of states per
 * transition. The limits of single expressions are tested with the language: test/asl/jsonata
 * (steps), test/asl/path/json-path.test.ts (visited values), test/asl/string-pattern.test.ts.
 */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/asl/json/json.ts';
import { parseDefinition } from '../../lib/asl/parse.ts';
import { compileMachine } from '../../lib/engine/compile-machine.ts';
import { dueAt } from '../../lib/engine/due-at.ts';
import { Run, run, single, TaskFailure } from '../support/run-machine.ts';

type Graph = { StartAt: string; States: Record<string, object> };

function nested(depth: number, hold: (graph: Graph) => object): Graph {
  let graph: Graph = { StartAt: 'end', States: { end: { Type: 'Succeed' } } };
  for (let level = 0; level < depth; level += 1) {
    graph = { StartAt: `s${level}`, States: { [`s${level}`]: { ...hold(graph), End: true } } };
  }
  return graph;
}

describe('nesting', () => {
  const holders: [string, (graph: Graph) => object][] = [
    ['Map', (ItemProcessor) => ({ Type: 'Map', ItemProcessor })],
    ['Parallel', (graph) => ({ Type: 'Parallel', Branches: [graph] })],
  ];

  it.each(holders)(
    'deeply nested %s states are rejected with the definition, or run',
    (_, hold) => {
      const deepest = parseDefinition(JSON.stringify(nested(63, hold)));

      expect(compileMachine(deepest).graph.states.size).toBe(1);
      for (const depth of [65, 80]) {
        const refused = () => parseDefinition(JSON.stringify(nested(depth, hold)));
        expect(refused).toThrow(expect.objectContaining({ code: 'INVALID_DEFINITION' }));
      }
    },
  );

  it.each([
    ['a text of brackets', '['.repeat(100_000)],
    ['YAML of brackets', `a: ${'['.repeat(5_000)}`],
    ['YAML of aliases', laughs(12)],
  ])('a document with endless nesting is rejected: %s', (_, text) => {
    expect(() => parseDefinition(text)).toThrow(
      expect.objectContaining({ code: 'MALFORMED_DOCUMENT' }),
    );
  });

  it('endless nesting in a rule, a template, a path and an expression is rejected', () => {
    const rule = (depth: number): object =>
      depth === 0 ? { Variable: '$.a', IsNull: true } : { Not: rule(depth - 1) };
    const choice = { Type: 'Choice', Choices: [{ ...rule(400), Next: 'S' }] };
    const hostile = [
      choice,
      { Type: 'Pass', Parameters: JSON.parse(`${'['.repeat(900)}${']'.repeat(900)}`) },
      { Type: 'Pass', InputPath: `$${'.a'.repeat(10_000)}` },
      { Type: 'Pass', InputPath: `$[?(${'('.repeat(5_000)}@.a` },
      { Type: 'Pass', Parameters: { 'a.$': 'States.Array('.repeat(5_000) } },
      { Type: 'Pass', QueryLanguage: 'JSONata', Output: `{% ${'('.repeat(16_000)} %}` },
      { Type: 'Pass', QueryLanguage: 'JSONata', Output: `{% ${'-'.repeat(16_000)}1 %}` },
      { Type: 'Pass', QueryLanguage: 'JSONata', Output: `{% ${'a'.repeat(1_000_000)} %}` },
    ];

    for (const state of hostile) {
      expect(() => parseDefinition(JSON.stringify(single(state)))).toThrow(
        expect.objectContaining({ code: 'INVALID_DEFINITION' }),
      );
    }
  });
});

/** Each line of YAML contains the previous one ten times. */
function laughs(lines: number): string {
  const first = 'l0: &l0 [x]';
  const others = Array.from({ length: lines }, (_, index) => {
    return `l${index + 1}: &l${index + 1} [${`*l${index},`.repeat(10)}]`;
  });
  return [first, ...others].join('\n');
}

describe('a machine without end', () => {
  it('an endless loop enters a bounded number of states per transition', () => {
    const rules = [{ Variable: '$.never', IsPresent: true, Next: 'End' }];
    const definition = {
      StartAt: 'C',
      States: { C: { Type: 'Choice', Choices: rules, Default: 'C' }, End: { Type: 'Succeed' } },
    };
    const going = new Run(definition).apply({ type: 'started' });

    expect(going.history).toHaveLength(2_001);
    expect(dueAt(going.snapshot)).toBe(going.now);
    going.apply({ type: 'timersDue' });
    expect(going.history).toHaveLength(4_001);
    expect(JSON.stringify(going.snapshot).length).toBeLessThan(1_000);
  });

  it('a Task is retried as often as its retrier allows, once per event', () => {
    const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 99_999_999, BackoffRate: 1e308 }];
    const trying = new Run(single({ Type: 'Task', Resource: 'work', Retry }));
    trying.apply({ type: 'started' });
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const command = `2:${attempt}`;
      trying.apply({ type: 'commandFailed', command, error: 'E', cause: '' });
      trying.now = dueAt(trying.snapshot) ?? Number.NaN;
      trying.apply({ type: 'timersDue' });
    }

    expect(trying.snapshot.status).toBe('RUNNING');
    expect(trying.now).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
    expect(JSON.stringify(trying.snapshot).length).toBeLessThan(1_000);
  });

  it('a Wait waits no longer than at AWS', () => {
    for (const input of [99_999_999, 9_007_199_254_740_991]) {
      const waiting = new Run(single({ Type: 'Wait', SecondsPath: '$' }), { input });
      waiting.apply({ type: 'started' });

      const due = dueAt(waiting.snapshot) ?? waiting.now;
      expect(due - waiting.now).toBeLessThanOrEqual(99_999_999_000);
    }
  });
});

describe('a Map over 100,000 items', () => {
  const items = Array.from({ length: 100_000 }, (_, index) => index);
  const limits = { payloadBytesMax: 10_000_000 };
  const over = (state: object, fields: object = {}) =>
    single({
      Type: 'Map',
      ItemProcessor: { StartAt: 'I', States: { I: { End: true, ...state } } },
      ...fields,
    });

  it('a Map over 100,000 items enters a bounded number of states per transition', () => {
    const map = new Run(over({ Type: 'Pass' }, { MaxConcurrency: 10 }), { input: items, limits });
    map.apply({ type: 'started' });

    const entered = map.types.filter((type) => type === 'PassStateEntered');
    expect(entered.length).toBeLessThanOrEqual(1_000);
    expect(dueAt(map.snapshot)).toBe(map.now);
  });

  it('a Map over 100,000 items has only as many open commands as MaxConcurrency allows', () => {
    const task = { Type: 'Task', Resource: 'work' };
    const map = new Run(over(task, { MaxConcurrency: 7 }), { input: items, limits });
    map.apply({ type: 'started' });

    expect(map.effects).toHaveLength(7);
  });
});

describe('names that all objects inherit', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

  it.each(names)('states, handlers, errors and variables may have the name %s', (name) => {
    const definition = {
      StartAt: name,
      States: Object.fromEntries([
        [
          name,
          {
            Type: 'Task',
            Resource: name,
            Assign: Object.fromEntries([[name, { 'v.$': '$' }]]),
            Catch: [{ ErrorEquals: [name], ResultPath: `$['${name}']`, Next: `${name}!` }],
            Next: `${name}!`,
          },
        ],
        [`${name}!`, { Type: 'Pass', End: true }],
      ]),
    };
    const answers = Object.fromEntries([[name, (): Json => 1]]);
    const failures = Object.fromEntries([
      [
        name,
        (): Json => {
          throw new TaskFailure(name);
        },
      ],
    ]);

    expect(run(definition, { handlers: answers }).output).toBe(1);
    const caught = JSON.stringify(run(definition, { handlers: failures }).output);
    expect(caught).toBe(`{"${name}":{"Error":"${name}","Cause":""}}`);
    expect(run(definition).end).toMatchObject({ status: 'FAILED', error: 'UnknownHandler' });
  });

  it.each(names)('inputs and results may have the key %s', (name) => {
    const input: Json = JSON.parse(`{"${name}": {"a": 1}}`);
    const read = { Type: 'Pass', Parameters: { 'a.$': `$['${name}'].a` } };
    const absent = { Type: 'Pass', InputPath: `$['${name}']` };
    const jsonata = { Type: 'Pass', QueryLanguage: 'JSONata' };
    const reading = { ...jsonata, Output: `{% $states.input.${name}.a %}` };

    expect(run(single(read), { input }).output).toEqual({ a: 1 });
    expect(run(single(absent), { input: {} }).end?.error).toBe('States.Runtime');
    expect(run(single(reading), { input }).output).toBe(1);
    expect(run(single(reading), { input: {} }).end?.error).toBe('States.QueryEvaluationError');
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });
});

describe('extreme numbers', () => {
  it.each([
    ['1e400', 'out of range'],
    ['-1e400', 'out of range'],
    ['9007199254740993', 'over 2^53'],
    ['1e-400', 'rounded to 0'],
  ])('the number %s, which is %s, is rejected in the fields of a Task', (number) => {
    for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) {
      const text = `{"StartAt":"S","States":{"S":{"Type":"Task","Resource":"w","End":true,"${field}":${number}}}}`;
      expect(() => parseDefinition(text)).toThrow(
        expect.objectContaining({ code: 'INVALID_DEFINITION' }),
      );
    }
  });

  it.each([
    ['-0', '0'],
    ['1E2', '100'],
    ['1.0', '1'],
    ['9007199254740993', '9007199254740992'],
    ['1e400', 'null'],
  ])('the number %s passes through a machine as the double %s', (given, expected) => {
    const input: Json = JSON.parse(`{"n": ${given}}`);

    expect(JSON.stringify(run(single({ Type: 'Pass' }), { input }).output)).toBe(
      `{"n":${expected}}`,
    );
  });
});
