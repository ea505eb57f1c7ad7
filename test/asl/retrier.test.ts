/** Retry decisions: the deciding retrier, the number of retries and the delay. */
import { describe, expect, it, test } from 'vitest';
import type { Retrier } from '../../lib/asl/definition.ts';
import { decideRetry, retrierDefaults } from '../../lib/asl/retrier.ts';

const never = () => expect.fail('no random number was expected');
const all: Retrier = { ErrorEquals: ['States.ALL'] };

function delays(retrier: Retrier, random: () => number = never): (number | undefined)[] {
  return [0, 1, 2, 3, 4].map((used) => {
    const decision = decideRetry([retrier], 'Any', [used], random);
    return decision.kind === 'retry' ? decision.delaySeconds : undefined;
  });
}

describe('defaults', () => {
  it('the defaults of a retrier are those of the specification', () => {
    expect(retrierDefaults).toEqual({ intervalSeconds: 1, maxAttempts: 3, backoffRate: 2 });
  });

  it('a retrier retries three times by default, after 1, 2 and 4 seconds', () => {
    expect(delays(all)).toEqual([1, 2, 4, undefined, undefined]);
  });
});

describe('fields', () => {
  test.each<[what: string, fields: Partial<Retrier>, expected: (number | undefined)[]]>([
    ['no retry', { MaxAttempts: 0 }, [undefined, undefined, undefined, undefined, undefined]],
    ['one retry', { MaxAttempts: 1 }, [1, undefined, undefined, undefined, undefined]],
    ['an interval', { IntervalSeconds: 3, MaxAttempts: 9 }, [3, 6, 12, 24, 48]],
    ['a backoff rate of 1', { BackoffRate: 1, MaxAttempts: 9 }, [1, 1, 1, 1, 1]],
    [
      'a fractional backoff rate',
      { BackoffRate: 1.5, MaxAttempts: 4 },
      [1, 1.5, 2.25, 3.375, undefined],
    ],
    ['a maximum delay', { MaxDelaySeconds: 5, MaxAttempts: 9 }, [1, 2, 4, 5, 5]],
    ['no jitter', { JitterStrategy: 'NONE', MaxAttempts: 1 }, [1, ...Array(4).fill(undefined)]],
  ])('a retrier with %s has the expected delays', (_, fields, expected) => {
    expect(delays({ ...all, ...fields })).toEqual(expected);
  });

  it('full jitter spreads a delay between 0 and its full length', () => {
    const jittered: Retrier = { ...all, JitterStrategy: 'FULL', MaxDelaySeconds: 3 };

    expect(delays(jittered, () => 0)).toEqual([0, 0, 0, undefined, undefined]);
    expect(delays(jittered, () => 0.5)).toEqual([0.5, 1, 1.5, undefined, undefined]);
  });

  it('a delay stays finite when the backoff overflows', () => {
    const steep: Retrier = { ...all, BackoffRate: 1e300, MaxAttempts: 99 };
    const decision = decideRetry([steep], 'Any', [50], never);

    expect(decision).toMatchObject({ kind: 'retry', delaySeconds: Number.MAX_SAFE_INTEGER });
  });
});

describe('several retriers', () => {
  const retriers: Retrier[] = [
    { ErrorEquals: ['A', 'B'], MaxAttempts: 1 },
    { ErrorEquals: ['B', 'C'], MaxAttempts: 2, IntervalSeconds: 7 },
    { ErrorEquals: ['States.ALL'], MaxAttempts: 1, IntervalSeconds: 9 },
  ];

  it('the first matching retrier decides by its own count', () => {
    expect(decideRetry(retriers, 'B', [0, 2, 1], never)).toMatchObject({ kind: 'retry', index: 0 });
    expect(decideRetry(retriers, 'C', [1, 1, 1], never)).toEqual({
      kind: 'retry',
      index: 1,
      delaySeconds: 14,
    });
    expect(decideRetry(retriers, 'D', [], never)).toMatchObject({ index: 2, delaySeconds: 9 });
  });

  it('an exhausted first matching retrier gives up even if another one matches', () => {
    expect(decideRetry(retriers, 'B', [1, 0, 0], never)).toEqual({ kind: 'giveUp' });
  });

  it('an error without a matching retrier is not retried', () => {
    expect(decideRetry(retriers.slice(0, 2), 'X', [], never)).toEqual({ kind: 'giveUp' });
    expect(decideRetry([], 'X', [], never)).toEqual({ kind: 'giveUp' });
  });
});
