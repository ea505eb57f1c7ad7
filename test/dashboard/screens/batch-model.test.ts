/** What the page of a batch makes of its counters. */
import { describe, expect, it } from 'vitest';
import { estimateEnd, expectedTotal } from '../../../dashboard/src/screens/batch/end-estimate.ts';
import { heatOverlays } from '../../../dashboard/src/screens/batch/state-heat.ts';
import { createMachineGraph } from '../../../lib/graph/machine-graph.ts';

const batch = { created: 1_000, ended: 400, sourceDone: true, sourceRead: null };
const now = 1_000_000;

describe('the end of a batch', () => {
  it('a steady rate gives one time, and a rate that varies a range around it', () => {
    const steady = estimateEnd(batch, [10, 10, 10, 10], now);
    const varying = estimateEnd(batch, [2, 18, 4, 16], now);

    expect(steady).toEqual({ earliest: now + 60_000, latest: now + 60_000 });
    expect(varying?.earliest).toBeLessThan(now + 60_000);
    expect(varying?.latest).toBeGreaterThan(now + 60_000);
  });

  it('no end is known without rates, at a rate of nothing, or for an unknown number', () => {
    expect(estimateEnd(batch, [null, 10, null], now)).toBeNull();
    expect(estimateEnd(batch, [0, 0, 0], now)).toBeNull();
    expect(estimateEnd({ ...batch, sourceDone: false }, [10, 10], now)).toBeNull();
  });

  it('the part of a file that was read tells how many executions there will be', () => {
    const reading = { ...batch, sourceDone: false, sourceRead: { bytes: 500, ofBytes: 2_000 } };

    expect(expectedTotal(reading)).toEqual({ count: 4_000, isExact: false });
    expect(estimateEnd(reading, [10, 10], now)?.latest).toBeGreaterThan(now + 360_000);
    expect(expectedTotal(batch)).toEqual({ count: 1_000, isExact: true });
  });
});

describe('the heat of states', () => {
  const graph = createMachineGraph({
    StartAt: 'Load',
    States: {
      Load: { Type: 'Task', Resource: 'load', Next: 'Done' },
      Done: { Type: 'Succeed' },
    },
  });
  const counts = {
    name: 'Load',
    current: 12_000,
    entered: 20_000,
    failed: 3,
    caught: 0,
    retried: 7,
    tookMs: { p50: 120, p95: 2_000, p99: 4_000 },
  };

  it('a state shows how many are there, fail, and how long they take', () => {
    const notes = (mode: 'now' | 'failed' | 'took') =>
      heatOverlays(graph, [counts], mode).get('Load')?.notes;

    expect(notes('now')).toEqual(['↻ 7', '12 k']);
    expect(notes('failed')).toEqual(['✕ 3']);
    expect(notes('took')).toEqual(['0.1 s / 2.0 s']);
  });

  it('the state with the most is hottest, a few are still seen, and an unvisited one is cold', () => {
    const few = { ...counts, name: 'Done', current: 10 };

    const overlays = heatOverlays(graph, [counts, few], 'now');

    expect(overlays.get('Load')?.heat).toBe(1);
    expect(overlays.get('Done')?.heat).toBeGreaterThan(0.2);
    expect(heatOverlays(graph, [counts], 'now').get('Done')).toMatchObject({
      heat: 0,
      isFaint: true,
    });
  });
});
