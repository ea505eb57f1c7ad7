/** What a chart draws, from the reply of `getSeries`. Pure. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';

/** The reply of `getSeries`. */
export type SeriesReply = ApiReply<'getSeries'>;

/** The name of a measure. */
export type Measure = SeriesReply['series'][number]['of'];

/** Returns the values of one measure; empty when the reply does not have it. */
export function valuesOf(
  reply: SeriesReply | undefined,
  of: Measure,
  key = '',
): readonly (number | null)[] {
  return reply?.series.find((each) => each.of === of && each.key === key)?.values ?? [];
}

/** Returns the newest value that is known. */
export function newestOf(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}

/** Returns the mean of the newest `count` values that are known. */
export function meanOf(values: readonly (number | null)[], count: number): number | null {
  const known = values.filter((value) => value !== null).slice(-count);
  if (known.length === 0) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Returns the times of the points of a reply, in seconds since 1970. */
export function timesOf({ from, stepMs, series }: SeriesReply): number[] {
  const length = Math.max(0, ...series.map(({ values }) => values.length));
  return Array.from({ length }, (_, index) => (from + index * stepMs) / 1_000);
}
