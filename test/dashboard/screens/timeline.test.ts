/** The timeline of an execution. */
import { describe, expect, it } from 'vitest';
import { createTimeScale } from '../../../dashboard/src/screens/execution/time-scale.ts';
import { timelineRows, workSpans } from '../../../dashboard/src/screens/execution/timeline-rows.ts';
import fc from '../../support/properties.ts';
import { newTry, newVisit } from './new-visit.ts';

const day = 86_400_000;

describe('the axis of a timeline', () => {
  it('a day in which nothing was done is cut out, and what was done keeps its proportions', () => {
    const { position, gaps } = createTimeScale([
      { from: 0, to: 1_000 },
      { from: day, to: day + 3_000 },
    ]);

    expect(gaps).toHaveLength(1);
    expect(gaps[0]?.ms).toBe(day - 1_000);
    const first = position(1_000) - position(0);
    const second = position(day + 3_000) - position(day);
    expect(second / first).toBeCloseTo(3);
    expect(first + second).toBeGreaterThan(0.9);
  });

  it('short pauses stay', () => {
    const { gaps, position } = createTimeScale([
      { from: 0, to: 1_000 },
      { from: 2_000, to: 4_000 },
    ]);

    expect(gaps).toEqual([]);
    expect(position(2_000)).toBeCloseTo(0.5);
  });

  it('positions ascend with time from 0 to 1, and few gaps are cut', () => {
    const span = fc.tuple(fc.nat(10 * day), fc.nat(60_000)).map(([from, length]) => {
      return { from, to: from + length };
    });
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 40 }), (spans) => {
        const { position, gaps } = createTimeScale(spans);
        const times = spans.flatMap(({ from, to }) => [from, to]).sort((a, b) => a - b);
        const positions = times.map(position);

        expect(positions).toEqual(positions.toSorted((a, b) => a - b));
        expect(positions[0]).toBe(0);
        expect(positions.at(-1)).toBeLessThan(1.000_001);
        expect(gaps.length).toBeLessThan(20);
      }),
    );
  });
});

describe('the rows of a timeline', () => {
  it('a visit has a row, its tries are segments, and a backoff is no work', () => {
    const visit = newVisit({ endedAt: 9_500, tries: [newTry(1_000, 'Busy'), newTry(9_000)] });

    const rows = timelineRows([visit], 0);

    expect(rows[0]?.segments.map(({ kind, from }) => [kind, from])).toEqual([
      ['failed', 1_000],
      ['succeeded', 9_000],
    ]);
    expect(createTimeScale(workSpans(rows)).gaps).toHaveLength(1);
  });

  it('rows are in the order of entry, those inside of others further in, open ones up to now', () => {
    const rows = timelineRows(
      [
        newVisit({ eventId: 9, place: '2.0', enteredAt: 3_000, endedAt: null, status: 'RUNNING' }),
        newVisit({ eventId: 2 }),
      ],
      8_000,
    );

    expect(rows.map(({ visit, depth, bar }) => [visit.eventId, depth, bar.to])).toEqual([
      [2, 0, 2_000],
      [9, 1, 8_000],
    ]);
    expect(rows[1]?.segments).toEqual([{ from: 3_000, to: 8_000, kind: 'running' }]);
  });
});
