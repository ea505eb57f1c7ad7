/** The most events that a history may have: off unless it is asked for, and then as at AWS. */
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

describe('an execution with a limit to its history', () => {
  it('fails by the last event when it goes round in circles', () => {
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

  it('succeeds when the last event is its success', () => {
    expect(run(pass, limited(4)).end?.status).toBe('SUCCEEDED');
    expect(run(pass, limited(3)).end).toMatchObject(failure(3));
  });

  it('waits with one event to spare, and stops its handler with none', () => {
    const handlers = { work: (): typeof noAnswer => noAnswer };
    const waiting = run(task, { ...limited(5), handlers });

    expect(waiting.snapshot.status).toBe('RUNNING');
    expect(waiting.history).toHaveLength(4);
    waiting.apply({ type: 'commandSucceeded', command: '2:0', result: 1 });
    expect(waiting.types.slice(3)).toEqual(['LambdaFunctionStarted', 'ExecutionFailed']);
    expect(waiting.effects.map(({ type }) => type)).toEqual(['invoke', 'cancel', 'finish']);
  });

  it('never sends the commands that it has no events for', () => {
    const { effects, types } = run(task, limited(4));

    expect(types).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'ExecutionFailed',
    ]);
    expect(effects.map(({ type }) => type)).toEqual(['finish']);
  });

  it('fails again when it is redriven, because nothing is left', () => {
    const again = run(pass, limited(3)).apply({ type: 'redriven' });

    expect(again.types.slice(2)).toEqual([
      'ExecutionFailed',
      'ExecutionRedriven',
      'ExecutionFailed',
    ]);
    expect(checkHistory(again.history)).toEqual([]);
  });
});

it('a history has no limit unless one is asked for', () => {
  const started = new Run(looping).apply({ type: 'started' });
  for (let round = 0; round < 30; round += 1) started.apply({ type: 'timersDue' });

  expect(started.history.length).toBeGreaterThan(25_000);
  expect(started.snapshot.status).toBe('RUNNING');
});
