/** Moments and durations behind options. */
import { describe, expect, it } from 'vitest';
import { durationOption, momentOption } from '../../lib/cli/time-option.ts';

describe('a duration', () => {
  it.each([
    ['90', 90_000],
    ['90s', 90_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['15m', 900_000],
    ['7d', 604_800_000],
  ])('%s is that many milliseconds: %i', (text, ms) => {
    expect(durationOption(text)).toBe(ms);
  });

  it.each(['', '-1', '1w', 'soon', '1e9', '10 m'])('cannot be written as %j', (text) => {
    expect(() => durationOption(text)).toThrow(/expected seconds, or a number with ms, s/);
  });
});

describe('a moment', () => {
  it.each([
    ['2026-11-24', '2026-11-24T00:00:00.000Z'],
    ['2026-11-24T08:30:00Z', '2026-11-24T08:30:00.000Z'],
    ['2026-11-24T08:30:00.5+02:00', '2026-11-24T06:30:00.500Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(momentOption(text)).toISOString()).toBe(iso);
  });

  it.each(['', '2026-11-24T08:30:00', '24.11.2026', '2026-13-01', 'now'])('is not %j', (text) => {
    expect(() => momentOption(text)).toThrow(/expected a time such as/);
  });
});
