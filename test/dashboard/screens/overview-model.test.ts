/** What the overview says of the figures. */
import { describe, expect, it } from 'vitest';
import {
  batchProgress,
  clearsInMs,
  concernsOf,
  endsAt,
  failureShare,
  isUnused,
  type Overview,
} from '../../../dashboard/src/screens/overview/overview-model.ts';

const queue = {
  queue: 'default',
  weight: 3,
  paused: false,
  depth: 2_000,
  oldestMs: 100,
  active: 10,
  inPerSecond: 100,
  outPerSecond: 110,
};
const batch = {
  id: 'b-1',
  name: 'orders',
  machineId: 'order',
  status: 'PAUSED',
  reason: '12 % failed',
  created: 100,
  ended: 62,
  failed: 6,
  sourceDone: true,
  createdAt: 0,
};
const overview: Overview = {
  asOf: 0,
  queues: [queue],
  batches: [batch],
  lastHour: { ended: 62, failed: 6, archived: 0 },
  archive: { count: 0, isMinimum: false },
  workers: { alive: 1, lost: 0, slots: 10, busy: 5 },
  alerts: [],
};

function alert(severity: 'info' | 'warning' | 'critical', link: string) {
  return {
    id: `${severity} ${link}`,
    rule: 'queueAge',
    severity,
    subject: 'low',
    message: `${severity} message`,
    link,
    since: 5,
    endedAt: null,
  };
}

describe('concernsOf', () => {
  it('the worst comes first, and a paused batch is one of them', () => {
    const alerts = [alert('info', '/health'), alert('critical', '/queues/low')];

    expect(concernsOf({ ...overview, alerts }).map(({ text }) => text)).toEqual([
      'critical message',
      'batch orders is paused: 12 % failed',
      'info message',
    ]);
  });

  it('a paused batch that an alert is about is not named twice', () => {
    const alerts = [alert('warning', '/batches/b-1?tab=failures')];

    expect(concernsOf({ ...overview, alerts })).toHaveLength(1);
  });
});

describe('estimates', () => {
  it('a queue clears when more goes out than comes in', () => {
    expect(clearsInMs(queue)).toBe(200_000);
    expect(clearsInMs({ ...queue, outPerSecond: 100 })).toBeNull();
    expect(clearsInMs({ ...queue, depth: null })).toBeNull();
    expect(clearsInMs({ ...queue, inPerSecond: null })).toBeNull();
  });

  it('a batch whose source is still read has neither a share nor an end', () => {
    const reading = { ...batch, sourceDone: false };

    expect(batchProgress(reading)).toEqual({ of: null, share: null });
    expect(endsAt(reading, 10, 0)).toBeNull();
  });

  it('a batch ends when its rate has worked off the rest', () => {
    expect(batchProgress(batch)).toEqual({ of: 100, share: 0.62 });
    expect(endsAt(batch, 19, 1_000)).toBe(3_000);
    expect(endsAt(batch, 0, 1_000)).toBeNull();
    expect(endsAt(batch, null, 1_000)).toBeNull();
  });

  it('there is no failure rate before anything has ended', () => {
    expect([failureShare(0, 0), failureShare(50, 1)]).toEqual([null, 0.02]);
  });
});

describe('isUnused', () => {
  it('a deployment is unused until something has run or waits', () => {
    const idle = {
      ...overview,
      batches: [],
      queues: [{ ...queue, depth: 0, active: 0 }],
      lastHour: { ended: 0, failed: 0, archived: 0 },
    };

    expect(isUnused(idle)).toBe(true);
    expect(isUnused({ ...idle, lastHour: { ended: 1, failed: 0, archived: 0 } })).toBe(false);
    expect(isUnused({ ...idle, queues: [queue] })).toBe(false);
  });
});
