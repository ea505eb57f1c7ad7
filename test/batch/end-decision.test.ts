/** When a batch has ended, and how. */
import { describe, expect, it } from 'vitest';
import { type BatchOptions, batchDefaults } from '../../lib/batch/batch-options.ts';
import { decideEnd } from '../../lib/batch/end-decision.ts';
import type { BatchCounters } from '../../lib/ports/store/batch-store.ts';

function decide(
  counts: Partial<BatchCounters>,
  more: Partial<BatchOptions> & { readonly sourceDone?: boolean } = {},
) {
  const none = { created: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
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

    expect(decide(counts)).toMatchObject({ kind: 'ended', status: 'SUCCEEDED' });
  });

  it('a batch ends FAILED when more failed than is tolerated', () => {
    const counts = { created: 4, succeeded: 2, failed: 1, timedOut: 1 };

    expect(decide(counts, { toleratedFailureCount: 1 })).toEqual({
      kind: 'ended',
      status: 'FAILED',
      reason: '2 failed, 1 are tolerated',
    });
    expect(decide(counts, { toleratedFailurePercentage: 50 })).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(decide(counts, { toleratedFailurePercentage: 49.9 })).toMatchObject({
      status: 'FAILED',
    });
    expect(decide(counts, { stopOnError: true })).toMatchObject({ status: 'FAILED' });
  });
});
