/** Timestamps of the language: RFC 3339 with a capital `T` and `Z` or an offset. */

const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

const minuteMs = 60_000;

/**
 * Parses a timestamp to milliseconds since 1970. Returns undefined when `text` is not a timestamp,
 * or has a date or time that does not exist. Digits below a millisecond are dropped.
 */
export function parseTimestamp(text: string): number | undefined {
  if (!form.test(text) || !isDay(text) || !isTime(text, 11)) return undefined;
  const offset = offsetMinutes(text);
  if (offset === undefined) return undefined;
  // `Date.parse` accepts exactly this form, in every local time zone.
  const seconds = Date.parse(`${text.slice(0, 19)}Z`);
  return seconds + fractionMs(text) - offset * minuteMs;
}

function isDay(text: string): boolean {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (month < 1 || month > 12 || day < 1) return false;
  if (month === 2) return day <= (isLeap(year) ? 29 : 28);
  return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Whether a valid `hh:mm:ss` starts at `at`. */
function isTime(text: string, at: number): boolean {
  return isHourAndMinute(text, at) && twoDigits(text, at + 6) <= 59;
}

function isHourAndMinute(text: string, at: number): boolean {
  return twoDigits(text, at) <= 23 && twoDigits(text, at + 3) <= 59;
}

function fractionMs(text: string): number {
  if (text.charAt(19) !== '.') return 0;
  const digits = /\d{1,3}/.exec(text.slice(20))?.[0] ?? '';
  return Number(digits.padEnd(3, '0'));
}

function offsetMinutes(text: string): number | undefined {
  if (text.endsWith('Z')) return 0;
  const at = text.length - 5;
  if (!isHourAndMinute(text, at)) return undefined;
  const minutes = twoDigits(text, at) * 60 + twoDigits(text, at + 3);
  return text.charAt(at - 1) === '-' ? -minutes : minutes;
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + (text.charCodeAt(at + 1) - 48);
}
