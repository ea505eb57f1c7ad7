/** Parsers of options that are times or durations. */
import { InvalidArgumentError } from 'commander';

/** A date, or a date and time with its zone. */
const momentPattern = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/** Parses `2026-11-24` (midnight UTC) or `2026-11-24T08:30:00Z` to milliseconds since 1970. */
export function momentOption(text: string): number {
  const ms = momentPattern.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new InvalidArgumentError(
    `expected a time such as 2026-11-24 or 2026-11-24T08:30:00Z; found '${text}'`,
  );
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Parses `90` or `90s` (seconds), `500ms`, `15m`, `2h` or `7d` to milliseconds. */
export function durationOption(text: string): number {
  const [, amount = '', unit = 's'] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  if (amount !== '') return Math.round(Number(amount) * (unitMs[unit] ?? 1));
  throw new InvalidArgumentError(
    `expected seconds, or a number with ms, s, m, h or d such as 15m; found '${text}'`,
  );
}
