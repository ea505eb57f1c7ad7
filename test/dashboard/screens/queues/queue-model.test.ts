/** What the page shows of a queue's figures. */
import { describe, expect, it } from 'vitest';
import { oldestAge } from '../../../../dashboard/src/screens/queues/queue-model.ts';

const empty = {
  queue: 'low',
  ready: 0,
  delayed: 0,
  inFlight: 0,
  dead: 0,
  paused: false,
  oldestMs: 0,
};

describe('the figures of a queue', () => {
  it('a queue in which nothing waits has no oldest message', () => {
    expect(oldestAge(empty)).toBe(null);
  });

  it('the oldest message of a queue that cannot tell its age is unknown', () => {
    expect(oldestAge({ ...empty, ready: 3, oldestMs: null })).toBe(null);
  });

  it('a message that has just been sent is the oldest, at 0 ms', () => {
    expect(oldestAge({ ...empty, ready: 1 })).toBe(0);
  });
});
