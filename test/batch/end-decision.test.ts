/** When a batch has ended, and how. */
import { describe, expect, it } from 'vitest';
import { type BatchOptions, batchDefaults } from '../../lib/batch/batch-options.ts';
import { decideEnd, type EndCounters } from '../../lib/batch/end-decision.ts';

function decide(
  counts: Partial<EndCounters>,
  more: Partial<BatchOptions> & { readonly sourceDone?: boolean } = {},
) {
  const none = { created: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, leftOut: 0 };
  return decideEnd({ ...none, ...counts }, more.sourceDone ?? true, { ...batchDefaults, ...more });
}

describe('decideEnd', () => {
  it('a batch ends when its last execution has ended', () => {
    expect(decide({ created: 3, succeeded: 2 })).toEqual({ kind: 'open' });
    expect(decide({ created: 3, succeeded: 3 })).toEqual({
      kind: 'ended',
      status: 'SUCCEEDED',
      reason: null,
    });
  });

  it('a batch stays open while its source has more items', () => {
    expect(decide({ created: 3, succeeded: 3 }, { sourceDone: false })).toEqual({ kind: 'open' });
  });

  it('a batch without items ends SUCCEEDED', () => {
    expect(decide({})).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('executions that fail, time out or are aborted count as ended', () => {
    const counts = { created: 4, succeeded: 1, failed: 1, timedOut: 1, aborted: 1 };

    expect(decide(counts)).toMatchObject({ kind: 'ended' });
  });

  it('a batch ends FAILED when more failed than is tolerated', () => {
    const counts = { created: 4, succeeded: 2, failed: 1, timedOut: 1 };

    expect(decide(counts, { toleratedFailureCount: 1 })).toEqual({
      kind: 'ended',
      status: 'FAILED',
      reason: '2 of 4 failed, 1 are tolerated',
    });
    expect(decide(counts, { toleratedFailurePercentage: 50 })).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(decide(counts, { toleratedFailurePercentage: 49.9 })).toMatchObject({
      status: 'FAILED',
    });
  });

  it('a batch tolerates no failure unless its options say so', () => {
    const counts = { created: 500, succeeded: 499, failed: 1 };

    expect(decide(counts)).toMatchObject({
      status: 'FAILED',
      reason: '1 of 500 failed, 0 are tolerated',
    });
    expect(decide(counts, { toleratedFailureCount: 1 })).toMatchObject({ status: 'SUCCEEDED' });
    expect(decide(counts, { toleratedFailurePercentage: 100 })).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(decide({ created: 2, succeeded: 1, aborted: 1 })).toMatchObject({
      status: 'SUCCEEDED',
    });
  });

  it('a batch that left out every item ends FAILED, unless its options skip them', () => {
    expect(decide({ leftOut: 7 })).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('all 7 items were left out'),
    });
    expect(decide({ leftOut: 7 }, { onNameTaken: 'skip' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(decide({ leftOut: 7, created: 1, succeeded: 1 })).toMatchObject({
      status: 'SUCCEEDED',
    });
  });
});
