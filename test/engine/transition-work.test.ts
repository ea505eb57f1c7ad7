/** The work of transitions: bounded for each state, and divided among several transitions. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/asl/json/json.ts';
import { dueAt } from '../../lib/engine/due-at.ts';
import { checkInvariants } from '../../lib/engine/invariants.ts';
import { decodeSnapshot, encodeSnapshot } from '../../lib/engine/snapshot.ts';
import { Run, type RunOptions, run as runWith, single } from '../support/run-machine.ts';

/** A hundredth of the default limits, so that the tests do little. */
const limits = { stateWorkMax: 40_000, transitionWorkMax: 10_000 };
const limited = (options: RunOptions) => ({
  ...options,
  limits: { ...limits, ...options.limits },
});
const run = (definition: object, options: RunOptions = {}) => runWith(definition, limited(options));

/** A path over these items takes nearly half of the work that one state may do. */
const half = '$.x[?(@ in $.y)]';
const input: Json = { x: Array(100).fill(0), y: Array(180).fill(1) };

const numbered = (count: number, field: (index: number) => [string, Json]) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => field(index)));
const graph = (name: string, state: object) => ({
  StartAt: name,
  States: { [name]: { End: true, ...state } },
});

describe('the work of one state', () => {
  it('the expressions of a state share one budget', () => {
    const one = single({ Type: 'Pass', Parameters: { 'a.$': half }, ResultPath: null });
    const three = single({
      Type: 'Pass',
      Parameters: numbered(3, (n) => [`f${n}.$`, half]),
      ResultPath: null,
    });

    expect(run(one, { input }).end?.status).toBe('SUCCEEDED');
    expect(run(three, { input }).end).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause: expect.stringContaining('more work than is supported'),
    });
  });

  it('the expressions of a state in JSONata share one budget', () => {
    const loop = '{% $count($map([1..100], function($v) { $v + 1 })) %}';
    const fields = (count: number) => ({
      ...single({ Type: 'Pass', Output: numbered(count, (n) => [`f${n}`, loop]) }),
      QueryLanguage: 'JSONata',
    });

    expect(run(fields(1)).end?.status).toBe('SUCCEEDED');
    expect(run(fields(4)).end).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining('steps of one state'),
    });
  });

  it('a state may do the same work whatever the states before it have done', () => {
    const names = ['s0', 's1', 's2', 's3'];
    const States = Object.fromEntries(
      names.map((name, at) => {
        const next = names[at + 1];
        const state = { Type: 'Pass', Parameters: { 'a.$': half }, ResultPath: null };
        return [name, { ...state, ...(next === undefined ? { End: true } : { Next: next }) }];
      }),
    );

    expect(run({ StartAt: 's0', States }, { input }).end?.status).toBe('SUCCEEDED');
  });

  it('a catcher handles a state that did too much', () => {
    const definition = {
      StartAt: 'P',
      States: {
        P: {
          Type: 'Parallel',
          Branches: [graph('T', { Type: 'Pass' })],
          ResultSelector: numbered(3, (n) => [`f${n}.$`, '$[0].x[?(@ in $[0].y)]']),
          Catch: [{ ErrorEquals: ['States.DataLimitExceeded'], ResultPath: '$.e', Next: 'E' }],
          End: true,
        },
        E: { Type: 'Pass', OutputPath: '$.e.Error', End: true },
      },
    };

    expect(run(definition, { input }).output).toBe('States.DataLimitExceeded');
  });

  it('rules, and lists whose items are compared, cost by what they read', () => {
    const text = 'a'.repeat(1_000);
    const Choices = Array.from({ length: 100 }, (_, n) => ({
      Variable: '$.text',
      StringMatches: `*b${n}*`,
      Next: 'E',
    }));
    const choice = {
      StartAt: 'C',
      States: { C: { Type: 'Choice', Choices, Default: 'E' }, E: { Type: 'Succeed' } },
    };
    const contains = single({
      Type: 'Pass',
      Parameters: numbered(100, (n) => [`f${n}.$`, 'States.ArrayContains($.list, $.text)']),
    });

    expect(run(choice, { input: { text } }).end?.error).toBe('States.DataLimitExceeded');
    const list = Array.from({ length: 20 }, (_, n) => `${'a'.repeat(99)}${n}`);
    const compared = { list, text: 'b'.repeat(100) };
    expect(run(contains, { input: compared }).end?.status).toBe('SUCCEEDED');
    const long = { list: Array(1_000).fill(1), text };
    expect(run(contains, { input: long }).end?.error).toBe('States.DataLimitExceeded');
  });

  it.each([
    ['values that are parsed', "States.StringToJson('[[],[],[],[]]')", 'States.StringToJson($.t)'],
    ['objects that are merged', '$.o', 'States.JsonMerge($.o, $.o, false)'],
    ['texts that are split', "States.StringSplit('a,b', ',')", "States.StringSplit($.t, ',')"],
    ['lists without repetitions', '$.l', 'States.ArrayUnique($.l)'],
    ['lists that are divided', '$.l', 'States.ArrayPartition($.l, 2)'],
  ])('%s use up the work of a state', (_, cheap, dear) => {
    const data = {
      t: `[${'[],'.repeat(200)}[]]`,
      o: numbered(50, (n) => [`k${n}`, n]),
      l: Array.from({ length: 200 }, (_, n) => n),
    };
    const filled = (expression: string) =>
      single({
        Type: 'Pass',
        Parameters: numbered(250, (n) => [`f${n}.$`, expression]),
        ResultPath: null,
      });

    const { end } = run(filled(dear), { input: data });
    expect(end?.error).toBe('States.DataLimitExceeded');
    expect(end?.cause).toContain('more work than is supported');
    expect(run(filled(cheap), { input: { ...data, o: 1, l: 1 } }).end?.status).toBe('SUCCEEDED');
  });
});

