/** Schedule expressions: firings by the calendar, and across changes of the clock. */
import { describe, expect, it } from 'vitest';
import {
  nextFireTime,
  parseScheduleExpression,
} from '../../../lib/batch/schedule/schedule-expression.ts';

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

/** Returns the next `count` firings after `after`. */
function times(text: string, after: string, count: number, timeZone = 'UTC'): string[] {
  const expression = parseScheduleExpression(text);
  if (expression === undefined) throw new Error(`no expression: ${text}`);
  const found: string[] = [];
  let at = Date.parse(after);
  const startMs = at;
  while (found.length < count) {
    const due = nextFireTime({ expression, timeZone, startMs }, at);
    if (due === undefined) break;
    found.push(iso(due) ?? '');
    at = due;
  }
  return found.map((time) => time.replace(':00.000Z', ''));
}

describe('a cron expression', () => {
  it.each<[string, ...string[]]>([
    ['cron(0 10 * * ? *)', '2026-11-24T10:00', '2026-11-25T10:00'],
    ['cron(15 12 ? * MON-FRI *)', '2026-11-24T12:15', '2026-11-25T12:15'],
    ['cron(0/20 8-9 * * ? *)', '2026-11-24T08:00', '2026-11-24T08:20', '2026-11-24T08:40'],
    ['cron(5,35 14 * * ? *)', '2026-11-24T14:05', '2026-11-24T14:35', '2026-11-25T14:05'],
    ['cron(0 0 1 JAN,Jul ? *)', '2027-01-01T00:00', '2027-07-01T00:00'],
    ['cron(0 0 L * ? *)', '2026-11-30T00:00', '2026-12-31T00:00', '2027-01-31T00:00'],
    ['cron(0 0 29 2 ? *)', '2028-02-29T00:00', '2032-02-29T00:00'],
    ['cron(0 9 ? * 2#1 *)', '2026-12-07T09:00', '2027-01-04T09:00'],
    ['cron(0 9 ? * 6L *)', '2026-11-27T09:00', '2026-12-25T09:00'],
    ['cron(0 9 ? * L *)', '2026-11-28T09:00', '2026-12-05T09:00'],
    ['cron(0 9 15W * ? *)', '2026-12-15T09:00', '2027-01-15T09:00', '2027-02-15T09:00'],
    ['cron(0 9 1W 5 ? 2027)', '2027-05-03T09:00'],
    ['cron(0 9 LW 2 ? 2027)', '2027-02-26T09:00'],
    ['cron(0 0 1 1 ? 2030-2199/100)', '2030-01-01T00:00', '2130-01-01T00:00'],
    ['cron(0 0 31 2 ? 2026-2030)'],
  ])('the schedule expression %s fires at the expected times', (text, ...expected) => {
    expect(
      times(text, '2026-11-24T00:00:00Z', expected.length + 1).slice(0, expected.length),
    ).toEqual(expected);
  });

  it('a cron expression that matches no day never fires', () => {
    expect(times('cron(0 0 31 2 ? *)', '2026-11-24T00:00:00Z', 1)).toEqual([]);
  });

  it('a cron expression is evaluated in its time zone', () => {
    expect(times('cron(30 9 ? * MON *)', '2026-11-24T00:00:00Z', 1, 'Asia/Kolkata')).toEqual([
      '2026-11-30T04:00',
    ]);
  });

  it('a cron expression does not fire at a local time that clocks skip', () => {
    expect(times('cron(30 2 * * ? *)', '2026-03-07T12:00:00Z', 2, 'America/New_York')).toEqual([
      '2026-03-09T06:30',
      '2026-03-10T06:30',
    ]);
  });

  it('a cron expression fires once at a local time that clocks show twice', () => {
    expect(times('cron(30 1 * * ? *)', '2026-11-01T00:00:00Z', 2, 'America/New_York')).toEqual([
      '2026-11-01T05:30',
      '2026-11-02T06:30',
    ]);
  });
});

describe('a rate expression', () => {
  it('a rate fires first at its start, and then at equal distances until its end', () => {
    const expression = parseScheduleExpression('rate(5 minutes)');
    if (expression === undefined) throw new Error('no expression');
    const timing = { expression, timeZone: 'UTC', startMs: 1_000 };

    expect(nextFireTime(timing, 0)).toBe(1_000);
    expect(nextFireTime(timing, 1_000)).toBe(301_000);
    expect(nextFireTime(timing, 300_999)).toBe(301_000);
    expect(nextFireTime({ ...timing, endMs: 301_000 }, 301_000)).toBeUndefined();
  });
});

describe('a one-time expression', () => {
  it('a one-time expression fires once, in its time zone', () => {
    const text = 'at(2026-12-01T09:00:00)';

    expect(times(text, '2026-11-24T00:00:00Z', 2, 'Europe/Berlin')).toEqual(['2026-12-01T08:00']);
    expect(times(text, '2026-12-02T00:00:00Z', 1)).toEqual([]);
  });
});

describe('an expression that Scheduler refuses', () => {
  it.each([
    'cron(0 10 * * * *)',
    'cron(0 10 ? * ? *)',
    'cron(0 10 * * ?)',
    'cron(60 10 * * ? *)',
    'cron(0 24 * * ? *)',
    'cron(0 0 0 * ? *)',
    'cron(0 0 ? * 8 *)',
    'cron(0 0 ? * MON#6 *)',
    'cron(0 0 32W * ? *)',
    'cron(0/0 0 * * ? *)',
    'cron(5-1 0 * * ? *)',
    'cron(0 0 * FOO ? *)',
    'cron(0 0 * * ? 1969)',
    'rate(0 minutes)',
    'rate(1.5 minutes)',
    'rate(5 seconds)',
    'rate(5  minutes)',
    'at(2026-12-01)',
    'at(2026-13-01T00:00:00)',
    'at(2026-12-01T00:00:00Z)',
    'every(1 minute)',
    '',
  ])("the expression '%s' is refused", (text) => {
    expect(parseScheduleExpression(text)).toBeUndefined();
  });
});
