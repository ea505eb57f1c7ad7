/** The reply for a failure: retried, caught, or neither. */
import { describe, expect, it } from 'vitest';
import { inspect, runStateTest } from './state-test-harness.ts';

const retrier = { ErrorEquals: ['Busy'], IntervalSeconds: 2, MaxAttempts: 3, BackoffRate: 2 };
const never = { ErrorEquals: ['Other'], MaxAttempts: 9 };
const catcher = { ErrorEquals: ['States.ALL'], ResultPath: '$.failed', Next: 'Repair' };
const task = (fields: object) => ({ Type: 'Task', Resource: 'work', End: true, ...fields });
const busy = { errorOutput: { error: 'Busy', cause: 'try later' } };
const failure = { error: 'Busy', cause: 'try later' };

describe('createReply', () => {
  it('the reply for a failure that nothing handles is FAILED, without details', () => {
    const state = task({ Retry: [never] });

    expect(runStateTest(state, { mock: busy })).toEqual({ status: 'FAILED', ...failure });
    expect(inspect(state, { mock: busy })).not.toHaveProperty('errorDetails');
  });

  it('the reply for a retried failure has the retrier and its backoff', () => {
    const state = task({ Retry: [never, retrier], Catch: [catcher] });

    expect(runStateTest(state, { mock: busy })).toEqual({ status: 'RETRIABLE', ...failure });
    expect(inspect(state, { mock: busy }).errorDetails).toEqual({
      retryIndex: 1,
      retryBackoffIntervalSeconds: 2,
    });
  });

  it.each([
    [1, 4],
    [2, 8],
  ])('the backoff in a reply grows with the retries so far: %i', (retrierRetryCount, seconds) => {
    const options = { mock: busy, stateConfiguration: { retrierRetryCount } };

    expect(inspect(task({ Retry: [never, retrier] }), options).errorDetails).toEqual({
      retryIndex: 1,
      retryBackoffIntervalSeconds: seconds,
    });
  });

  it('the reply for an exhausted retrier is FAILED, with the retrier', () => {
    const options = { mock: busy, stateConfiguration: { retrierRetryCount: 3 } };
    const state = task({ Retry: [retrier] });

    expect(runStateTest(state, options).status).toBe('FAILED');
    expect(inspect(state, options).errorDetails).toEqual({ retryIndex: 0 });
  });

  it('the reply for a caught failure has the output of the catcher', () => {
    const state = task({ Catch: [{ ErrorEquals: ['Other'], Next: 'No' }, catcher] });

    expect(runStateTest(state, { input: { a: 1 }, mock: busy })).toEqual({
      status: 'CAUGHT_ERROR',
      ...failure,
      nextState: 'Repair',
      output: '{"a":1,"failed":{"Error":"Busy","Cause":"try later"}}',
    });
    expect(inspect(state, { mock: busy }).errorDetails).toEqual({ catchIndex: 1 });
  });

  it('the context object of a test has its number of retries', () => {
    const state = task({ Parameters: { 'n.$': '$$.State.RetryCount' }, Retry: [retrier] });
    const options = { mock: busy, stateConfiguration: { retrierRetryCount: 2 } };

    expect(inspect(state, options).afterParameters).toEqual({ n: 2 });
  });

  it('the reply for States.Runtime is FAILED, as in an execution', () => {
    const state = task({ Parameters: { 'n.$': '$.gone' }, Retry: [retrier], Catch: [catcher] });

    expect(runStateTest(state, { mock: busy })).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringMatching(/^The JSONPath '\$\.gone'/),
    });
  });
});
