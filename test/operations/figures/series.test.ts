/** Series: time slots, rates, gauges, percentiles and gaps. */
import { describe, expect, it } from 'vitest';
import { getSeries } from '../../../lib/operations/figures/series.ts';
import { findGaps, planSlots } from '../../../lib/operations/figures/series-slots.ts';
import type { SeriesSum } from '../../../lib/ports/store/figures/step-figures.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { createClaimed, ending } from '../../contracts/store/store-harness.ts';
import fc from '../../support/properties.ts';
import { openFigures } from './figure-app.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const none = {
  started: 0,
  ended: 0,
  succeeded: 0,
  failed: 0,
  retried: 0,
  archived: 0,
  received: 0,
};

async function carry(store: Store, ...sums: (Partial<SeriesSum> & { at: number })[]) {
  const series = sums.map(
    (sum) => ({ kind: 'total', key: '', ...none, took: null, ...sum }) as const,
  );
  await store.commit([ending(await createClaimed(store))], { series, times: [] });
}

const gauges = (depth: number) => ({
  queues: [{ queue: 'low', depth, oldestMs: 1 }],
  workers: 2,
  busy: 1,
});

describe('time slots', () => {
  const now = Date.UTC(2026, 0, 20);

  it('any range is covered by slots that are still kept, about as many as asked for', () => {
    const ages = fc.integer({ min: 1, max: 200 * dayMs });
    fc.assert(
      fc.property(ages, ages, fc.integer({ min: 2, max: 1_000 }), (one, other, points) => {
        const [from, to] = [now - Math.max(one, other + 1), now - other];

        const slots = planSlots(from, to, points, now);

        expect(slots.count).toBeLessThanOrEqual(points + 1);
        expect(slots.from).toBeLessThanOrEqual(from);
        expect(slots.from + slots.count * slots.stepMs).toBeGreaterThanOrEqual(slots.to);
        expect(slots.stepMs % (one > 2 * dayMs && other > 2 * dayMs ? hourMs : 10_000)).toBe(0);
      }),
    );
  });

  it('the last hour has slots of twenty seconds, and a quarter of a year slots of hours', () => {
    expect(planSlots(now - hourMs, now, 300, now)).toMatchObject({ stepMs: 20_000, count: 180 });
    expect(planSlots(now - 90 * dayMs, now, 300, now).stepMs).toBe(12 * hourMs);
  });

  it('a minute without a record is a gap, unless it is still going on', () => {
    const slots = planSlots(now - 10 * minuteMs, now, 100, now);
    const measured = new Set(Array.from({ length: 60 }, (_, slot) => slot));
    for (let slot = 10; slot < 16; slot += 1) measured.delete(slot);
    for (let slot = 30; slot < 33; slot += 1) measured.delete(slot);
    measured.delete(59);

    expect(slots).toMatchObject({ stepMs: 10_000, count: 60 });
    expect(findGaps(slots, measured, now)).toEqual([{ first: 10, end: 16 }]);
    expect(findGaps(slots, new Set(), now)).toEqual([{ first: 0, end: 58 }]);
  });
});

describe('series', () => {
  it('rates are per second, and a slot without a record is 0 next to measured ones', async () => {
    const { context, store, clock } = await openFigures(0);
    const from = clock.now();
    await carry(store, { at: from, ended: 30, failed: 5 }, { at: from + 20_000, ended: 10 });
    await clock.advance(minuteMs);

    const report = await getSeries(context, { of: ['ended', 'failed'], from, points: 60 });

    expect(report).toMatchObject({ from, stepMs: 10_000, gaps: [] });
    expect(report.series).toEqual([
      { of: 'ended', key: '', values: [3, 0, 1, 0, null, null] },
      { of: 'failed', key: '', values: [0.5, 0, 0, 0, null, null] },
    ]);
  });

  it('a time in which nothing was measured is a gap of nulls', async () => {
    const { context, store, clock } = await openFigures(0);
    const from = clock.now();
    await carry(store, { at: from, ended: 10 });
    await clock.advance(3 * minuteMs);
    await carry(store, { at: clock.now(), ended: 10 });
    await clock.advance(minuteMs);
    const request = { of: ['ended'], from, points: 4 } as const;

    const report = await getSeries(context, request);
    const settings = { ...context.settings, leaderSchedule: 'millrace/leader' };
    const onFunctions = await getSeries({ ...context, settings }, request);

    expect(report.series[0]?.values).toEqual([10 / 60, null, null, 10 / 60]);
    expect(report.gaps).toEqual([
      { from: from + minuteMs, to: from + 3 * minuteMs, why: 'unknown' },
    ]);
    expect(onFunctions.gaps).toMatchObject([{ why: 'asleep' }]);
  });

  it('a gauge holds for a minute, and its highest value counts in longer slots', async () => {
    const { context, store, clock } = await openFigures(0);
    const from = clock.now();
    await store.recordGauges(gauges(8));
    await clock.advance(30_000);
    await store.recordGauges(gauges(4));
    await clock.advance(30_000);
    const request = { of: ['depth', 'workers'], from, to: from + minuteMs } as const;

    const fine = await getSeries(context, { ...request, points: 60 });
    const coarse = await getSeries(context, { ...request, points: 2 });

    expect(fine.series[0]?.values).toEqual([8, 8, 8, 4, null, null]);
    expect(fine.series[1]?.values).toEqual([2, 2, 2, 2, null, null]);
    expect(coarse.series[0]?.values).toEqual([8, 4]);
  });

  it('percentiles are those of the executions that ended in a slot', async () => {
    const { context, store, clock } = await openFigures(0);
    const from = clock.now();
    await carry(store, { at: from, ended: 100, took: '{"17":94,"30":6}' });
    await clock.advance(30_000);

    const report = await getSeries(context, { of: ['tookP50', 'tookP95', 'ended'], from });

    expect(report.series.map(({ values }) => values[0])).toEqual([111, 4_504, 10]);
    expect(report.series[0]?.values[1]).toBeNull();
  });

  it('series by queue have one for each queue, or the one that is asked for', async () => {
    const { context, store, clock } = await openFigures(0);
    const from = clock.now();
    const high = { at: from, kind: 'queue', key: 'high', received: 20 } as const;
    await carry(store, high, { ...high, key: 'low', received: 10 }, { at: from });
    await clock.advance(30_000);
    const request = { of: ['received'], by: 'queue', from } as const;

    const all = await getSeries(context, request);
    const none = await getSeries(context, { ...request, key: 'other' });

    expect(all.series.map(({ key, values }) => [key, values[0]])).toEqual([
      ['high', 2],
      ['low', 1],
    ]);
    expect(none.series).toMatchObject([{ key: 'other', values: [0, null, null] }]);
  });

  it('the busiest of very many batches are shown', async () => {
    const { context, store, clock } = await openFigures(0);
    const from = clock.now();
    const batches = Array.from({ length: 60 }, (_, index) => {
      return { at: from, kind: 'batch', key: `b${index}`, ended: index } as const;
    });
    await carry(store, { at: from }, ...batches);
    await clock.advance(30_000);

    const { series } = await getSeries(context, { of: ['ended'], by: 'batch', from });

    expect(series).toHaveLength(50);
    expect(series.map(({ key }) => key)).not.toContain('b9');
  });

  it('a range that ends before it begins is refused', async () => {
    const { context, clock } = await openFigures(0);

    const asked = getSeries(context, { of: ['ended'], from: clock.now() });

    await expect(asked).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
