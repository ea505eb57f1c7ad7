/**
 * Histograms of durations in 64 buckets, each 1.33 times the one before, from 1 ms to a day. They
 * are added without an error, and their percentiles are accurate to 15 %.
 */

/** Number of durations by bucket: the JSON text `{"12":5,"13":40}`, without zeros. */
export type HistogramText = string;

/** Number of buckets. */
export const histogramBuckets = 64;

const factor = 1.33;
const logFactor = Math.log(factor);

/** Returns the bucket of a duration; the last one has everything above it, too. */
export function bucketOf(ms: number): number {
  if (!(ms > 1)) return 0;
  return Math.min(histogramBuckets - 1, Math.ceil(Math.log(ms) / logFactor));
}

/** Returns the text of the counts by bucket. */
export function encodeHistogram(counts: readonly number[] | Uint32Array): HistogramText {
  const parts: string[] = [];
  for (const [bucket, count] of counts.entries()) {
    if (count > 0) parts.push(`"${bucket}":${count}`);
  }
  return `{${parts.join(',')}}`;
}

/** Returns the text of the sum of two histograms; null is an empty one. */
export function joinHistograms(
  one: HistogramText | null,
  other: HistogramText | null,
): HistogramText | null {
  if (one === null || other === null) return one ?? other;
  return encodeHistogram(addHistograms([one, other]));
}

/** Returns the sum of histograms, by bucket. */
export function addHistograms(texts: Iterable<HistogramText>): number[] {
  const sums = new Array<number>(histogramBuckets).fill(0);
  for (const text of texts) {
    const counts: Readonly<Record<string, number>> = JSON.parse(text);
    for (const [bucket, count] of Object.entries(counts)) {
      const at = Number(bucket);
      sums[at] = (sums[at] ?? 0) + count;
    }
  }
  return sums;
}

/**
 * Returns the duration that `share` of all durations do not exceed, in milliseconds; null for an
 * empty histogram.
 * @param share in (0, 1]
 */
export function percentileOf(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const wanted = Math.ceil(share * total);
  let seen = 0;
  const bucket = counts.findIndex((count) => {
    seen += count;
    return seen >= wanted;
  });
  // The middle of a bucket's bounds as a ratio, so that the error is the same in both directions.
  return bucket === 0 ? 1 : Math.round(factor ** (bucket - 0.5));
}
