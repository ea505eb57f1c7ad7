/** The Parallel state: order, failed branches, recovery and history. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { decodeSnapshot, encodeSnapshot } from '../../../lib/engine/snapshot.ts';
import { noAnswer, Run, run, startingAt, TaskFailure } from '../../support/run-machine.ts';

const work = (Resource: string, name = Resource) => ({
  StartAt: name,
  States: { [name]: { Type: 'Task', Resource, End: true } },
});
const parallel = (Branches: object[], fields: object = {}) => {
  const started = { Type: 'Parallel', Branches, End: true, ...fields };
  return startingAt('P', started, { Caught: { Type: 'Succeed' } });
};
const broken = (): Json => {
  throw new TaskFailure('Broken', 'in two');
};

describe('Parallel', () => {
  it('a Parallel starts all of its branches at once', () => {
    const started = new Run(parallel([work('a'), work('b')])).apply({ type: 'started' });

    expect(started.effects).toMatchObject([{ resource: 'a' }, { resource: 'b' }]);
  });

  it('a Parallel outputs its results in the order of its branches, whichever ends first', () => {
    const started = new Run(parallel([work('a'), work('b')])).apply({ type: 'started' });
    const [a, b] = started.effects.map((effect) => ('command' in effect ? effect.command : ''));

    started.apply({ type: 'commandSucceeded', command: b ?? '', result: 'second' });
    started.apply({ type: 'commandSucceeded', command: a ?? '', result: 'first' });

    expect(started.output).toEqual(['first', 'second']);
  });

  it('a Parallel passes Parameters to each branch and applies ResultSelector and ResultPath', () => {
    const definition = parallel([work('echo'), work('echo', 'other')], {
      Parameters: { 'n.$': '$.in' },
      ResultSelector: { 'ns.$': '$[*].n' },
      ResultPath: '$.out',
    });

    const { output } = run(definition, { input: { in: 1 }, handlers: { echo: (p) => p } });

    expect(output).toEqual({ in: 1, out: { ns: [1, 1] } });
  });
  it('a branch of a Parallel may have any state, and sees nothing of the others', () => {
    const branch = {
      StartAt: 'Choose',
      States: {
        Choose: {
          Type: 'Choice',
          Choices: [{ Variable: '$.n', NumericEquals: 1, Next: 'Wait' }],
          Default: 'Wait',
        },
        Wait: { Type: 'Wait', Seconds: 1, Next: 'Mark' },
        Mark: { Type: 'Pass', Result: true, ResultPath: '$.marked', End: true },
      },
    };
    const bare = { StartAt: 'Bare', States: { Bare: { Type: 'Pass', End: true } } };

    const { output } = run(parallel([branch, bare]), { input: { n: 1 } });

    expect(output).toEqual([{ n: 1, marked: true }, { n: 1 }]);
  });

  it('the last two events of a Parallel both follow the last event of its branches', () => {
    const one = { StartAt: 'One', States: { One: { Type: 'Pass', End: true } } };

    const { history } = run(parallel([one]));

    expect(history.map(({ type, previousEventId }) => [type, previousEventId])).toEqual([
      ['ExecutionStarted', 0],
      ['ParallelStateEntered', 0],
      ['ParallelStateStarted', 2],
      ['PassStateEntered', 3],
      ['PassStateExited', 4],
      ['ParallelStateSucceeded', 5],
      ['ParallelStateExited', 5],
      ['ExecutionSucceeded', 7],
    ]);
  });
  it('a Parallel fails as soon as one branch does, and cancels the others', () => {
    const failing = run(parallel([work('slow'), work('broken')]), {
      handlers: { slow: () => noAnswer, broken },
    });

    expect(failing.end).toMatchObject({ status: 'FAILED', error: 'Broken', cause: 'in two' });
    expect(failing.effects).toContainEqual({ type: 'cancel', command: '4:0' });
    expect(failing.types.slice(-5)).toEqual([
      'LambdaFunctionFailed',
      'TaskStateAborted',
      'TaskStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('a Parallel with a branch that fails at once sends no command of the others', () => {
    const fail = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Broken' } } };

    const failing = new Run(parallel([work('a'), fail])).apply({ type: 'started' });

    expect(failing.effects).toEqual([{ type: 'finish', status: 'FAILED', error: 'Broken' }]);
  });

  it('a Parallel enters no branch after a failed one', () => {
    const fail = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Broken' } } };

    const { types } = run(parallel([fail, work('a')]));

    expect(types.slice(3)).toEqual(['FailStateEntered', 'ParallelStateFailed', 'ExecutionFailed']);
  });
  it('a catcher of a Parallel catches a failed branch, with error and cause', () => {
    const Catch = [{ ErrorEquals: ['Broken'], ResultPath: '$.why', Next: 'Caught' }];

    const caught = run(parallel([work('broken')], { Catch }), {
      input: { a: 1 },
      handlers: { broken },
    });

    expect(caught.output).toEqual({ a: 1, why: { Error: 'Broken', Cause: 'in two' } });
  });
  it('a retried Parallel runs every branch again', () => {
    let tries = 0;
    const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2 }];
    const definition = parallel([work('twice'), work('fine')], { Retry });

    const retried = run(definition, {
      handlers: { fine: () => 'fine', twice: () => (++tries < 2 ? broken() : 'done') },
    });

    expect(retried.output).toEqual(['done', 'fine']);
    expect(new Set(retried.calls.map(({ command }) => command)).size).toBe(retried.calls.length);
    expect(retried.types.filter((type) => type === 'ParallelStateStarted')).toHaveLength(2);
    expect(retried.types.filter((type) => type === 'ParallelStateEntered')).toHaveLength(1);
  });

  it('the answer to a cancelled branch of a Parallel changes nothing', () => {
    const definition = parallel([work('slow'), work('broken')], {
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
    });
    const caught = run(definition, { handlers: { slow: () => noAnswer, broken } });
    const before = caught.snapshot;

    caught.apply({ type: 'commandSucceeded', command: '4:0', result: 'late' });

    expect(caught.snapshot).toBe(before);
  });
  it('a Parallel continues after its snapshot and machine were stored and loaded', () => {
    const before = new Run(parallel([work('a'), work('b')])).apply({ type: 'started' });
    before.apply({ type: 'commandSucceeded', command: '4:0', result: 'a' });
    const after = new Run(JSON.parse(JSON.stringify(parallel([work('a'), work('b')]))));

    after.snapshot = decodeSnapshot(encodeSnapshot(before.snapshot));
    after.apply({ type: 'commandSucceeded', command: '7:0', result: 'b' });

    expect(after.output).toEqual(['a', 'b']);
  });

  it('a Parallel may nest in another', () => {
    const inner = {
      StartAt: 'I',
      States: { I: { Type: 'Parallel', Branches: [work('a')], End: true } },
    };

    expect(run(parallel([inner, work('a', 'other')]), { handlers: { a: () => 1 } }).output).toEqual(
      [[1], 1],
    );
  });
});
