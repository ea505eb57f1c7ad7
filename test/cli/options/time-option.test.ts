/** Options that are times or durations. */
import { describe, expect, it } from 'vitest';
import { durationOption, momentOption } from '../../../lib/cli/options/time-option.ts';

describe('a duration', () => {
  it.each([
    ['90', 90_000],
    ['90s', 90_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['15m', 900_000],
    ['7d', 604_800_000],
  ])('the duration %s is %i milliseconds', (text, ms) => {
    expect(durationOption(text)).toBe(ms);
  });

  it.each(['', '-1', '1w', 'soon', '1e9', '10 m'])('the duration %j is refused', (text) => {
    expect(() => durationOption(text)).toThrow(/expected seconds, or a number with ms, s/);
  });
});

describe('a time', () => {
  it.each([
    ['2026-11-24', '2026-11-24T00:00:00.000Z'],
    ['2026-11-24T08:30:00Z', '2026-11-24T08:30:00.000Z'],
    ['2026-11-24T08:30:00.5+02:00', '2026-11-24T06:30:00.500Z'],
  ])('the time %s is %s', (text, iso) => {
    expect(new Date(momentOption(text)).toISOString()).toBe(iso);
  });

  it.each(['', '2026-11-24T08:30:00', '24.11.2026', '2026-13-01', 'now'])(
    'the time %j is refused',
    (text) => {
      expect(() => momentOption(text)).toThrow(/expected a time such as/);
    },
  );
});
