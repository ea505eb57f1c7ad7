/** Which events matter, how executions end, and how far one transition runs. */
import { describe, expect, it } from 'vitest';
import { dueAt } from '../../lib/engine/due-at.ts';
import { noAnswer, Run, run, single, startOfRun } from '../support/run-machine.ts';

const task = single({ Type: 'Task', Resource: 'work' });
const twoTasks = {
  StartAt: 'A',
  States: {
    A: { Type: 'Task', Resource: 'work', Next: 'B' },
    B: { Type: 'Task', Resource: 'work', End: true },
  },
};
const done = { type: 'commandSucceeded', command: '2:0', result: 'done' } as const;

describe('transition', () => {
  it('an execution starts once', () => {
    const started = new Run(task).apply({ type: 'started' });
    const { snapshot } = started;

    started.apply({ type: 'started' });

    expect(started.snapshot).toBe(snapshot);
    expect(started.history).toHaveLength(4);
  });

  it('ExecutionStarted is the first event, and neither it nor the first state follows another event', () => {
    const { history } = new Run(task, { input: { a: 1 } }).apply({ type: 'started' });

    expect(history[0]).toEqual({
      type: 'ExecutionStarted',
      id: 1,
      previousEventId: 0,
      timestamp: startOfRun,
      executionStartedEventDetails: {
        input: '{"a":1}',
        inputDetails: { truncated: false },
        roleArn: 'arn:aws:iam::000000000000:role/millrace',
      },
    });
    expect(history[1]).toMatchObject({ id: 2, previousEventId: 0, type: 'TaskStateEntered' });
  });

  it.each([
    ['the answer to an unknown command', { ...done, command: '9:0' }],
    ['the answer to another run of the state', { ...done, command: '2:1' }],
    ['a heartbeat that is not awaited', { type: 'heartbeatReceived', command: '2:0' }],
    ['a timer that is not due', { type: 'timersDue' }],
    ['a redrive of a running execution', { type: 'redriven' }],
  ] as const)('an event without effect changes nothing: %s', (_, event) => {
    const started = new Run(task).apply({ type: 'started' });
    const { snapshot, effects, history } = started;
    const before = [effects.length, history.length];

    started.apply(event);

    expect(started.snapshot).toBe(snapshot);
    expect([effects.length, history.length]).toEqual(before);
  });

  it('the second of two answers changes nothing', () => {
    const answered = new Run(twoTasks).apply({ type: 'started' }).apply(done);
    const { snapshot } = answered;

    answered.apply({ ...done, result: 'again' });
    answered.apply({ type: 'commandFailed', command: '2:0', error: 'Late', cause: '' });

    expect(answered.snapshot).toBe(snapshot);
  });

  it('a pending execution accepts only its start or an end', () => {
    const pending = new Run(task);
    const { snapshot } = pending;

    pending.apply(done).apply({ type: 'timersDue' }).apply({ type: 'redriven' });

    expect(pending.snapshot).toBe(snapshot);
  });

  it('a snapshot shares what did not change with the previous one', () => {
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: { Type: 'Task', Resource: 'work', End: true } },
    });
    const definition = single({ Type: 'Parallel', Branches: ['x', 'y'].map(branch) });
    const started = new Run(definition).apply({ type: 'started' });
    const second = branchAt(started, 1);

    started.apply({ ...done, command: '4:0' });

    expect(branchAt(started, 1)).toBe(second);
  });

  it('no event changes a succeeded execution', () => {
    const ended = run(task, { handlers: { work: () => 'done' } });
    const { snapshot } = ended;

    ended.apply({ type: 'aborted' }).apply({ type: 'failed', error: 'E', cause: '' });
    ended.apply({ type: 'timersDue' }).apply({ type: 'redriven' }).apply(done);

    expect(ended.snapshot).toBe(snapshot);
    expect(ended.effects.filter(({ type }) => type === 'finish')).toHaveLength(1);
  });
});

