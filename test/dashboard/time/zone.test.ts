/** Wall-clock times in zones with summer time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetMinutesAt, readWallTime, wallTimeAt } from '../../../dashboard/src/time/zone.ts';

const berlin = 'Europe/Berlin';

describe('readWallTime', () => {
  it('a time in winter and one in summer have the offset of their season', () => {
    expect(readWallTime('2026-11-24 08:30', berlin)).toEqual({
      at: Date.parse('2026-11-24T07:30:00Z'),
      isAmbiguous: false,
    });
    expect(readWallTime('2026-07-01 08:30', berlin)).toEqual({
      at: Date.parse('2026-07-01T06:30:00Z'),
      isAmbiguous: false,
    });
  });

  it('an hour that the clock shows twice is the first of the two, and is named ambiguous', () => {
    expect(readWallTime('2026-10-25 02:30', berlin)).toEqual({
      at: Date.parse('2026-10-25T00:30:00Z'),
      isAmbiguous: true,
    });
  });

  it('an hour that the clock skips is refused with the reason', () => {
    expect(readWallTime('2026-03-29 02:30', berlin)).toEqual({
      fault: 'the clock of Europe/Berlin skips 2026-03-29 02:30: summer time begins',
    });
  });

  it('a date alone is its midnight', () => {
    expect(readWallTime('2026-11-24', 'UTC')).toEqual({
      at: Date.parse('2026-11-24T00:00:00Z'),
      isAmbiguous: false,
    });
  });

  it.each(['2026-02-30 10:00', '2026-01-01 25:00', '24.11.2026', '', 'yesterday'])(
    'the text %j is refused',
    (text) => {
      expect(readWallTime(text, berlin)).toHaveProperty('fault');
    },
  );

  it('every time that a clock shows is read back as that time, or as its twin an hour earlier', () => {
    const range = { min: Date.parse('2000-01-01'), max: Date.parse('2040-01-01') };
    const zones = fc.constantFrom(berlin, 'America/New_York', 'Asia/Kathmandu', 'Australia/Sydney');
    fc.assert(
      fc.property(fc.integer(range), zones, (ms, zone) => {
        const at = Math.floor(ms / 1_000) * 1_000;
        const { year, month, day, hour, minute, second } = wallTimeAt(at, zone);
        const two = (value: number) => String(value).padStart(2, '0');
        const text = `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;

        const reading = readWallTime(text, zone);

        if (!('at' in reading)) throw new Error(`${text} in ${zone}: ${reading.fault}`);
        if (reading.isAmbiguous) expect([at, at - 3_600_000]).toContain(reading.at);
        else expect(reading.at).toBe(at);
      }),
    );
  });
});

describe('offsetMinutesAt', () => {
  it('the offset follows the zone, half hours included', () => {
    const at = Date.parse('2026-07-01T12:00:00.250Z');

    expect(
      ['UTC', berlin, 'America/St_Johns', 'Asia/Kathmandu'].map((zone) =>
        offsetMinutesAt(at, zone),
      ),
    ).toEqual([0, 120, -150, 345]);
  });
});
