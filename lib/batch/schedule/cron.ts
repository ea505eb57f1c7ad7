/**
 * A cron expression. That of EventBridge Scheduler is parsed here, six fields with `?`, `L`, `W`
 * and `#`, because cron libraries support the dialect of Unix, with five fields and other numbers
 * for the days of the week. Times are local to the schedule's time zone.
 */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** Whether the expression matches a date. */
  runsOn(date: CalendarDate): boolean;
}

/** A date of the Gregorian calendar; months are numbered from 1. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The years that a cron expression may contain. */
export const cronYears = { first: 1970, last: 2199 } as const;

const monthNames = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
/** Sunday is 1. */
const dayNames = 'SUN MON TUE WED THU FRI SAT'.split(' ');

/** Whether a day matches the fields for days. */
type DayRule = (date: CalendarDate) => boolean;

/** Parses the text between the parentheses; undefined when it is not a cron expression. */
export function parseCron(text: string): Cron | undefined {
  const fields = text.trim().split(/\s+/);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  const minutes = parseCronField(minute, 0, 59);
  const hours = parseCronField(hour, 0, 23);
  const months = parseCronField(month, 1, 12, monthNames);
  const years = parseCronField(year, cronYears.first, cronYears.last);
  const day =
    dayOfMonth === '?'
      ? weekdayRule(dayOfWeek)
      : dayOfWeek === '?'
        ? monthdayRule(dayOfMonth)
        : undefined;
  if (fields.length !== 6 || !minutes || !hours || !months || !years || !day) return undefined;
  const [monthSet, yearSet] = [new Set(months), new Set(years)];
  const runsOn = (date: CalendarDate) =>
    yearSet.has(date.year) && monthSet.has(date.month) && day(date);
  return { minutes, hours, runsOn };
}

/** Returns the number of days of a month. */
function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Returns 1 for Sunday to 7 for Saturday. */
export function weekdayOf({ year, month, day }: CalendarDate): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function monthdayRule(field: string): DayRule | undefined {
  if (field === 'L') return ({ year, month, day }) => day === daysIn(year, month);
  if (field === 'LW')
    return (date) => date.day === weekdayNear(date, daysIn(date.year, date.month));
  const [, nearest] = /^(\d{1,2})W$/.exec(field) ?? [];
  if (nearest !== undefined) {
    const wanted = Number(nearest);
    return wanted < 1 || wanted > 31 ? undefined : (date) => date.day === weekdayNear(date, wanted);
  }
  const days = parseCronField(field, 1, 31);
  return days && (({ day }) => days.includes(day));
}

/** Returns the weekday nearest to a day in the same month; 0 when the month is too short. */
function weekdayNear({ year, month }: CalendarDate, wanted: number): number {
  const last = daysIn(year, month);
  if (wanted > last) return 0;
  const weekday = weekdayOf({ year, month, day: wanted });
  if (weekday === 7) return wanted === 1 ? 3 : wanted - 1;
  if (weekday === 1) return wanted === last ? wanted - 2 : wanted + 1;
  return wanted;
}

function weekdayRule(field: string): DayRule | undefined {
  const [, name = '', nth, isLast] = /^(\w+?)(?:#([1-5])|(L))$/.exec(field) ?? [];
  if (nth !== undefined || isLast !== undefined || field === 'L') {
    const weekday = field === 'L' ? 7 : parseNumber(name, 1, 7, dayNames);
    if (weekday === undefined) return undefined;
    return (date) => {
      if (weekdayOf(date) !== weekday) return false;
      if (nth !== undefined) return Math.ceil(date.day / 7) === Number(nth);
      return isLast === undefined || date.day > daysIn(date.year, date.month) - 7;
    };
  }
  const days = parseCronField(field, 1, 7, dayNames);
  return days && ((date) => days.includes(weekdayOf(date)));
}

/**
 * Parses a field of lists, ranges, steps and names; undefined when it is invalid.
 * @param names stand for numbers from 1
 */
export function parseCronField(
  field: string,
  first: number,
  last: number,
  names: readonly string[] = [],
): number[] | undefined {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const bounds = parseBounds(range, first, last, names, step !== undefined);
    const by = Number(step ?? 1);
    if (bounds === undefined || by < 1) return undefined;
    for (let value = bounds[0]; value <= bounds[1]; value += by) found.add(value);
  }
  return [...found].sort((left, right) => left - right);
}

function parseBounds(
  range: string,
  first: number,
  last: number,
  names: readonly string[],
  hasStep: boolean,
): readonly [number, number] | undefined {
  if (range === '*') return [first, last];
  const [from = '', to, ...more] = range.split('-');
  const start = parseNumber(from, first, last, names);
  const end = to === undefined ? (hasStep ? last : start) : parseNumber(to, first, last, names);
  if (start === undefined || end === undefined || end < start || more.length > 0) return undefined;
  return [start, end];
}

function parseNumber(
  text: string,
  first: number,
  last: number,
  names: readonly string[],
): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return named + 1;
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= first && value <= last ? value : undefined;
}
