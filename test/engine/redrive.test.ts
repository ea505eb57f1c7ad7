/** A redrive continues from the states that failed and keeps what succeeded. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/asl/json/json.ts';
import { dueAt } from '../../lib/engine/due-at.ts';
import { checkHistory, checkInvariants } from '../../lib/engine/invariants.ts';
import { noAnswer, Run, run, single, startingAt, TaskFailure } from '../support/run-machine.ts';

const broken = (): Json => {
  throw new TaskFailure('Broken');
};
const chain = {
  StartAt: 'A',
  States: {
    A: { Type: 'Task', Resource: 'first', ResultPath: '$.a', Next: 'B' },
    B: { Type: 'Task', Resource: 'second', End: true },
  },
};

describe('a redrive', () => {
  it('a redrive continues from the failed state with its input, and keeps what succeeded', () => {
    const failed = run(chain, { input: { n: 1 }, handlers: { first: () => 'a', second: broken } });
    failed.handlers = { second: (parameters) => parameters };

    failed.apply({ type: 'redriven' }).finish();

    expect(failed.output).toEqual({ n: 1, a: 'a' });
    expect(failed.calls.map(({ resource }) => resource)).toEqual(['first', 'second', 'second']);
    expect(checkHistory(failed.history)).toEqual([]);
  });

  it('a redrive is recorded as ExecutionRedriven, and the state is not entered again', () => {
    const failed = run(single({ Type: 'Task', Resource: 'work' }), { handlers: { work: broken } });
    failed.handlers = { work: () => 1 };

    failed.apply({ type: 'redriven' }).finish();

    expect(failed.history.slice(5, 8)).toMatchObject([
      { type: 'ExecutionFailed', id: 6 },
      {
        type: 'ExecutionRedriven',
        id: 7,
        previousEventId: 6,
        executionRedrivenEventDetails: { redriveCount: 1 },
      },
      { type: 'LambdaFunctionScheduled', id: 8, previousEventId: 7 },
    ]);
    expect(failed.types.filter((type) => type === 'TaskStateEntered')).toHaveLength(1);
  });

  it('a redrive gives every command a new name and resets the retries', () => {
    const Retry = [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }];
    const failed = run(single({ Type: 'Task', Resource: 'work', Retry }), {
      handlers: { work: broken },
    });

    failed.apply({ type: 'redriven' }).finish();

    expect(failed.calls.map(({ command }) => command)).toEqual(['2:0', '2:1', '2:2', '2:3']);
  });

  it('a redrive of a Map runs only the iterations that did not succeed', () => {
    const definition = single({
      Type: 'Map',
      MaxConcurrency: 2,
      ItemProcessor: {
        StartAt: 'I',
        States: { I: { Type: 'Task', Resource: 'work', End: true } },
      },
    });
    const failed = run(definition, {
      input: ['fine', 'bad', 'late'],
      handlers: { work: (item) => (item === 'bad' ? broken() : item) },
    });
    expect(failed.snapshot.status).toBe('FAILED');
    const before = failed.calls.length;
    failed.handlers = { work: (item) => item };

    failed.apply({ type: 'redriven' }).finish();

    expect(failed.output).toEqual(['fine', 'bad', 'late']);
    expect(failed.calls.slice(before).map(({ parameters }) => parameters)).not.toContain('fine');
  });

  it('a redrive of a Map starts an iteration again that could not start', () => {
    const definition = single({
      Type: 'Map',
      MaxConcurrency: 1,
      ItemSelector: { 'n.$': 'States.MathAdd($$.Map.Item.Value, 1)' },
      ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } },
    });
    const failed = run(definition, { input: [1, 'two'] });
    expect(failed.snapshot.status).toBe('FAILED');

    failed.apply({ type: 'redriven' });

    expect(failed.snapshot.status).toBe('FAILED');
    expect(checkHistory(failed.history)).toEqual([]);
  });

  it('a redrive of an aborted Parallel resets its retries', () => {
    const definition = single({
      Type: 'Parallel',
      Branches: [{ StartAt: 'X', States: { X: { Type: 'Task', Resource: 'work', End: true } } }],
      Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }],
    });
    let calls = 0;
    const aborted = run(definition, {
      handlers: { work: () => (++calls === 1 ? broken() : noAnswer) },
    });
    aborted.apply({ type: 'aborted' });
    aborted.handlers = { work: () => (++calls === 3 ? broken() : 'done') };

    aborted.apply({ type: 'redriven' }).finish();

    expect(aborted.output).toEqual(['done']);
    expect(calls).toBe(4);
  });

  it('a redrive of a Parallel runs only the branches that did not succeed, at any depth', () => {
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: { Type: 'Task', Resource: name, End: true } },
    });
    const inner = {
      StartAt: 'In',
      States: { In: { Type: 'Parallel', Branches: [branch('b'), branch('c')], End: true } },
    };
    const definition = single({ Type: 'Parallel', Branches: [branch('a'), inner] });
    const failed = run(definition, { handlers: { a: () => 'a', b: () => 'b', c: broken } });
    failed.handlers = { c: () => 'c' };

    failed.apply({ type: 'redriven' }).finish();

    expect(failed.output).toEqual(['a', ['b', 'c']]);
    expect(failed.calls).toHaveLength(4);
  });

  it('a redrive of a Parallel whose branches all succeeded runs only its output again', () => {
    const branch = { StartAt: 'X', States: { X: { Type: 'Task', Resource: 'work', End: true } } };
    const definition = single({ Type: 'Parallel', Branches: [branch], OutputPath: '$[0].late' });
    const failed = run(definition, { handlers: { work: () => ({}) } });

    failed.apply({ type: 'redriven' });

    expect(failed.calls).toHaveLength(1);
    expect(failed.snapshot.status).toBe('FAILED');
    expect(checkInvariants(failed.snapshot)).toEqual([]);
  });

  it('a redrive runs a failed Fail state again', () => {
    const fails = run(startingAt('F', { Type: 'Fail', Error: 'E' }, {}));

    fails.apply({ type: 'redriven' });

    expect(fails.snapshot).toMatchObject({
      status: 'FAILED',
      redrives: 1,
      outcome: { error: 'E' },
    });
    expect(checkHistory(fails.history)).toEqual([]);
  });

  it('a redrive after a timeout restarts the timeout of the machine', () => {
    const definition = { ...single({ Type: 'Task', Resource: 'work' }), TimeoutSeconds: 5 };
    const timed = run(definition, { handlers: { work: () => noAnswer } });
    expect(timed.snapshot.status).toBe('TIMED_OUT');

    timed.apply({ type: 'redriven' });

    expect(dueAt(timed.snapshot)).toBe(timed.now + 5_000);
    expect(timed.snapshot.outcome).toBeNull();
  });

  it('a redrive starts an execution that was aborted before its start', () => {
    const aborted = new Run(chain).apply({ type: 'aborted' });
    aborted.handlers = { first: () => 1, second: () => 2 };

    aborted.apply({ type: 'redriven' }).finish();

    expect(aborted.output).toBe(2);
    expect(checkHistory(aborted.history)).toEqual([]);
  });

  it('a redrive of an execution with an input over the limits fails again', () => {
    const refused = run(chain, { input: 'x'.repeat(99), limits: { payloadBytesMax: 50 } });

    refused.apply({ type: 'redriven' });

    expect(refused.end).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(refused.types).toEqual([
      'ExecutionStarted',
      'ExecutionFailed',
      'ExecutionRedriven',
      'ExecutionFailed',
    ]);
  });

  it('a redrive is counted in $$.Execution.RedriveCount', () => {
    const Parameters = { 'count.$': '$$.Execution.RedriveCount' };
    const failed = run(single({ Type: 'Task', Resource: 'work', Parameters }), {
      handlers: { work: broken },
    });

    failed.apply({ type: 'redriven' }).finish();

    expect(failed.calls.map(({ parameters }) => parameters)).toEqual([{ count: 0 }, { count: 1 }]);
  });
});
