/** Cron expressions against a search minute by minute. */
import { describe, expect, it } from 'vitest';
import {
  nextFireTime,
  parseScheduleExpression,
} from '../../../lib/batch/schedule/schedule-expression.ts';
import { toInstant, toLocalTime } from '../../../lib/batch/schedule/time-zone.ts';
import fc from '../../support/properties.ts';

const minuteMs = 60_000;
const zones = ['UTC', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kolkata'];
const numbers = (max: number) =>
  fc.uniqueArray(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 3 });

/** Instants around days on which clocks change, and around one on which they do not. */
const instant = fc
  .tuple(
    fc.constantFrom(
      '2026-03-08',
      '2026-03-29',
      '2026-04-05',
      '2026-10-25',
      '2026-11-01',
      '2026-07-01',
    ),
    fc.integer({ min: -2_000, max: 2_000 }),
  )
  .map(([day, minutes]) => Date.parse(`${day}T00:00:00Z`) + minutes * minuteMs);

describe('the next firing of a cron expression', () => {
  it('a cron expression fires next at the first instant of a matching local time', () => {
    fc.assert(
      fc.property(numbers(59), numbers(23), fc.constantFrom(...zones), instant, (...drawn) => {
        const [minutes, hours, timeZone, afterMs] = drawn;
        const expression = parseScheduleExpression(`cron(${minutes} ${hours} * * ? *)`);
        if (expression === undefined) throw new Error('no expression');

        const due = nextFireTime({ expression, timeZone, startMs: 0 }, afterMs);

        let expected = afterMs + minuteMs;
        while (!isWanted(expected, timeZone, minutes, hours)) expected += minuteMs;
        expect(due).toBe(expected);
      }),
      { numRuns: 40 },
    );
  });
});

function isWanted(at: number, timeZone: string, minutes: number[], hours: number[]): boolean {
  const local = toLocalTime(at, timeZone);
  const shown = new Date(local);
  return (
    minutes.includes(shown.getUTCMinutes()) &&
    hours.includes(shown.getUTCHours()) &&
    toInstant(local, timeZone) === at
  );
}
