/** The inline Map state: order, concurrency, failure and history. */
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
  it('a Map runs its processor for every item and outputs results in the order of the items', () => {
    const started = new Run(map(), { input: [1, 2, 3] }).apply({ type: 'started' });
    const commands = started.effects.flatMap((effect) =>
      effect.type === 'invoke' ? [effect.command] : [],
    );

    for (const [index, command] of [...commands].reverse().entries()) {
      started.apply({ type: 'commandSucceeded', command, result: `answer ${index}` });
    }

    expect(started.output).toEqual(['answer 2', 'answer 1', 'answer 0']);
  });

  it('a Map over an empty list outputs an empty list', () => {
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
  ])('a Map runs no more iterations at once than %s allows', (_, fields) => {
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

  it('ItemSelector of a Map sees the index, the item and the whole input', () => {
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

  it('a Map accepts the older names Iterator and Parameters', () => {
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

  it('the states in a Map see the item that they run for, also inside a Parallel', () => {
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

  it('an iteration of a Map follows the one that it replaces, and the exit follows the last', () => {
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

  it('a Map fails when one iteration does, and cancels the others', () => {
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

  it('a Map fires every timer that is due before it fails with one of them', () => {
    const timed = run(map({}, { ...task, TimeoutSeconds: 5 }), {
      input: [1, 2],
      handlers: { work: () => noAnswer },
    });

    expect(timed.types.filter((type) => type === 'LambdaFunctionTimedOut')).toHaveLength(2);
    expect(timed.end?.error).toBe('States.Timeout');
  });

  it('a catcher of a Map catches a failed iteration', () => {
    const Catch = [{ ErrorEquals: ['Broken'], Next: 'Caught' }];

    const caught = run(map({ Catch }), { input: ['bad'], handlers: { work: isBroken } });

    expect(caught.output).toEqual({ Error: 'Broken', Cause: '' });
  });

  it.each([
    ['$.a', '$.a'],
    ['$$.Execution.Input', '$.Execution.Input'],
  ])('an ItemsPath without a list is named as in AWS: %s', (ItemsPath, named) => {
    const { end } = run(map({ ItemsPath }), { input: { a: 1 } });

    expect(end?.cause).toContain(`Reference path "${named}" must point to array.`);
  });

  it('a Map fails with States.Runtime before its start when its items are not an array', () => {
    const { end, types } = run(map({ ItemsPath: '$.a' }), { input: { a: { b: 1 } } });

    expect(end?.error).toBe('States.Runtime');
    expect(types).not.toContain('MapStateStarted');
  });

  it.each([-1, 1.5, {}, 'many'])(
    'the value %j at MaxConcurrencyPath fails a Map with States.Runtime',
    (limit) => {
      const definition = map({ ItemsPath: '$.a', MaxConcurrencyPath: '$.limit' });

      const { end } = run(definition, { input: { a: [1], limit } });

      expect(end?.error).toBe('States.Runtime');
      expect(end?.cause).toContain('which is not a valid integer: $.limit');
    },
  );

  it('a Map cancels its iterations when the next one cannot start', () => {
    const definition = map({
      MaxConcurrency: 2,
      ItemSelector: { 'n.$': 'States.MathAdd($$.Map.Item.Value, 1)' },
    });
    const stuck = new Run(definition, { input: [1, 2, 'three'] }).apply({ type: 'started' });

    stuck.apply({ type: 'commandSucceeded', command: '6:0', result: 1 });

    expect(stuck.snapshot.status).toBe('FAILED');
    expect(stuck.effects).toContainEqual({ type: 'cancel', command: '9:0' });
  });

  it('a Map may nest in another, and each state sees the item of its own Map', () => {
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
