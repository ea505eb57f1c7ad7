/** How many executions may be in flight while little is known of a batch's failures. */
import { describe, expect, it } from 'vitest';
import { batchDefaults } from '../../lib/batch/batch-options.ts';
import { type FailureMemory, initialFailureMemory } from '../../lib/batch/failure-memory.ts';
import { limitInFlight } from '../../lib/batch/slow-start.ts';

const none = { created: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, retried: 0 };

function limit(memory: Partial<FailureMemory>, now: number, counts: Partial<typeof none> = {}) {
  const known = { ...initialFailureMemory, since: 0, ...memory };
  return limitInFlight(known, { ...none, ...counts }, batchDefaults, now);
}

describe('limitInFlight', () => {
  it('four micro-batches are in flight while the failure rate is unknown', () => {
    expect(limit({}, 0)).toBe(400);
    expect(limit({ since: null }, 60_000)).toBe(400);
  });

  it('each micro-batch that was judged lets four times as many in flight', () => {
    expect(limit({ judged: 1 }, 0)).toBe(1_600);
    expect(limit({ judged: 3 }, 0)).toBe(25_600);
    expect(limit({ judged: 1_000_000 }, 0)).toBeGreaterThan(1_000_000_000);
  });

  it('more executions are in flight after a while in which little has failed', () => {
    expect(limit({}, 4_999)).toBe(400);
    expect(limit({}, 10_000)).toBe(6_400);
    expect(limit({}, 10_000, { created: 400, failed: 4, retried: 36 })).toBe(6_400);
    expect(limit({}, 10_000, { created: 400, failed: 4, retried: 37 })).toBe(400);
  });

  it('a clock that steps back does not lower the limit below its start', () => {
    expect(limit({ since: 3_600_000 }, 0)).toBe(400);
  });

  it('a batch without a failure policy has no such limit', () => {
    const options = { ...batchDefaults, failurePolicy: null };

    expect(limitInFlight(initialFailureMemory, none, options, 0)).toBe(Infinity);
  });
});
