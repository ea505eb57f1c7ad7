/** How a failure is told: tried again, caught, or neither. */
import { describe, expect, it } from 'vitest';
import { ask, inspect } from './ask.ts';

const retrier = { ErrorEquals: ['Busy'], IntervalSeconds: 2, MaxAttempts: 3, BackoffRate: 2 };
const never = { ErrorEquals: ['Other'], MaxAttempts: 9 };
const catcher = { ErrorEquals: ['States.ALL'], ResultPath: '$.failed', Next: 'Mend' };
const task = (fields: object) => ({ Type: 'Task', Resource: 'work', End: true, ...fields });
const busy = { errorOutput: { error: 'Busy', cause: 'try later' } };
const told = { error: 'Busy', cause: 'try later' };

describe('replyFor', () => {
  it('fails a state that nothing recovers, without details', () => {
    const state = task({ Retry: [never] });

    expect(ask(state, { mock: busy })).toEqual({ status: 'FAILED', ...told });
    expect(inspect(state, { mock: busy })).not.toHaveProperty('errorDetails');
  });

  it('tells which retrier has the error, and when it tries again', () => {
    const state = task({ Retry: [never, retrier], Catch: [catcher] });

    expect(ask(state, { mock: busy })).toEqual({ status: 'RETRIABLE', ...told });
    expect(inspect(state, { mock: busy }).errorDetails).toEqual({
      retryIndex: 1,
      retryBackoffIntervalSeconds: 2,
    });
  });

  it.each([
    [1, 4],
    [2, 8],
  ])('lets the back-off grow with the retries that have been: %i', (retrierRetryCount, seconds) => {
    const asked = { mock: busy, stateConfiguration: { retrierRetryCount } };

    expect(inspect(task({ Retry: [never, retrier] }), asked).errorDetails).toEqual({
      retryIndex: 1,
      retryBackoffIntervalSeconds: seconds,
    });
  });

  it('fails when the retrier is used up, and tells which one it was', () => {
    const asked = { mock: busy, stateConfiguration: { retrierRetryCount: 3 } };
    const state = task({ Retry: [retrier] });

    expect(ask(state, asked).status).toBe('FAILED');
    expect(inspect(state, asked).errorDetails).toEqual({ retryIndex: 0 });
  });

  it('hands a caught error over, with what the catcher puts out', () => {
    const state = task({ Catch: [{ ErrorEquals: ['Other'], Next: 'No' }, catcher] });

    expect(ask(state, { input: { a: 1 }, mock: busy })).toEqual({
      status: 'CAUGHT_ERROR',
      ...told,
      nextState: 'Mend',
      output: '{"a":1,"failed":{"Error":"Busy","Cause":"try later"}}',
    });
    expect(inspect(state, { mock: busy }).errorDetails).toEqual({ catchIndex: 1 });
  });

  it('counts the retries of the test in the context object', () => {
    const state = task({ Parameters: { 'n.$': '$$.State.RetryCount' }, Retry: [retrier] });
    const asked = { mock: busy, stateConfiguration: { retrierRetryCount: 2 } };

    expect(inspect(state, asked).afterParameters).toEqual({ n: 2 });
  });

  it('never recovers a States.Runtime, as in an execution', () => {
    const state = task({ Parameters: { 'n.$': '$.gone' }, Retry: [retrier], Catch: [catcher] });

    expect(ask(state, { mock: busy })).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringMatching(/^The JSONPath '\$\.gone'/),
    });
  });
});
