/** The limits on a history: the number of its events, as in AWS, and its size. */
import { describe, expect, it } from 'vitest';
import { checkEffects, checkHistory, checkInvariants } from '../../lib/engine/invariants.ts';
import { noAnswer, Run, run } from '../support/run-machine.ts';

const looping = {
  StartAt: 'Loop',
  States: {
    Loop: {
      Type: 'Choice',
      Choices: [{ Variable: '$.done', IsPresent: true, Next: 'End' }],
      Default: 'Loop',
    },
    End: { Type: 'Succeed' },
  },
};
const pass = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const task = { StartAt: 'T', States: { T: { Type: 'Task', Resource: 'work', End: true } } };
const limited = (historyEventsMax: number) => ({ limits: { historyEventsMax } });
const failure = (count: number) => ({
  status: 'FAILED',
  error: 'States.Runtime',
  cause: `The execution reached the maximum number of history events (${count}).`,
});

describe('an execution with a history limit', () => {
  it('an endless loop fails with the last event that its history may have', () => {
    const { end, history, snapshot, effects } = run(looping, limited(2_500));

    expect(end).toMatchObject(failure(2_500));
    expect(history).toHaveLength(2_500);
    expect(history.at(-1)?.type).toBe('ExecutionFailed');
    expect([checkHistory(history), checkEffects(effects), checkInvariants(snapshot)]).toEqual([
      [],
      [],
      [],
    ]);
  });

  it('an execution succeeds when its success is the last event that its history may have', () => {
    expect(run(pass, limited(4)).end?.status).toBe('SUCCEEDED');
    expect(run(pass, limited(3)).end).toMatchObject(failure(3));
  });

  it('an execution waits while its history has room for one event, and cancels its handler otherwise', () => {
    const handlers = { work: (): typeof noAnswer => noAnswer };
    const waiting = run(task, { ...limited(5), handlers });

    expect(waiting.snapshot.status).toBe('RUNNING');
    expect(waiting.history).toHaveLength(4);
    waiting.apply({ type: 'commandSucceeded', command: '2:0', result: 1 });
    expect(waiting.types.slice(3)).toEqual(['LambdaFunctionStarted', 'ExecutionFailed']);
    expect(waiting.effects.map(({ type }) => type)).toEqual(['invoke', 'cancel', 'finish']);
  });

  it('a command without room for its events is never sent', () => {
    const { effects, types } = run(task, limited(4));

    expect(types).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'ExecutionFailed',
    ]);
    expect(effects.map(({ type }) => type)).toEqual(['finish']);
  });

  it('a redriven execution without room in its history fails again', () => {
    const again = run(pass, limited(3)).apply({ type: 'redriven' });

    expect(again.types.slice(2)).toEqual([
      'ExecutionFailed',
      'ExecutionRedriven',
      'ExecutionFailed',
    ]);
    expect(checkHistory(again.history)).toEqual([]);
  });
});

it('a history is unlimited by default', () => {
  const started = new Run(looping).apply({ type: 'started' });
  for (let round = 0; round < 30; round += 1) started.apply({ type: 'timersDue' });

  expect(started.history.length).toBeGreaterThan(25_000);
  expect(started.snapshot.status).toBe('RUNNING');
});

describe('an execution with a limit on the size of its history', () => {
  const input = { text: 'x'.repeat(1_000) };

  it('an endless loop fails before its history is larger than the limit', () => {
    const { end, history, snapshot } = run(looping, {
      input,
      limits: { historyBytesMax: 500_000 },
    });

    expect(end).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum size of its history (500000 bytes).',
    });
    expect(JSON.stringify(history).length).toBeLessThan(600_000);
    expect(checkHistory(history)).toEqual([]);
    expect(checkInvariants(snapshot)).toEqual([]);
  });

  it('the size of a history is counted over all transitions of an execution', () => {
    const limits = { historyBytesMax: 100_000, stepsPerTransitionMax: 2 };
    const { end, history } = run(looping, { input, limits });

    expect(end?.cause).toContain('size of its history');
    expect(history.length).toBeGreaterThan(40);
  });

  it('an execution that ends is not failed for the size of its history', () => {
    expect(run(pass, { input, limits: { historyBytesMax: 10 } }).end?.status).toBe('SUCCEEDED');
  });
});
