/**
 * Cron expressions with the five fields of crontab(5), and its shorthands. They share the days and
 * times of the six-field dialect, so that clock changes mean the same in both, and can be written
 * as an expression of EventBridge Scheduler. A library for them would have clock-change rules of
 * its own, and could not do the latter.
 */
import { type CalendarDate, type Cron, parseCronField, weekdayOf } from './cron.ts';

const shorthands: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

const monthNames = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
/** Monday is 1; Sunday is 7, and also 0. */
const dayNames = 'MON TUE WED THU FRI SAT SUN'.split(' ');

/** The values of the fields. */
interface Fields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  /** Sunday is 0. */
  readonly weekdays: readonly number[];
  /** Both days are given: a date that matches either of them matches. */
  readonly isEither: boolean;
}

/** Parses an expression such as `0 2 * * 1-5` or `@daily`; undefined when it is invalid. */
export function parseFiveFieldCron(text: string): Cron | undefined {
  const fields = parseFields(text);
  if (fields === undefined) return undefined;
  const { minutes, hours, isEither } = fields;
  const [days, months, weekdays] = [fields.days, fields.months, fields.weekdays].map(
    (numbers) => new Set(numbers),
  ) as [Set<number>, Set<number>, Set<number>];
  const runsOn = (date: CalendarDate) => {
    if (!months.has(date.month)) return false;
    const [byDay, byWeekday] = [days.has(date.day), weekdays.has(weekdayOf(date) - 1)];
    return isEither ? byDay || byWeekday : byDay && byWeekday;
  };
  return { minutes, hours, runsOn };
}

/**
 * Returns the same times as an expression of EventBridge Scheduler; undefined when it has none,
 * because the expression names days of the month as well as days of the week.
 */
export function toSchedulerCron(text: string): string | undefined {
  const fields = parseFields(text);
  if (fields === undefined) return undefined;
  const { minutes, hours, days, months, weekdays } = fields;
  const [anyDay, anyWeekday] = [days.length === 31, weekdays.length === 7];
  if (!anyDay && !anyWeekday) return undefined;
  const day = anyWeekday ? toText(days, 31) : '?';
  const weekday = anyWeekday
    ? '?'
    : toText(
        weekdays.map((number) => number + 1),
        7,
      );
  return `cron(${toText(minutes, 60)} ${toText(hours, 24)} ${day} ${toText(months, 12)} ${weekday} *)`;
}

function parseFields(text: string): Fields | undefined {
  const plain = shorthands.get(text.trim().toLowerCase()) ?? text.trim();
  const parts = plain.split(/\s+/);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = parts;
  const minutes = parseCronField(minute, 0, 59);
  const hours = parseCronField(hour, 0, 23);
  const days = parseCronField(day, 1, 31);
  const months = parseCronField(month, 1, 12, monthNames);
  // A range may begin on Sunday or end on it.
  const fromSunday = weekday.replaceAll(/\bSUN-/gi, '0-');
  const found = parseCronField(fromSunday, 0, 7, dayNames);
  if (parts.length !== 5 || !minutes || !hours || !days || !months || !found) return undefined;
  const weekdays = [...new Set(found.map((number) => number % 7))].sort((a, b) => a - b);
  const isEither = !day.startsWith('*') && !weekday.startsWith('*');
  return { minutes, hours, days, months, weekdays, isEither };
}

/** Writes sorted numbers as `*`, or as a list of numbers and ranges. */
function toText(numbers: readonly number[], all: number): string {
  if (numbers.length === all) return '*';
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}
