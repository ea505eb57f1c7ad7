/**
 * How long a failed task waits before its next try. Pure: the number of the retry and a random
 * number come in.
 */

/** Milliseconds to wait before retry `retry` (0 for the first), given a random number in [0, 1). */
export type RetryDelay = (retry: number, random: number) => number;

/** What {@link exponentialDelay} grows from and to, in milliseconds. */
export const exponentialDefaults = Object.freeze({ firstMs: 15_000, factor: 2, maxMs: 3_600_000 });

/**
 * Doubles each time up to a ceiling, and takes between half and all of that, so that a crowd
 * spreads.
 */
export function exponentialDelay(options: Partial<typeof exponentialDefaults> = {}): RetryDelay {
  const { firstMs, factor, maxMs } = { ...exponentialDefaults, ...options };
  return (retry, random) => {
    const ceiling = Math.min(firstMs * factor ** retry, maxMs);
    return Math.round(ceiling * (0.5 + random / 2));
  };
}
