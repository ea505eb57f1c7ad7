/** Times as the page writes them. */
import { describe, expect, it } from 'vitest';
import {
  formatAbsolute,
  formatClock,
  formatRelative,
  formatTick,
  zoneLabel,
} from '../../../dashboard/src/time/format-time.ts';

const at = Date.parse('2026-11-24T01:14:07Z');
const berlin = 'Europe/Berlin';

describe('absolute times', () => {
  it('an absolute time names its zone and offset', () => {
    expect(formatAbsolute(at, 'UTC')).toBe('2026-11-24 01:14:07 UTC');
    expect(formatAbsolute(at, berlin)).toBe('2026-11-24 02:14:07 Berlin (UTC+1)');
    expect(formatAbsolute(Date.parse('2026-07-01T12:00:00Z'), 'America/St_Johns')).toBe(
      '2026-07-01 09:30:00 St Johns (UTC-2:30)',
    );
  });

  it('a zone is called by its last name', () => {
    expect(zoneLabel('America/New_York')).toBe('New York');
  });

  it('a clock time has the date unless it is of the same day in the zone', () => {
    expect(formatClock(at, berlin, at + 3_600_000)).toBe('02:14');
    expect(formatClock(at, berlin, at + 23 * 3_600_000)).toBe('24 Nov 02:14');
    expect(formatClock(at, berlin, at + 365 * 86_400_000)).toBe('24 Nov 2026');
    const nearMidnight = Date.parse('2026-11-23T23:30:00Z');
    expect(formatClock(nearMidnight, berlin, at)).toBe('00:30');
    expect(formatClock(nearMidnight, 'UTC', at)).toBe('23 Nov 23:30');
  });

  it('an axis shows the date where a day begins in the zone', () => {
    expect(formatTick(Date.parse('2026-11-23T23:00:00Z'), berlin)).toBe('24 Nov');
    expect(formatTick(Date.parse('2026-11-23T23:00:00Z'), 'UTC')).toBe('23:00');
  });

  it('labels of an axis that are less than a minute apart have seconds', () => {
    expect(formatTick(Date.parse('2026-11-23T23:00:05Z'), berlin, 5_000)).toBe('00:00:05');
    expect(formatTick(Date.parse('2026-11-23T23:00:00Z'), berlin, 5_000)).toBe('00:00:00');
  });
});

describe('relative times', () => {
  it.each([
    [0, 'now'],
    [999, 'now'],
    [12_000, '12 s ago'],
    [3 * 60_000, '3 min ago'],
    [5 * 3_600_000, '5 h ago'],
    [47 * 3_600_000, '47 h ago'],
    [12 * 86_400_000, '12 days ago'],
    [-4 * 60_000, 'in 4 min'],
  ])('a distance of %i ms reads as %j', (distance, text) => {
    expect(formatRelative(at, at + distance)).toBe(text);
  });
});
