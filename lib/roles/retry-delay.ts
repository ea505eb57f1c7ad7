/**
 * How long a failed task waits before its next try. Pure: the number of the retry and a random
 * number come in.
 */

/** Milliseconds to wait before retry `retry` (0 for the first), given a random number in [0, 1). */
export type RetryDelay = (retry: number, random: number) => number;

/** How {@link exponentialDelay} grows. */
export interface ExponentialOptions {
  /** The longest first delay, in milliseconds. @default 15,000 */
  readonly firstMs: number;
  /** By how much each delay is longer than the one before. @default 2 */
  readonly factor: number;
  /** The longest delay, in milliseconds. @default 3,600,000 */
  readonly maxMs: number;
}

/** What holds for options not given. */
export const exponentialDefaults: ExponentialOptions = Object.freeze({
  firstMs: 15_000,
  factor: 2,
  maxMs: 3_600_000,
});

/**
 * Doubles each time up to a ceiling, and takes between half and all of that, so that a crowd
 * spreads.
 */
export function exponentialDelay(options: Partial<ExponentialOptions> = {}): RetryDelay {
  const { firstMs, factor, maxMs } = { ...exponentialDefaults, ...options };
  return (retry, random) => {
    const ceiling = Math.min(firstMs * factor ** retry, maxMs);
    return Math.round(ceiling * (0.5 + random / 2));
  };
}
