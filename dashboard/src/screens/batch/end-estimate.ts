/** When a batch will have ended: a range, because its rate varies. Pure. */

/** What an estimate is made of. */
export interface EstimatedBatch {
  readonly created: number;
  readonly ended: number;
  readonly sourceDone: boolean;
  readonly sourceRead: { readonly bytes: number; readonly ofBytes: number } | null;
}

/** A range of times, in milliseconds since 1970. */
export interface EndEstimate {
  readonly earliest: number;
  readonly latest: number;
}

/** How many executions a batch will have; null while its source is being read. */
export interface ExpectedTotal {
  readonly count: number;
  readonly isExact: boolean;
}

/** Returns how many executions a batch will have. Of a file, the part that was read tells. */
export function expectedTotal(batch: EstimatedBatch): ExpectedTotal | null {
  const { created, sourceDone, sourceRead } = batch;
  if (sourceDone) return { count: created, isExact: true };
  if (sourceRead === null || sourceRead.bytes === 0 || created === 0) return null;
  const count = Math.round((created * sourceRead.ofBytes) / sourceRead.bytes);
  return { count: Math.max(count, created), isExact: false };
}

/** Fewer samples than this are no rate. */
const samplesMin = 2;

/**
 * Returns when the batch will have ended, by the rates of the last two minutes.
 * @param perSecond the rates, oldest first; null where nothing was measured
 */
export function estimateEnd(
  batch: EstimatedBatch,
  perSecond: readonly (number | null)[],
  now: number,
): EndEstimate | null {
  const total = expectedTotal(batch);
  const rates = perSecond.filter((rate) => rate !== null);
  if (total === null || rates.length < samplesMin) return null;
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  if (mean <= 0) return null;
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
  // The mean of n samples varies less than a sample; a total that is estimated varies as well.
  const error = Math.sqrt(variance / rates.length) + (total.isExact ? 0 : mean * 0.05);
  const left = Math.max(0, total.count - batch.ended);
  const slowest = Math.max(mean - error, mean / 2);
  return {
    earliest: now + (left / (mean + error)) * 1_000,
    latest: now + (left / slowest) * 1_000,
  };
}
