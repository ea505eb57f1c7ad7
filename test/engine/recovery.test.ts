/** Retry and Catch of a Task: which errors they handle, when, and the history events. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/asl/json/json.ts';
import { dueAt } from '../../lib/engine/due-at.ts';
import {
  noAnswer,
  Run,
  type RunOptions,
  run,
  startingAt,
  startOfRun,
  TaskFailure,
} from '../support/run-machine.ts';

const others = {
  Caught: { Type: 'Succeed' },
  Other: { Type: 'Pass', Result: 'other', End: true },
};
const machine = (fields: object) =>
  startingAt('T', { Type: 'Task', Resource: 'work', End: true, ...fields }, others);
const failsWith = (...errors: string[]) => {
  const remaining = [...errors];
  return (): Json => {
    const error = remaining.shift();
    if (error !== undefined) throw new TaskFailure(error, `the cause of ${error}`);
    return 'done';
  };
};

describe('Retry', () => {
  it('a retrier matches error names, not causes, and counts only its own retries', () => {
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 1 },
      { ErrorEquals: ['B'], MaxAttempts: 2 },
    ];

    const mixed = run(machine({ Retry }), { handlers: { work: failsWith('B', 'A', 'B') } });
    const tooOften = run(machine({ Retry }), { handlers: { work: failsWith('A', 'B', 'A') } });

    expect(mixed.output).toBe('done');
    expect(mixed.calls.map(({ command, retryCount }) => [command, retryCount])).toEqual([
      ['2:0', 0],
      ['2:1', 1],
      ['2:2', 2],
      ['2:3', 3],
    ]);
    expect(tooOften.end).toMatchObject({ status: 'FAILED', error: 'A' });
  });
  it('the first retry waits IntervalSeconds, and each further one BackoffRate times as long', () => {
    const Retry = [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 3, BackoffRate: 2 }];
    const times: number[] = [];
    const work = failsWith('A', 'A', 'A');
    const retried: Run = new Run(machine({ Retry }), {
      handlers: {
        work: () => {
          times.push((retried.now - startOfRun) / 1_000);
          return work();
        },
      },
    });

    retried.finish();

    expect(times).toEqual([0, 3, 9, 21]);
    expect(retried.output).toBe('done');
  });
  it('a task is retried three times by default, and never with MaxAttempts 0', () => {
    const always = failsWith(...Array.from({ length: 9 }, () => 'A'));
    const ErrorEquals = ['States.ALL'];

    const byDefault = run(machine({ Retry: [{ ErrorEquals }] }), { handlers: { work: always } });
    const never = run(machine({ Retry: [{ ErrorEquals, MaxAttempts: 0 }] }), {
      handlers: { work: failsWith('A') },
    });

    expect(byDefault.calls).toHaveLength(4);
    expect(never.calls).toHaveLength(1);
    expect(never.end?.status).toBe('FAILED');
  });

  it('an execution holds nothing but a due time during a backoff', () => {
    const Retry = [{ ErrorEquals: ['A'], IntervalSeconds: 60 }];
    const failed = new Run(machine({ Retry })).apply({ type: 'started' });

    failed.apply({ type: 'commandFailed', command: '2:0', error: 'A', cause: '' });

    expect(failed.effects).toHaveLength(1);
    expect(dueAt(failed.snapshot)).toBe(startOfRun + 60_000);
    expect(failed.types.at(-1)).toBe('LambdaFunctionFailed');
  });

  it('a retry schedules the work again without entering the state again', () => {
    const Retry = [{ ErrorEquals: ['A'] }];

    const { types } = run(machine({ Retry }), { handlers: { work: failsWith('A') } });

    expect(types.slice(1, -2)).toEqual([
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionFailed',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
    ]);
  });

  it('each retry sees its number as $$.State.RetryCount, and evaluates Parameters again', () => {
    const definition = machine({
      Retry: [{ ErrorEquals: ['A'] }],
      Parameters: { 'count.$': '$$.State.RetryCount' },
    });

    const { calls } = run(definition, { handlers: { work: failsWith('A', 'A') } });

    expect(calls.map(({ parameters }) => parameters)).toEqual([
      { count: 0 },
      { count: 1 },
      { count: 2 },
    ]);
  });

  it('each visit of a state counts its own retries', () => {
    const definition = {
      StartAt: 'T',
      States: {
        T: {
          Type: 'Task',
          Resource: 'work',
          Retry: [{ ErrorEquals: ['A'], MaxAttempts: 1 }],
          Next: 'Again',
        },
        Again: {
          Type: 'Choice',
          Choices: [{ Variable: '$', StringEquals: 'done', Next: 'End' }],
          Default: 'T',
        },
        End: { Type: 'Succeed' },
      },
    };
    const answers = ['A', 'once', 'A', 'done'];
    const work = (): Json => {
      const answer = answers.shift() ?? null;
      if (answer === 'A') throw new TaskFailure('A');
      return answer;
    };

    expect(run(definition, { handlers: { work } }).output).toBe('done');
  });

  it('a timeout is retried', () => {
    const Retry = [{ ErrorEquals: ['States.Timeout'] }];
    let calls = 0;

    const retried = run(machine({ Retry, TimeoutSeconds: 1 }), {
      handlers: { work: () => (++calls === 1 ? noAnswer : 'done') },
    });

    expect(retried.output).toBe('done');
  });
});

describe('Catch', () => {
  it('the first catcher that matches the error decides the next state', () => {
    const Catch = [
      { ErrorEquals: ['B'], Next: 'Caught' },
      { ErrorEquals: ['A', 'C'], Next: 'Other' },
      { ErrorEquals: ['States.ALL'], Next: 'Caught' },
    ];

    expect(run(machine({ Catch }), { handlers: { work: failsWith('A') } }).output).toBe('other');
  });

  it('the error replaces the input, or goes where the catcher’s ResultPath says', () => {
    const catcher = { ErrorEquals: ['States.ALL'], Next: 'Caught' };
    const options = { input: { a: 1 }, handlers: { work: failsWith('A') } };
    const replaced = run(machine({ Catch: [catcher] }), options);
    options.handlers.work = failsWith('A');
    const added = run(machine({ Catch: [{ ...catcher, ResultPath: '$.e' }] }), options);
    options.handlers.work = failsWith('A');
    const dropped = run(machine({ Catch: [{ ...catcher, ResultPath: null }] }), options);

    expect(replaced.output).toEqual({ Error: 'A', Cause: 'the cause of A' });
    expect(added.output).toEqual({ a: 1, e: { Error: 'A', Cause: 'the cause of A' } });
    expect(dropped.output).toEqual({ a: 1 });
  });

  it('a catcher handles the error when the retries are exhausted', () => {
    const caught = run(
      machine({
        Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
      }),
      { handlers: { work: failsWith('A', 'A') } },
    );

    expect(caught.calls).toHaveLength(2);
    expect(caught.snapshot.status).toBe('SUCCEEDED');
  });

  it('a caught failure exits the state before the next is entered', () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];

    const { types } = run(machine({ Catch }), { handlers: { work: failsWith('A') } });

    expect(types.slice(4)).toEqual([
      'LambdaFunctionFailed',
      'TaskStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('States.Runtime is neither retried nor caught, not even by its name', () => {
    const definition = machine({
      OutputPath: '$.none',
      Retry: [{ ErrorEquals: ['States.Runtime'] }],
      Catch: [{ ErrorEquals: ['States.Runtime'], Next: 'Caught' }],
    });

    const { end, calls } = run(definition, { handlers: { work: () => ({}) } });

    expect(end).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(calls).toHaveLength(1);
  });

  it('an error after the work is retried and caught like any other', () => {
    const definition = machine({
      ResultPath: '$.a.b',
      Retry: [{ ErrorEquals: ['States.ResultPathMatchFailure'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['States.ResultPathMatchFailure'], Next: 'Other' }],
    });

    const caught = run(definition, { input: { a: 1 }, handlers: { work: () => 'done' } });

    expect(caught.calls).toHaveLength(2);
    expect(caught.output).toBe('other');
  });

  it('a catcher cannot catch its own output over the limit', () => {
    const Catch = [
      { ErrorEquals: ['A', 'States.DataLimitExceeded'], ResultPath: '$.e', Next: 'Caught' },
    ];

    const { end } = run(machine({ Catch }), {
      input: { text: 'x'.repeat(80) },
      limits: { payloadBytesMax: 100 },
      handlers: { work: failsWith('A') },
    });

    expect(end).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('a Parallel cancels its branches once, also when the output of its catcher is over the limit', () => {
    const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });
    const parallel = {
      Type: 'Parallel',
      Branches: [
        branch('Slow', { Type: 'Task', Resource: 'work', End: true }),
        branch('Bad', { Type: 'Fail', Error: 'Bad', Cause: 'x'.repeat(200) }),
      ],
      Catch: [{ ErrorEquals: ['Bad'], Next: 'Caught' }],
      End: true,
    };
    const definition = { StartAt: 'P', States: { P: parallel, Caught: { Type: 'Succeed' } } };

    const { end, effects } = run(definition, { limits: { payloadBytesMax: 100 } });

    expect(end?.error).toBe('States.DataLimitExceeded');
    expect(effects.map(({ type }) => type)).toEqual(['finish']);
  });

  it('a catcher whose ResultPath cannot be written fails the state', () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.a.b', Next: 'Caught' }];

    const { end } = run(machine({ Catch }), {
      input: { a: 1 },
      handlers: { work: failsWith('A') },
    });

    expect(end).toMatchObject({ status: 'FAILED', error: 'States.ResultPathMatchFailure' });
  });
});

describe('a report of a failure that leaves out its error or cause', () => {
  const activity = {
    Type: 'Task',
    Resource: 'arn:aws:states:us-east-1:123456789012:activity:pack',
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.e', Next: 'Caught' }],
    End: true,
  };
  const handlers: RunOptions['handlers'] = { [activity.Resource]: () => noAnswer };
  const definition = startingAt('T', activity, { Caught: { Type: 'Succeed' } });

  it('the fields that a report left out are null for a catcher, and absent from the history', () => {
    const failed = new Run(definition, { input: {}, handlers }).finish();

    failed.apply({ type: 'commandFailed', command: '2:0' }).finish();

    expect(failed.output).toEqual({ e: { Error: null, Cause: null } });
    const event = failed.history.find(({ type }) => type === 'ActivityFailed');
    expect(event?.activityFailedEventDetails).toEqual({});
  });

  it('the empty texts of a report stay empty texts', () => {
    const failed = new Run(definition, { input: {}, handlers }).finish();

    failed.apply({ type: 'commandFailed', command: '2:0', error: '', cause: '' }).finish();

    expect(failed.output).toEqual({ e: { Error: '', Cause: '' } });
  });

  it('the cause of a time-out is an empty text', () => {
    const timed = startingAt(
      'T',
      { ...activity, TimeoutSeconds: 5 },
      { Caught: { Type: 'Succeed' } },
    );

    const ran = new Run(timed, { input: {}, handlers }).finish();

    expect(ran.output).toEqual({ e: { Error: 'States.Timeout', Cause: '' } });
  });
});
