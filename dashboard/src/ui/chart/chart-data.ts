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

/** Returns the first and the last time of a reply, in seconds since 1970: what a chart spans. */
export function spanOf(reply: SeriesReply): [from: number, to: number] {
  const from = reply.from / 1_000;
  const steps = Math.max(1, timesOf(reply).length - 1);
  return [from, from + (steps * reply.stepMs) / 1_000];
}

/** Returns the places of values that stand alone between gaps: no line leads to them. */
export function lonePlaces(values: ArrayLike<number | null | undefined>): number[] {
  return Array.from({ length: values.length }, (_, at) => at).filter(
    (at) => values[at] != null && values[at - 1] == null && values[at + 1] == null,
  );
}

/** Returns the times of the points of a reply, in seconds since 1970. */
export function timesOf({ from, stepMs, series }: SeriesReply): number[] {
  const length = Math.max(0, ...series.map(({ values }) => values.length));
  return Array.from({ length }, (_, index) => (from + index * stepMs) / 1_000);
}
