/** Numbers as the page writes them. */
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCapped,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
  formatShort,
  formatThings,
} from '../../../dashboard/src/text/format-number.ts';

describe('numbers', () => {
  it('counts have a comma between thousands', () => {
    expect([0, 999, 1_240_113].map(formatCount)).toEqual(['0', '999', '1,240,113']);
  });

  it('a count that stops at its cap says that there may be more', () => {
    expect([formatCapped(9_999, 10_000), formatCapped(10_000, 10_000)]).toEqual([
      '9,999',
      '10,000+',
    ]);
  });

  it('short counts keep two digits or three', () => {
    expect([812, 9_999, 214_003, 2_000_000, 2_140_000].map(formatShort)).toEqual([
      '812',
      '9,999',
      '214 k',
      '2 M',
      '2.1 M',
    ]);
  });

  it('rates are per second, and a dash when they are not known', () => {
    expect([1_356, 2.14, 0.02, 0.001, 0, null].map(formatRate)).toEqual([
      '1,356/s',
      '2.1/s',
      '0.02/s',
      '< 0.01/s',
      '0/s',
      '–',
    ]);
  });

  it('a share that is not whole never reads as 100 %', () => {
    expect([0, 0.0002, 0.002, 0.62, 0.9999, 1].map(formatPercent)).toEqual([
      '0 %',
      '< 0.1 %',
      '0.2 %',
      '62 %',
      '99 %',
      '100 %',
    ]);
  });

  it('durations have the two units that matter', () => {
    const durations = [3, 0.5, 240, 1_400, 41_000, 185_000, 41 * 60_000, 80 * 60_000];
    expect([...durations, 51 * 3_600_000].map(formatDuration)).toEqual([
      '3 ms',
      '0.5 ms',
      '0.2 s',
      '1.4 s',
      '41 s',
      '3 min 5 s',
      '41 min',
      '1 h 20 min',
      '2 d 3 h',
    ]);
  });

  it('sizes are in units of 1,024 bytes', () => {
    expect([312, 65_536, 217_000, 30 * 1_024 ** 2].map(formatBytes)).toEqual([
      '312 B',
      '64 KiB',
      '212 KiB',
      '30 MiB',
    ]);
  });

  it('one thing is singular', () => {
    expect([formatThings(1, 'batch', 'batches'), formatThings(2, 'row')]).toEqual([
      '1 batch',
      '2 rows',
    ]);
  });
});
