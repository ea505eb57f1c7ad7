/** The overview: queues with their rates, workers, batches and alerts. */
import { describe, expect, it } from 'vitest';
import { getOverview } from '../../../lib/operations/figures/overview.ts';
import { createClaimed, ending, leaseMs } from '../../contracts/store/store-harness.ts';
import { openFigures } from './figure-app.ts';

describe('an overview', () => {
  it('the overview has the depth of queues, and computes what came in', async () => {
    const { context, store, clock } = await openFigures(2);
    const gauges = (depth: number) => ({
      queues: [{ queue: 'default', depth, oldestMs: 0 }],
      workers: 1,
      busy: 2,
    });
    await store.recordGauges(gauges(100));
    const counts = { started: 0, ended: 0, succeeded: 0, failed: 0, retried: 0, archived: 0 };
    const queue = { kind: 'queue', key: 'default', at: clock.now(), ...counts } as const;
    await store.commit([ending(await createClaimed(store))], {
      series: [{ ...queue, received: 120, took: null }],
      times: [],
    });
    await clock.advance(20_000);
    await store.recordGauges(gauges(160));
    await clock.advance(10_000);

    const { queues } = await getOverview(context, false);

    expect(queues.find((each) => each.queue === 'default')).toEqual({
      queue: 'default',
      weight: 3,
      paused: false,
      depth: 160,
      oldestMs: null,
      active: 2,
      inPerSecond: 5,
      outPerSecond: 2,
    });
    expect(queues.find((each) => each.queue === 'low')).toMatchObject({
      depth: null,
      inPerSecond: null,
      outPerSecond: null,
      active: 0,
    });
  });

  it('the depth is that of the broker, where it can be asked', async () => {
    const { context } = await openFigures(0);
    const { broker } = context;
    await broker.send('low', [{ id: 't', body: '{}', delayMs: 0 }]);
    await broker.pause('low');

    const { queues } = await getOverview(context, true);

    expect(queues.find((each) => each.queue === 'low')).toMatchObject({ depth: 1, paused: true });
  });

  it('workers are counted with their slots, and leaders are not', async () => {
    const { context, store, clock } = await openFigures(2);
    const about = (role: string) => JSON.stringify({ role, concurrency: 10 });
    await store.heartbeat('worker-1', leaseMs, about('worker'));
    await store.heartbeat('worker-2', 1_000, about('worker'));
    await store.heartbeat('leader-1', leaseMs, about('leader'));
    await clock.advance(2_000);

    const { workers } = await getOverview(context, false);

    expect(workers).toEqual({ alive: 1, lost: 1, slots: 10, busy: 2 });
  });

  it('open batches and open alerts are in the overview', async () => {
    const { context, store, batchId, clock } = await openFigures(3);
    const alert = {
      id: '01994a3e-6f0c-7000-8000-000000000001',
      rule: 'queueAge',
      subject: 'queue:low',
      severity: 'warning',
      message: 'too old',
      link: '/queues/low',
      since: clock.now(),
    } as const;
    await store.openAlerts([{ ...alert, deliveries: [] }]);

    const overview = await getOverview(context, false);

    expect(overview.batches).toMatchObject([{ id: batchId, created: 3, ended: 0, failed: 0 }]);
    expect(overview.alerts).toMatchObject([{ rule: 'queueAge', endedAt: null }]);
    expect(overview.archive).toEqual({ count: 0, isMinimum: false });
    expect(overview.asOf).toBe(clock.now());
  });
});
