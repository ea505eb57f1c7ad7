/** The Map state, inline: order, concurrency, failure and history. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { noAnswer, Run, run, startingAt, TaskFailure } from '../../support/run-machine.ts';

const task = { Type: 'Task', Resource: 'work', End: true };
const map = (fields: object = {}, state: object = task) => {
  const ItemProcessor = { StartAt: 'I', States: { I: state } };
  const started = { Type: 'Map', ItemProcessor, End: true, ...fields };
  return startingAt('M', started, { Caught: { Type: 'Succeed' } });
};
const echo = (parameters: Json) => parameters;
const isBroken = (parameters: Json): Json => {
  if (parameters === 'bad') throw new TaskFailure('Broken');
  return parameters;
};

describe('Map', () => {
  it('runs its processor for every item and puts the outputs in the order of the items', () => {
    const started = new Run(map(), { input: [1, 2, 3] }).apply({ type: 'started' });
    const commands = started.effects.flatMap((effect) =>
      effect.type === 'invoke' ? [effect.command] : [],
    );

    for (const [index, command] of [...commands].reverse().entries()) {
      started.apply({ type: 'commandSucceeded', command, result: `answer ${index}` });
    }

    expect(started.output).toEqual(['answer 2', 'answer 1', 'answer 0']);
  });

  it('has an empty list for the result of an empty list', () => {
    const { output, types } = run(map(), { input: [] });

    expect(output).toEqual([]);
    expect(types.slice(1, -1)).toEqual([
      'MapStateEntered',
      'MapStateStarted',
      'MapStateSucceeded',
      'MapStateExited',
    ]);
  });

  it.each([
    ['MaxConcurrency', { MaxConcurrency: 2 }],
    ['MaxConcurrencyPath', { MaxConcurrencyPath: '$.limit' }],
  ])('has no more iterations under way than %s says', (_, fields) => {
    const definition = map({ ...fields, ItemsPath: '$.items' });
    const limited = new Run(definition, { input: { limit: 2, items: [1, 2, 3, 4, 5] } });
    limited.apply({ type: 'started' });
    let most = 0;
    for (let answered = 0; limited.snapshot.status === 'RUNNING'; answered++) {
      const invoked = limited.effects.filter((effect) => effect.type === 'invoke');
      most = Math.max(most, invoked.length - answered);
      const command = invoked[answered]?.command ?? 'none';
      limited.apply({ type: 'commandSucceeded', command, result: answered });
    }

    expect(most).toBe(2);
    expect(limited.output).toEqual([0, 1, 2, 3, 4]);
  });

  it('shapes each item by ItemSelector, which sees the index, the item and the whole input', () => {
    const ItemSelector = { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value', 'all.$': '$.k' };
    const definition = map({ ItemsPath: '$.items', ItemSelector });

    const { output } = run(definition, {
      input: { items: ['a', 'b'], k: 'x' },
      handlers: { work: echo },
    });

    expect(output).toEqual([
      { i: 0, v: 'a', all: 'x' },
      { i: 1, v: 'b', all: 'x' },
    ]);
  });

  it('takes the older spellings Iterator and Parameters', () => {
    const definition = {
      StartAt: 'M',
      States: {
        M: {
          Type: 'Map',
          Iterator: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } },
          Parameters: { 'v.$': '$$.Map.Item.Value' },
          End: true,
        },
      },
    };

    expect(run(definition, { input: [7] }).output).toEqual([{ v: 7 }]);
  });

  it('shows its states the item they run for, also inside a Parallel', () => {
    const inner = {
      Type: 'Parallel',
      End: true,
      Branches: [
        {
          StartAt: 'X',
          States: { X: { ...task, Parameters: { 'v.$': '$$.Map.Item.Value' }, End: true } },
        },
      ],
    };

    const { output } = run(map({ ItemSelector: {} }, inner), {
      input: ['a', 'b'],
      handlers: { work: echo },
    });

    expect(output).toEqual([[{ v: 'a' }], [{ v: 'b' }]]);
  });

  it('chains an iteration to the one it takes the place of, and leaves after the last', () => {
    const definition = map({ MaxConcurrency: 1 }, { Type: 'Pass', End: true });

    const { history } = run(definition, { input: [1, 2] });

    expect(history.map(({ type, previousEventId }) => [type, previousEventId])).toEqual([
      ['ExecutionStarted', 0],
      ['MapStateEntered', 0],
      ['MapStateStarted', 2],
      ['MapIterationStarted', 3],
      ['PassStateEntered', 4],
      ['PassStateExited', 5],
      ['MapIterationSucceeded', 6],
      ['MapIterationStarted', 6],
      ['PassStateEntered', 8],
      ['PassStateExited', 9],
      ['MapIterationSucceeded', 10],
      ['MapStateSucceeded', 11],
      ['MapStateExited', 11],
      ['ExecutionSucceeded', 13],
    ]);
  });

  it('fails when one iteration does, and stops the others', () => {
    const failing = run(map(), {
      input: ['slow', 'bad'],
      handlers: { work: (item) => (item === 'slow' ? noAnswer : isBroken(item)) },
    });

    expect(failing.end).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(failing.effects).toContainEqual({ type: 'cancel', command: '6:0' });
    expect(failing.types.slice(-6)).toEqual([
      'MapIterationFailed',
      'TaskStateAborted',
      'MapIterationAborted',
      'TaskStateAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('fires every timer that is due before it fails by one of them', () => {
    const timed = run(map({}, { ...task, TimeoutSeconds: 5 }), {
      input: [1, 2],
      handlers: { work: () => noAnswer },
    });

    expect(timed.types.filter((type) => type === 'LambdaFunctionTimedOut')).toHaveLength(2);
    expect(timed.end?.error).toBe('States.Timeout');
  });

  it('has the failure of an iteration caught', () => {
    const Catch = [{ ErrorEquals: ['Broken'], Next: 'Caught' }];

    const caught = run(map({ Catch }), { input: ['bad'], handlers: { work: isBroken } });

    expect(caught.output).toEqual({ Error: 'Broken', Cause: '' });
  });

  it.each([
    ['$.a', '$.a'],
    ['$$.Execution.Input', '$.Execution.Input'],
  ])('names %s, which is no list, as AWS does', (ItemsPath, named) => {
    const { end } = run(map({ ItemsPath }), { input: { a: 1 } });

    expect(end?.cause).toContain(`Reference path "${named}" must point to array.`);
  });

  it('fails with States.Runtime when its items are no array, before it has started', () => {
    const { end, types } = run(map({ ItemsPath: '$.a' }), { input: { a: { b: 1 } } });

    expect(end?.error).toBe('States.Runtime');
    expect(types).not.toContain('MapStateStarted');
  });

  it.each([-1, 1.5, {}, 'many'])(
    'refuses %j as MaxConcurrencyPath with States.Runtime',
    (limit) => {
      const definition = map({ ItemsPath: '$.a', MaxConcurrencyPath: '$.limit' });

      const { end } = run(definition, { input: { a: [1], limit } });

      expect(end?.error).toBe('States.Runtime');
      expect(end?.cause).toContain('which is not a valid integer: $.limit');
    },
  );

  it('stops what runs when the next iteration cannot be begun', () => {
    const definition = map({
      MaxConcurrency: 2,
      ItemSelector: { 'n.$': 'States.MathAdd($$.Map.Item.Value, 1)' },
    });
    const stuck = new Run(definition, { input: [1, 2, 'three'] }).apply({ type: 'started' });

    stuck.apply({ type: 'commandSucceeded', command: '6:0', result: 1 });

    expect(stuck.snapshot.status).toBe('FAILED');
    expect(stuck.effects).toContainEqual({ type: 'cancel', command: '9:0' });
  });

  it('nests, and each state sees the item of its own Map', () => {
    const inner = {
      Type: 'Map',
      ItemProcessor: {
        StartAt: 'X',
        States: { X: { ...task, Parameters: { 'v.$': '$$.Map.Item.Value' } } },
      },
      End: true,
    };

    const { output } = run(map({}, inner), { input: [[1], [2, 3]], handlers: { work: echo } });

    expect(output).toEqual([[{ v: 1 }], [{ v: 2 }, { v: 3 }]]);
  });
});