describe('a transition that does much work', () => {
  const step = (run: Run) => run.apply(run.events.length === 0 ? { type: 'started' } : due);
  const due = { type: 'timersDue' } as const;

  /** Runs to the end, from the text of the snapshot before each transition. */
  function runInSteps(definition: object, given: Json): { run: Run; most: number } {
    const going = new Run(definition, limited({ input: given }));
    let most = 0;
    while (step(going).snapshot.status === 'RUNNING') {
      most = Math.max(most, going.history.length);
      expect(checkInvariants(going.snapshot)).toEqual([]);
      expect(dueAt(going.snapshot)).toBeLessThanOrEqual(going.now);
      going.snapshot = decodeSnapshot(encodeSnapshot(going.snapshot));
    }
    return { run: going, most };
  }

  it('the branches of a Parallel with large inputs run in several transitions', () => {
    const text = 'x'.repeat(5_000);
    const Branches = Array.from({ length: 100 }, (_, n) => graph(`b${n}`, { Type: 'Pass' }));
    const definition = single({ Type: 'Parallel', Branches, ResultPath: null });

    const { run: going } = runInSteps(definition, { text });

    expect(going.end?.status).toBe('SUCCEEDED');
    expect(going.output).toEqual({ text });
    expect(going.events.length).toBeGreaterThan(3);
  });

  it('a Map whose inputs take much work starts its iterations in several transitions', () => {
    const definition = single({
      Type: 'Map',
      ItemsPath: '$.n',
      ItemSelector: { 'n.$': '$$.Map.Item.Value', 'a.$': `States.ArrayLength(${half})` },
      ItemProcessor: graph('I', { Type: 'Pass', OutputPath: '$.n' }),
    });
    const given = { ...Object(input), n: [1, 2, 3, 4, 5] };

    const { run: going } = runInSteps(definition, given);

    expect(going.output).toEqual([1, 2, 3, 4, 5]);
    expect(going.events.length).toBeGreaterThan(3);
  });

  it('the ends of nested Parallel states come in several transitions', () => {
    let inner: object = graph('I', { Type: 'Pass' });
    for (let level = 0; level < 4; level += 1) {
      const shaped = level === 0 ? `$[0].x[?(@ in $[0].y)]` : '$[0].all.x[?(@ in $[0].all.y)]';
      inner = graph(`s${level}`, {
        Type: 'Parallel',
        Branches: [inner],
        ResultSelector: { 'found.$': shaped, 'all.$': level === 0 ? '$[0]' : '$[0].all' },
      });
    }

    const { run: going } = runInSteps(inner, input);

    expect(going.output).toEqual({ found: [], all: input });
    expect(going.events.length).toBeGreaterThan(3);
  });

  it('waits that end at the same time are handled in several transitions', () => {
    const Branches = Array.from({ length: 4 }, (_, n) =>
      graph(`b${n}`, { Type: 'Wait', Seconds: 1, OutputPath: half }),
    );
    const waiting = new Run(single({ Type: 'Parallel', Branches }), limited({ input }));
    waiting.apply({ type: 'started' });
    waiting.now = dueAt(waiting.snapshot) ?? Number.NaN;
    waiting.apply(due);

    expect(waiting.types.filter((type) => type === 'WaitStateExited').length).toBeLessThan(4);
    expect(dueAt(waiting.snapshot)).toBe(waiting.now);
    expect(waiting.finish().output).toEqual([[], [], [], []]);
  });

  it('no transition does much more than the work of one state', () => {
    const selector = numbered(3, (n) => [`f${n}.$`, half]);
    const processor = graph('I', { Type: 'Pass', Parameters: selector });
    const definition = single({
      Type: 'Map',
      ItemsPath: '$.x',
      ItemSelector: { 'x.$': '$.x', 'y.$': '$.y' },
      ItemProcessor: processor,
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'E' }],
      Next: 'E',
    });
    const { States } = Object(definition);
    const { End: _, ...S } = States.S;
    const caught = { StartAt: 'S', States: { S, E: { Type: 'Succeed' } } };
    const going = new Run(caught, limited({ input }));

    while (step(going).snapshot.status === 'RUNNING') {
      expect(going.lastWork).toBeLessThan(limits.stateWorkMax + 2 * limits.transitionWorkMax);
    }
    expect(going.types).toContain('MapStateFailed');
    expect(going.end?.status).toBe('SUCCEEDED');
  });

  it('a Map runs at most 1,000 iterations at once', () => {
    const map = new Run(
      single({ Type: 'Map', ItemProcessor: graph('W', { Type: 'Wait', Seconds: 60 }) }),
      { input: Array.from({ length: 1_200 }, (_, n) => n) },
    );
    map.apply({ type: 'started' });
    for (const _ of [1, 2, 3]) map.apply(due);

    expect(map.types.filter((type) => type === 'WaitStateEntered')).toHaveLength(1_000);
    expect(map.finish().output).toHaveLength(1_200);
  });

  it('fewer iterations of a Map with large inputs run at once', () => {
    const map = new Run(
      single({
        Type: 'Map',
        ItemsPath: '$.n',
        ItemSelector: { 'all.$': '$.text', 'n.$': '$$.Map.Item.Value' },
        ItemProcessor: graph('W', { Type: 'Wait', Seconds: 60, OutputPath: '$.n' }),
      }),
      {
        input: { text: 'x'.repeat(250_000), n: Array.from({ length: 100 }, (_, n) => n) },
        limits: { transitionWorkMax: 1e9 },
      },
    );
    map.apply({ type: 'started' });

    const started = map.types.filter((type) => type === 'MapIterationStarted').length;
    expect(started).toBeGreaterThanOrEqual(40);
    expect(started).toBeLessThan(70);
  });

  it('branches that return too much together fail their state', () => {
    const Branches = Array.from({ length: 20 }, (_, n) =>
      graph(`b${n}`, { Type: 'Pass', Parameters: { n, 'text.$': '$.text' } }),
    );
    const payload = { payloadBytesMax: 2_000 };
    const given = { text: 'x'.repeat(1_900) };
    const discarding = (count: number) =>
      single({ Type: 'Parallel', Branches: Branches.slice(0, count), ResultPath: null });

    expect(runWith(discarding(20), { input: given, limits: payload }).end?.status).toBe(
      'SUCCEEDED',
    );
    const many = Array.from({ length: 70 }, (_, n) =>
      graph(`b${n}`, { Type: 'Pass', Parameters: { n, 'text.$': '$.text' } }),
    );
    const refused = runWith(single({ Type: 'Parallel', Branches: many, ResultPath: null }), {
      input: given,
      limits: payload,
    });
    expect(refused.end?.error).toBe('States.DataLimitExceeded');
  });
});
