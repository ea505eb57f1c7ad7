/** Wall-clock times in a zone, and back. Pure: the zone is a name, such as Europe/Berlin. */

/** A date and time as a wall clock in a zone shows it. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Returns what a wall clock in `zone` shows at a time. */
export function wallTimeAt(at: number, zone: string): WallTime {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second };
}

/** Returns how far `zone` is ahead of UTC at a time, in minutes. */
export function offsetMinutesAt(at: number, zone: string): number {
  const wholeSecond = Math.floor(at / 1_000) * 1_000;
  return Math.round((utcOf(wallTimeAt(at, zone)) - wholeSecond) / 60_000);
}

/** What a wall-clock time means: a time, which may be the first of two, or why it is none. */
export type WallReading =
  | { readonly at: number; readonly isAmbiguous: boolean }
  | { readonly fault: string };

/** Reads `2026-11-24 08:30` (seconds and time are optional) as a wall clock in `zone` shows it. */
export function readWallTime(text: string, zone: string): WallReading {
  const match = /^\s*(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?\s*$/.exec(text);
  if (match === null) return { fault: 'expected a time such as 2026-11-24 08:30' };
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const wall = { year, month, day, hour, minute, second };
  const utc = utcOf(wall);
  if (!isSame(wallTimeAt(utc, 'UTC'), wall)) {
    return { fault: `there is no ${text.trim()}: expected a date and a time of day that exist` };
  }
  const dayMs = 86_400_000;
  // The offset changes at most once within a day of it, so these two are all that it can be.
  const offsets = new Set([offsetMinutesAt(utc - dayMs, zone), offsetMinutesAt(utc + dayMs, zone)]);
  const times = [...offsets]
    .map((offset) => utc - offset * 60_000)
    .filter((at) => isSame(wallTimeAt(at, zone), wall))
    .sort((a, b) => a - b);
  const [first] = times;
  if (first === undefined) {
    return { fault: `the clock of ${zone} skips ${text.trim()}: summer time begins` };
  }
  return { at: first, isAmbiguous: times.length > 1 };
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

function utcOf({ year, month, day, hour, minute, second }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function isSame(a: WallTime, b: WallTime): boolean {
  return (
    a.year === b.year &&
    a.month === b.month &&
    a.day === b.day &&
    a.hour === b.hour &&
    a.minute === b.minute &&
    a.second === b.second
  );
}
