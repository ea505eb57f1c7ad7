/** Instants as the language writes them: RFC 3339 with a capital `T` and a `Z` or an offset. */

const form = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/**
 * The instant in milliseconds since 1970, or undefined when `text` is not such a timestamp or names
 * a day or an hour that does not exist. Digits below the millisecond are dropped.
 */
export function parseTimestamp(text: string): number | undefined {
  const parts = form.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  if (!isDay(year, month, day) || !isTime(hour, minute, second)) return undefined;
  return isOffset(parts[8]) ? Date.parse(normal(text, parts[7])) : undefined;
}

/**
 * `Date.parse` of this form is exact and reads no clock; it wants at most three fraction digits.
 */
function normal(text: string, fraction: string | undefined): string {
  return fraction === undefined || fraction.length <= 3
    ? text
    : text.replace(`.${fraction}`, `.${fraction.slice(0, 3)}`);
}

function isDay(year = 0, month = 0, day = 0): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (days[month - 1] ?? 0);
}

function isTime(hour = 0, minute = 0, second = 0): boolean {
  return hour <= 23 && minute <= 59 && second <= 59;
}

function isOffset(zone = 'Z'): boolean {
  if (zone === 'Z') return true;
  const [hours, minutes] = zone.slice(1).split(':').map(Number);
  return isTime(hours, minutes);
}
