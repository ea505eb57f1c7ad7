/** The resolved options of queues. */
import { Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { planQueues, type QueueOptions } from '../../lib/infra/queue-plan.ts';

const weights = { critical: 6, default: 3, low: 1 };

function plan(
  queues: Readonly<Record<string, number>> = weights,
  options: Readonly<Record<string, QueueOptions>> = {},
  concurrency = 50,
) {
  return planQueues(queues, options, concurrency).map(({ window, timeout, ...rest }) => ({
    ...rest,
    windowSeconds: window.toSeconds(),
    timeoutSeconds: timeout.toSeconds(),
  }));
}

describe('planQueues', () => {
  it('queues share the concurrency of workers by weight', () => {
    expect(plan().map(({ maxConcurrency }) => maxConcurrency)).toEqual([30, 15, 5]);
  });

  it('every queue has the minimum concurrency that AWS accepts', () => {
    expect(plan(weights, {}, 4).map(({ maxConcurrency }) => maxConcurrency)).toEqual([2, 2, 2]);
  });

  it('the heaviest queue gets small batches at once and the lightest waits for full ones', () => {
    const batches = (queues: Readonly<Record<string, number>>) =>
      plan(queues).map(({ batchSize, windowSeconds }) => [batchSize, windowSeconds]);

    expect(batches(weights)).toEqual([
      [10, 0],
      [100, 1],
      [100, 5],
    ]);
    expect(batches({ high: 2, low: 1 })).toEqual([
      [10, 0],
      [100, 1],
    ]);
    expect(batches({ only: 1 })).toEqual([[100, 1]]);
  });

  it('options of a queue override its defaults', () => {
    const options = {
      low: { maxConcurrency: 3, memorySize: 512, timeout: Duration.minutes(10) },
    };

    expect(plan(weights, options).at(-1)).toEqual({
      queue: 'low',
      weight: 1,
      batchSize: 100,
      windowSeconds: 5,
      maxConcurrency: 3,
      memorySize: 512,
      timeoutSeconds: 600,
    });
  });

  it('a batch size over 10 without a window gets a window of a second', () => {
    const window = (options: QueueOptions) =>
      plan(weights, { critical: options })[0]?.windowSeconds;

    expect(window({ batchSize: 11 })).toBe(1);
    expect(window({ batchSize: 5 })).toBe(0);
    expect(window({ batchSize: 11, window: Duration.seconds(0) })).toBe(0);
  });
});
