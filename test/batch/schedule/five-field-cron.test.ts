/** Cron expressions with five fields: when they fire, and as expressions of EventBridge. */
import { describe, expect, it } from 'vitest';
import {
  nextFireTime,
  parseScheduleExpression,
  toSchedulerExpression,
} from '../../../lib/batch/schedule/schedule-expression.ts';
import fc from '../../support/properties.ts';

/** Returns the times at which an expression fires next, as local dates and times of Berlin. */
function firings(text: string, after: string, count: number): string[] {
  const expression = parseScheduleExpression(text);
  if (expression === undefined) throw new Error(`no expression: ${text}`);
  const found: string[] = [];
  let at = Date.parse(after);
  while (found.length < count) {
    const next = nextFireTime({ expression, timeZone: 'Europe/Berlin', startMs: 0 }, at);
    if (next === undefined) break;
    found.push(new Date(next).toISOString().slice(0, 16));
    at = next;
  }
  return found;
}

describe('a cron expression with five fields', () => {
  it.each([
    ['0 2 * * *', ['2026-05-01T00:00', '2026-05-02T00:00']],
    ['30 6 * * 1-5', ['2026-05-01T04:30', '2026-05-04T04:30']],
    ['0 0 * * SUN', ['2026-05-02T22:00', '2026-05-09T22:00']],
    ['0 0 * * 7', ['2026-05-02T22:00', '2026-05-09T22:00']],
    ['0 0 * * sun-mon', ['2026-05-02T22:00', '2026-05-03T22:00']],
    ['*/30 5 1 * *', ['2026-05-01T03:00', '2026-05-01T03:30']],
    ['0 12 13 * 5', ['2026-05-01T10:00', '2026-05-08T10:00', '2026-05-13T10:00']],
    ['@monthly', ['2026-05-31T22:00', '2026-06-30T22:00']],
  ])('%s fires at the times that crontab says', (text, expected) => {
    expect(firings(text, '2026-04-30T22:30:00Z', expected.length)).toEqual(expected);
  });

  it('five fields skip a local time that a change of the clocks leaves out, and fire once in one that it repeats', () => {
    const spring = firings('30 2 * * *', '2026-03-27T12:00:00Z', 3);
    const autumn = firings('30 2 * * *', '2026-10-24T00:00:00Z', 3);

    expect(spring).toEqual(['2026-03-28T01:30', '2026-03-30T00:30', '2026-03-31T00:30']);
    expect(autumn).toEqual(['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30']);
  });

  it.each(['0 2 * *', '60 2 * * *', '0 2 * * 8', '0 2 ? * *', '0 2 L * *', '@reboot', ''])(
    'the text %j is refused as an expression',
    (text) => {
      expect(parseScheduleExpression(text)).toBeUndefined();
    },
  );

  it.each([
    ['0 2 * * *', 'cron(0 2 * * ? *)'],
    ['*/20 1-3,5 * * 1-5', 'cron(0,20,40 1-3,5 ? * 2-6 *)'],
    ['0 0 1 1 *', 'cron(0 0 1 1 ? *)'],
    ['rate(5 minutes)', 'rate(5 minutes)'],
    ['0 12 13 * 5', undefined],
  ])('%s is %s for EventBridge Scheduler', (text, expected) => {
    expect(toSchedulerExpression(text)).toBe(expected);
  });

  it('a translated expression fires at the same times as its five fields', () => {
    const list = (max: number, min = 0) =>
      fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 4 });
    const weekdays = fc.oneof(fc.constant<'*'>('*'), list(7));
    fc.assert(
      fc.property(list(59), list(23), list(12, 1), weekdays, (minutes, hours, months, days) => {
        const text = `${minutes} ${hours} * ${months} ${days}`;

        const translated = toSchedulerExpression(text) ?? '';

        const after = '2026-02-27T00:00:00Z';
        expect(firings(translated, after, 3)).toEqual(firings(text, after, 3));
      }),
      { numRuns: 25 },
    );
  });
});
