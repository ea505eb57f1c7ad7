/** The HTTP API's operations on schedules, and events that start batches. */
import { expect, it } from 'vitest';
import { scheduleOperations } from '../../../lib/api/contract/schedules.ts';
import { covers, createCaller } from '../../support/api-app.ts';
import { openApp } from '../../support/open-app.ts';

covers(scheduleOperations);

const source = { kind: 'csv', path: 's3://inbox/none.csv' } as const;

async function open() {
  const app = await openApp({
    machines: { m: { definition: { StartAt: 'A', States: { A: { Type: 'Succeed' } } } } },
    batches: {
      nightly: {
        machine: 'm',
        source: { kind: 'items', items: [1] },
        schedule: '0 2 * * *',
        timeZone: 'Europe/Berlin',
      },
      upload: { machine: 'm', source, onObject: { prefix: 'in/', suffix: '.csv' } },
    },
  });
  return { app, caller: createCaller(async () => app) };
}

const requested = (detail: object) => ({
  id: 'e-1',
  source: 'shop',
  'detail-type': 'millrace.batch.requested',
  detail,
});

it('a schedule is paused, resumed and listed over HTTP', async () => {
  const { caller } = await open();

  const paused = await caller.post('/v1/schedules/nightly/pause', { reason: 'a move' });
  const { body } = await caller.get('/v1/schedules');
  const resumed = await caller.post('/v1/schedules/nightly/resume', {});
  const after = await caller.get('/v1/schedules');

  expect([paused.body, resumed.body]).toEqual([
    { name: 'nightly', paused: true },
    { name: 'nightly', paused: false },
  ]);
  expect(body).toMatchObject({
    evaluatedBy: 'leader',
    schedules: [
      { name: 'nightly', paused: true, pausedReason: 'a move', nextAt: null, seenAt: null },
      { name: 'upload', schedule: null, paused: null, onObject: true },
    ],
  });
  expect(after.body).toMatchObject({
    schedules: [{ paused: false, pausedReason: null, nextAt: expect.any(Number) }, {}],
  });
});

it('a batch without a schedule cannot be paused, and one that is unknown is named', async () => {
  const { caller } = await open();

  const without = await caller.post('/v1/schedules/upload/pause', {});
  const unknown = await caller.post('/v1/schedules/nihgtly/pause', {});

  expect(without.body).toMatchObject({ status: 409, detail: expect.stringMatching(/no schedule/) });
  expect(unknown.body).toMatchObject({ status: 404, detail: expect.stringMatching(/nightly/) });
});

it('the batch of a schedule is started now, and once for one of its times', async () => {
  const { app, caller } = await open();
  const at = Date.parse('2026-03-29T00:00:00Z');

  const now = await caller.post('/v1/schedules/nightly/start', {});
  const first = await caller.post('/v1/schedules/nightly/start', { at: at + 86_400_000 });
  const second = await caller.post('/v1/schedules/nightly/start', { at: at + 86_400_000 });
  // The clocks are set forward at two.
  const never = await caller.post('/v1/schedules/nightly/start', { at: at + 3_600_000 });

  expect(now.body).toMatchObject({ name: 'nightly', started: true, status: 'RUNNING' });
  expect(second.body).toEqual(first.body);
  expect((await app.batches.list()).entries).toHaveLength(2);
  expect(never.body).toMatchObject({
    status: 400,
    detail: expect.stringMatching(/not due at .* next time is 2026-03-30T00:00:00.000Z/),
  });
});

it('an event starts the batch that it requests, once for its id', async () => {
  const { app, caller } = await open();
  const event = requested({ batch: 'nightly' });

  const first = await caller.post('/v1/events', event);
  const again = await caller.post('/v1/events', event);
  const other = await caller.post('/v1/events', { ...event, id: 'e-2' });

  expect(first.body).toMatchObject({ batches: [{ name: 'nightly', started: true }] });
  expect(again.body).toEqual(first.body);
  expect(other.body).not.toEqual(first.body);
  const { entries } = await app.orders.list({ action: 'startBatch' }, { limit: 10 });
  expect(entries.map(({ via, by }) => [via, by])).toEqual([
    ['event', null],
    ['event', null],
  ]);
});

it('an event of another type starts nothing, and one that is incomplete is refused', async () => {
  const { caller } = await open();

  const other = { id: 'e', 'detail-type': 'Order Placed', detail: {} };
  const object = (key: string) => ({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: 'b' }, object: { key, etag: '1' } },
  });

  expect((await caller.post('/v1/events', other)).body).toEqual({ batches: [] });
  expect((await caller.post('/v1/events', object('out/a.csv'))).body).toEqual({ batches: [] });
  expect((await caller.post('/v1/events', requested({}))).body).toMatchObject({ status: 400 });
  // It matches, and its object does not exist.
  expect((await caller.post('/v1/events', object('in/a.csv'))).body).toMatchObject({
    detail: expect.stringMatching(/in\/a\.csv/),
  });
});
