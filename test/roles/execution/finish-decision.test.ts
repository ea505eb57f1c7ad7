/** Retries, the archive, and what decides between them. */
import { describe, expect, it } from 'vitest';
import {
  decideFinish,
  type FinishCircumstances,
} from '../../../lib/roles/execution/finish-policy.ts';

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
  it('a success or an abort is done, with or without retries', () => {
    for (const status of ['SUCCEEDED', 'ABORTED'] as const) {
      expect(decideFinish({ ...circumstances, finish: { status } })).toEqual({ kind: 'done' });
    }
  });

  it('a failure or timeout is retried with growing delays while retries are left', () => {
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

  it('a failure is archived when its retries are used up', () => {
    expect(decideFinish({ ...circumstances, attempts: 2 })).toEqual({
      kind: 'archive',
      reason: 'failed 3 of 3 times, last: Odd',
    });
    expect(decideFinish({ ...circumstances, retriesMax: 0 })).toMatchObject({ kind: 'archive' });
  });

  it('a failure is not retried when the next attempt would come after the deadline', () => {
    const dueAt = circumstances.now + 1_000.5;

    expect(decideFinish({ ...circumstances, deadlineAt: dueAt + 1 })).toMatchObject({
      kind: 'redrive',
    });
    expect(decideFinish({ ...circumstances, deadlineAt: dueAt })).toEqual({
      kind: 'archive',
      reason: 'failed 1 of 3 times, last: Odd; its deadline is before the next attempt',
    });
  });

  it('an archive reason names the status when there is no error', () => {
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
    it(`a failure with ${error} is not retried`, () => {
      const finish = { status: 'FAILED', error } as const;

      expect(decideFinish({ ...circumstances, finish })).toEqual({
        kind: 'archive',
        reason: `${error} is not retryable`,
      });
    });
  }
});
