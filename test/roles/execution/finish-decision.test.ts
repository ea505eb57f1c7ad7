/** What becomes of an ended execution. */
import { describe, expect, it } from 'vitest';
import {
  decideFinish,
  type FinishCircumstances,
} from '../../../lib/roles/execution/finish-decision.ts';

const circumstances: FinishCircumstances = {
  finish: { status: 'FAILED', error: 'Odd' },
  attempts: 0,
  retriesMax: 2,
  isChild: false,
  nonRetryable: new Set(['InvalidReport']),
  retryDelay: (retry, random) => 1_000 * (retry + 1) + random,
  random: 0.5,
  deadlineAt: null,
  now: 1_000_000,
};

describe('a finish', () => {
  it('of success or by a person’s abort is done, retries or not', () => {
    for (const status of ['SUCCEEDED', 'ABORTED'] as const) {
      expect(decideFinish({ ...circumstances, finish: { status } })).toEqual({ kind: 'done' });
    }
  });

  it('by failure or time-out is tried again while retries are left, later each time', () => {
    for (const status of ['FAILED', 'TIMED_OUT'] as const) {
      const finish = { status, error: 'Odd' };
      expect(decideFinish({ ...circumstances, finish })).toEqual({
        kind: 'redrive',
        delayMs: 1_000.5,
      });
      expect(decideFinish({ ...circumstances, finish, attempts: 1 })).toEqual({
        kind: 'redrive',
        delayMs: 2_000.5,
      });
    }
  });

  it('goes to the archive when its retries are used up', () => {
    expect(decideFinish({ ...circumstances, attempts: 2 })).toEqual({
      kind: 'archive',
      reason: 'failed 3 of 3 times, last: Odd',
    });
    expect(decideFinish({ ...circumstances, retriesMax: 0 })).toMatchObject({ kind: 'archive' });
  });

  it('is not tried again when the next try would come after its deadline', () => {
    const dueAt = circumstances.now + 1_000.5;

    expect(decideFinish({ ...circumstances, deadlineAt: dueAt + 1 })).toMatchObject({
      kind: 'redrive',
    });
    expect(decideFinish({ ...circumstances, deadlineAt: dueAt })).toEqual({
      kind: 'archive',
      reason: 'failed 1 of 3 times, last: Odd; its deadline is before the next try',
    });
  });

  it('names the status where there is no error', () => {
    const finish = { status: 'TIMED_OUT' } as const;

    expect(decideFinish({ ...circumstances, finish, attempts: 2 })).toMatchObject({
      reason: 'failed 3 of 3 times, last: TIMED_OUT',
    });
  });

  for (const error of [
    'InvalidReport',
    'States.Runtime',
    'States.DataLimitExceeded',
    'Millrace.UnknownHandler',
    'Millrace.InvalidItem',
    'Millrace.Stalled',
  ]) {
    it(`by ${error} is not tried again`, () => {
      const finish = { status: 'FAILED', error } as const;

      expect(decideFinish({ ...circumstances, finish })).toEqual({
        kind: 'archive',
        reason: `${error} is not retryable`,
      });
    });
  }
});
