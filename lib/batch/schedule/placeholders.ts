/** Placeholders in the paths and prefixes of batches: tonight's date, and values of the caller. */
import { MillraceError } from '../../errors.ts';
import { toLocalTime } from './time-zone.ts';

/** What stands for the placeholders of a batch's path and prefix. */
export interface PlaceholderValues {
  /** The moment whose date `{date}` is, in milliseconds since 1970. */
  readonly atMs: number;
  readonly timeZone: string;
  /** Values of further placeholders by name. */
  readonly values: Readonly<Record<string, string>>;
}

const placeholder = /\{([A-Za-z][\w-]*?)(?:([+-]\d{1,4})d)?(?::([^{}]*))?\}/g;

/** A value becomes a part of a file's name, and must not lead to another folder. */
const valuePattern = /^[\p{L}\p{N}_.@+= -]{1,200}$/u;

const dateFormatDefault = 'yyyy-MM-dd';
const dayMs = 86_400_000;

/** The letters of a date's format, and the digits of an ISO time that they stand for. */
const dateParts: Readonly<Record<string, readonly [from: number, to: number]>> = {
  yyyy: [0, 4],
  yy: [2, 4],
  MM: [5, 7],
  dd: [8, 10],
  HH: [11, 13],
  mm: [14, 16],
  ss: [17, 19],
};

/** Whether a text has a placeholder. */
export function hasPlaceholder(text: string): boolean {
  return text.search(placeholder) >= 0;
}

/** Returns the names of the placeholders in a text. */
export function listPlaceholders(text: string): string[] {
  return [...text.matchAll(placeholder)].map(([, name = '']) => name);
}

/**
 * Fills in the placeholders of a text: `{date}`, `{date:yyyyMMdd}`, `{date-1d}` for the day before,
 * and `{NAME}` for a value. Throws INVALID_ARGUMENT for one that has no value.
 * @param place where the text stands, for messages
 */
export function fillPlaceholders(place: string, text: string, values: PlaceholderValues): string {
  return text.replaceAll(placeholder, (found, name: string, days?: string, format?: string) => {
    if (name === 'date') return formatDate(place, values, Number(days ?? 0), format);
    const value = Object.hasOwn(values.values, name) ? values.values[name] : undefined;
    if (value !== undefined && days === undefined && format === undefined) return value;
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `${place}: ${found} stands for no value: expected {date}, {date:yyyyMMdd}, {date-1d}, or ` +
        `the name of a value, which 'batch start --set ${name}=…' gives`,
    );
  });
}

/** Checks the values of placeholders. Throws INVALID_ARGUMENT. */
export function checkPlaceholderValues(values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (name === 'date' || !/^[A-Za-z][\w-]*$/.test(name)) {
      throw new MillraceError(
        'INVALID_ARGUMENT',
        `values.${name}: expected a name of letters, digits, _ and - other than date`,
      );
    }
    if (valuePattern.test(value) && !value.includes('..')) continue;
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `values.${name}: expected 1 to 200 letters, digits, blanks and . _ - + = @, without two ` +
        `dots in a row, found ${JSON.stringify(value.slice(0, 80))}`,
    );
  }
}

/** Days are added to the local date, so that a change of the clocks makes no difference. */
function formatDate(
  place: string,
  { atMs, timeZone }: PlaceholderValues,
  days: number,
  format: string = dateFormatDefault,
): string {
  const iso = new Date(toLocalTime(atMs, timeZone) + days * dayMs).toISOString();
  const rest = format.replaceAll(/yyyy|yy|MM|dd|HH|mm|ss/g, '');
  if (/[A-Za-z]/.test(rest) || rest === format) {
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `${place}: expected a date's format of yyyy, yy, MM, dd, HH, mm and ss, such as yyyyMMdd, ` +
        `found '${format}'`,
    );
  }
  return format.replaceAll(/yyyy|yy|MM|dd|HH|mm|ss/g, (part) => {
    const [from, to] = dateParts[part] ?? [0, 0];
    return iso.slice(from, to);
  });
}
