/** The schedules of an app's batches, when they are next, and how the last run ended. */
import { expect, it } from 'vitest';
import {
  findScheduledTime,
  toRequestedBatchId,
} from '../../../lib/batch/schedule/requested-batch-id.ts';
import { listSchedules } from '../../../lib/operations/schedules/list-schedules.ts';
import { batchEnd, openApp } from '../../support/open-app.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const definition = { StartAt: 'A', States: { A: { Type: 'Succeed' } } };
const source = { kind: 'items', items: [1] } as const;
const batch = { machine: 'm', source };

it('batches with a schedule or an object are listed, with their last run', async () => {
  const app = await openApp({
    machines: { m: { definition } },
    batches: {
      nightly: { ...batch, schedule: 'cron(0 2 * * ? *)', timeZone: 'Europe/Berlin' },
      often: { ...batch, schedule: 'rate(5 minutes)' },
      upload: { ...batch, onObject: { prefix: 'in/' } },
      byHand: batch,
    },
  });
  await app.start();
  const { id } = await app.batches.start('nightly');
  const { createdAt, endedAt } = await batchEnd(app, id);

  const { evaluatedBy, schedules } = await app.schedules.list();

  expect(evaluatedBy).toBe('leader');
  expect(schedules).toEqual([
    {
      name: 'nightly',
      machineId: 'm',
      schedule: 'cron(0 2 * * ? *)',
      timeZone: 'Europe/Berlin',
      onObject: false,
      paused: false,
      pausedReason: null,
      nextAt: expect.any(Number),
      lastDueAt: null,
      waiting: null,
      missed: null,
      seenAt: expect.any(Number),
      last: { batchId: id, status: 'SUCCEEDED', createdAt, endedAt },
    },
    expect.objectContaining({ name: 'often', timeZone: null, nextAt: expect.any(Number) }),
    expect.objectContaining({ name: 'upload', schedule: null, onObject: true, paused: null }),
  ]);
});

it('the next time of a rate counts from the last batch that it started', async () => {
  const app = await openApp({
    machines: { m: { definition } },
    batches: { often: { ...batch, schedule: 'rate(5 minutes)' } },
  });
  const due = `${new Date().toISOString().slice(0, 19)}Z`;
  const before = await app.schedules.list();
  await app.batches.start('often', { id: toRequestedBatchId('often', due) });
  await app.batches.start('often');

  const after = await app.schedules.list();

  expect(before.schedules[0]?.nextAt).toBeNull();
  expect(after.schedules[0]?.nextAt).toBe(Date.parse(due) + 300_000);
});

it('a batch tells when its schedule was due, and that no schedule started it', () => {
  const createdAt = Date.parse('2026-03-29T02:05:07.250Z');
  const ofTime = (time: string) => ({
    id: toRequestedBatchId('nightly', time),
    name: 'nightly',
    createdAt,
  });

  expect(findScheduledTime(ofTime('2026-03-29T02:00:00Z'))).toBe(
    Date.parse('2026-03-29T02:00:00Z'),
  );
  expect(findScheduledTime(ofTime('2026-03-29T01:00:00Z'))).toBeNull();
  expect(findScheduledTime({ ...ofTime('2026-03-29T02:00:00Z'), name: 'other' })).toBeNull();
  const byHand = '01994a3e-6f0c-7000-8000-000000000001';
  expect(findScheduledTime({ id: byHand, name: 'nightly', createdAt })).toBeNull();
});

it.each([
  ['cron(0 2 * * ? *)', 'Europe/Berlin', '2026-03-29T00:00:00Z', '2026-03-30T00:00:00Z'],
  ['cron(0 2 * * ? *)', undefined, '2026-03-29T00:00:00Z', '2026-03-29T02:00:00Z'],
  ['cron(0/15 * * * ? *)', undefined, '2026-03-29T00:15:00Z', '2026-03-29T00:30:00Z'],
  ['cron(not a schedule)', undefined, '2026-03-29T00:00:00Z', null],
  ['cron(0 2 * * ? *)', 'Nowhere/Land', '2026-03-29T00:00:00Z', null],
  ['cron(0 2 1 1 ? 2020)', undefined, '2026-03-29T00:00:00Z', null],
])('the next time of %s in %s after %s is %s', async (schedule, timeZone, now, next) => {
  const batches = {
    nightly: { ...batch, schedule, ...(timeZone !== undefined && { timeZone }) },
  };
  const app = await openApp({ machines: { m: { definition } } });

  const listed = await listSchedules({
    app: { batches },
    store: app.drivers.store,
    settings: { leaderSchedule: 'group/sweep' },
    serviceSchedules: null,
    logger: new QuietLogger(),
    clock: new SimulatedClock(Date.parse(now)),
  });

  expect(listed.evaluatedBy).toBe('eventbridge');
  expect(listed.schedules[0]?.nextAt ?? null).toBe(next === null ? null : Date.parse(next));
});
