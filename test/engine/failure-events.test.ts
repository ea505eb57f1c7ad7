/** The history events when something inside a Parallel or a Map fails. */
import { describe, expect, it } from 'vitest';
import { type Run, run } from '../support/run-machine.ts';

const boom = { StartAt: 'Boom', States: { Boom: { Type: 'Fail', Error: 'Mine', Cause: 'why' } } };
const lost = {
  StartAt: 'Lost',
  States: { Lost: { Type: 'Pass', Parameters: { 'm.$': '$.nope' }, End: true } },
};
const undefinedOutput = { Output: { v: '{% $states.input.missing %}' } };

function parallel(branch: object, fields: object = {}, language = 'JSONPath'): Run {
  return run({
    QueryLanguage: language,
    StartAt: 'P',
    States: { P: { Type: 'Parallel', Branches: [branch], End: true, ...fields } },
  });
}

function map(processor: object): Run {
  return run(
    { StartAt: 'M', States: { M: { Type: 'Map', ItemProcessor: processor, End: true } } },
    { input: [1, 2] },
  );
}

const began = ['ExecutionStarted', 'ParallelStateEntered', 'ParallelStateStarted'];

describe('the history of a failure', () => {
  it('a Parallel with a failed branch is recorded as failed', () => {
    expect(parallel(boom).types).toEqual([
      ...began,
      'FailStateEntered',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('a Parallel is recorded as failed only when it is not retried', () => {
    const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }];

    expect(parallel(boom, { Retry }).types.slice(3)).toEqual([
      'FailStateEntered',
      'ParallelStateStarted',
      'FailStateEntered',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('a failure that nothing can catch is recorded only as the end of the execution', () => {
    expect(parallel(lost).types).toEqual([...began, 'PassStateEntered', 'ExecutionFailed']);
    expect(map(lost).types.slice(-3)).toEqual([
      'MapIterationStarted',
      'PassStateEntered',
      'ExecutionFailed',
    ]);
  });

  it('the failed evaluation of a catcher follows the event before the failure that it handles', () => {
    const Catch = [
      { ErrorEquals: ['Other'], Next: 'P' },
      { ErrorEquals: ['Mine'], Next: 'P', ...undefinedOutput },
      { ErrorEquals: ['States.ALL'], Next: 'P' },
    ];
    const { history, types } = parallel(boom, { Catch }, 'JSONata');

    expect(types.slice(3)).toEqual([
      'FailStateEntered',
      'ParallelStateFailed',
      'EvaluationFailed',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
    expect(history[5]).toMatchObject({
      previousEventId: 4,
      evaluationFailedEventDetails: { location: 'Catch[1]/Output/v', state: 'P' },
    });
  });

  it('a failed evaluation in a Choice names its rule', () => {
    const located = (rule: object) => {
      const Choices = [
        { Condition: '{% false %}', Next: 'End' },
        { Next: 'End', ...rule },
      ];
      const States = { C: { Type: 'Choice', Choices }, End: { Type: 'Succeed' } };
      const { history } = run({ QueryLanguage: 'JSONata', StartAt: 'C', States });
      return history[2]?.evaluationFailedEventDetails?.location;
    };

    expect(located({ Condition: '{% true %}', ...undefinedOutput })).toBe('Choices[1]/Output/v');
    expect(located({ Condition: '{% $states.input.missing %}' })).toBe('Choices[1]/Condition');
  });
});