describe('the end of an execution', () => {
  it('an execution is TIMED_OUT when TimeoutSeconds of its machine have passed, whatever runs', () => {
    const timed = run({ ...task, TimeoutSeconds: 7 }, { handlers: { work: () => noAnswer } });

    expect(timed.now).toBe(startOfRun + 7_000);
    expect(timed.snapshot.status).toBe('TIMED_OUT');
    expect(timed.effects.slice(1)).toEqual([
      { type: 'cancel', command: '2:0' },
      { type: 'finish', status: 'TIMED_OUT', error: 'States.Timeout' },
    ]);
    expect(timed.history.at(-1)).toMatchObject({ type: 'ExecutionTimedOut', previousEventId: 0 });
  });
  it('a Wait does not delay the timeout of its machine, and nothing is due after it', () => {
    const timed = run({ ...single({ Type: 'Wait', Seconds: 60 }), TimeoutSeconds: 5 });

    expect(timed.snapshot.status).toBe('TIMED_OUT');
    expect(dueAt(timed.snapshot)).toBeNull();
  });

  it('an aborted execution is ABORTED, and its commands are cancelled', () => {
    const aborted = new Run(task).apply({ type: 'started' });

    aborted.apply({ type: 'aborted', error: 'Stop', cause: 'enough' });

    expect(aborted.effects.slice(1)).toEqual([
      { type: 'cancel', command: '2:0' },
      { type: 'finish', status: 'ABORTED', error: 'Stop', cause: 'enough' },
    ]);
    expect(aborted.history.at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      previousEventId: 0,
      executionAbortedEventDetails: { error: 'Stop', cause: 'enough' },
    });
  });

  it('an execution that is failed from outside the language is FAILED', () => {
    const failed = new Run(task).apply({ type: 'started' });

    failed.apply({ type: 'failed', error: 'Stalled', cause: 'five times' });

    expect(failed.end).toEqual({
      type: 'finish',
      status: 'FAILED',
      error: 'Stalled',
      cause: 'five times',
    });
    expect(failed.snapshot.outcome).toEqual({ error: 'Stalled', cause: 'five times' });
  });

  it('an execution that is aborted before its start has a complete history', () => {
    const aborted = new Run(task).apply({ type: 'aborted' });

    expect(aborted.types).toEqual(['ExecutionStarted', 'ExecutionAborted']);
    expect(aborted.effects).toEqual([{ type: 'finish', status: 'ABORTED' }]);
  });

  it('an execution fails at once when its input is over the payload limit', () => {
    const refused = run(task, { input: 'x'.repeat(101), limits: { payloadBytesMax: 100 } });

    expect(refused.end).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(refused.calls).toEqual([]);
  });
  it('an execution fails when the output of a state is over the payload limit', () => {
    const definition = single({ Type: 'Pass', Parameters: { 'a.$': '$', 'b.$': '$' } });

    const { end } = run(definition, { input: 'x'.repeat(60), limits: { payloadBytesMax: 100 } });

    expect(end).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

describe('a transition with more states than it may enter', () => {
  const forever = {
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', Next: 'B' },
      B: {
        Type: 'Choice',
        Choices: [{ Variable: '$.x', IsPresent: true, Next: 'C' }],
        Default: 'A',
      },
      C: { Type: 'Succeed' },
    },
  };

  it('a transition stops at its maximum of states and is due again at once', () => {
    const looping = new Run(forever, { limits: { stepsPerTransitionMax: 50 } });

    looping.apply({ type: 'started' });
    const first = looping.history.length;
    const due = dueAt(looping.snapshot);
    looping.apply({ type: 'timersDue' });

    expect(first).toBe(101);
    expect(due).toBe(startOfRun);
    expect(looping.history).toHaveLength(201);
    expect(looping.snapshot.status).toBe('RUNNING');
  });

  it('an execution in many transitions ends as it does in one', () => {
    const definition = single({
      Type: 'Map',
      ItemProcessor: {
        StartAt: 'P',
        States: { P: { Type: 'Pass', Next: 'Q' }, Q: { Type: 'Pass', End: true } },
      },
    });
    const input = Array.from({ length: 40 }, (_, index) => index);

    const atOnce = run(definition, { input });
    const inPieces = run(definition, { input, limits: { stepsPerTransitionMax: 7 } });

    expect(inPieces.output).toEqual(atOnce.output);
    expect(inPieces.events.length).toBeGreaterThan(10);
  });
});

function branchAt({ snapshot: { root } }: Run, index: number): unknown {
  if (root === null || !('doing' in root) || root.doing.kind !== 'parallel') return undefined;
  return root.doing.branches[index];
}
