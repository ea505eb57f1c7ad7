/** The rate of an order: a bucket of tokens, one for each thing. Pure. */

/** The tokens that were left at a time, in milliseconds since 1970. */
export interface Pace {
  readonly tokens: number;
  readonly at: number;
}

/** How many things may be taken now, or how long to wait for the next. */
export type PaceDecision =
  | { readonly kind: 'take'; readonly most: number }
  | { readonly kind: 'wait'; readonly ms: number };

/** Maximum number of things in one page. */
export const orderPageMax = 500;

/** Returns the pace at the beginning of an order: a second's worth may be taken at once. */
export function initialPace(perSecond: number | null, now: number): Pace {
  return { tokens: perSecond ?? 0, at: now };
}

/**
 * Decides how many things an order may take. Waits for a second's worth, so that a slow order does
 * not become a statement for each thing.
 * @param burstMs time without a page that may be made up for, in milliseconds
 */
export function decidePace(
  pace: Pace,
  perSecond: number | null,
  now: number,
  burstMs: number,
): PaceDecision {
  if (perSecond === null) return { kind: 'take', most: orderPageMax };
  const { tokens } = refill(pace, perSecond, now, burstMs);
  const wanted = Math.min(perSecond, orderPageMax);
  if (tokens >= wanted) return { kind: 'take', most: Math.min(Math.floor(tokens), orderPageMax) };
  return { kind: 'wait', ms: Math.ceil(((wanted - tokens) / perSecond) * 1_000) };
}

/** Returns the pace after `taken` things. */
export function spendPace(
  pace: Pace,
  perSecond: number | null,
  now: number,
  burstMs: number,
  taken: number,
): Pace {
  if (perSecond === null) return { tokens: 0, at: now };
  const { tokens } = refill(pace, perSecond, now, burstMs);
  return { tokens: tokens - taken, at: now };
}

/** How far back a clock that has stepped is at least, in milliseconds; clocks differ by less. */
const steppedMsMin = 60_000;

/**
 * A leader whose clock is a little behind that of the one before it adds nothing. One whose clock
 * has stepped back adds what may be made up for, once: to wait for the old time could take hours.
 */
function refill(pace: Pace, perSecond: number, now: number, burstMs: number): Pace {
  const hasStepped = pace.at - now >= steppedMsMin;
  const elapsedMs = hasStepped ? burstMs : Math.max(0, now - pace.at);
  const cap = Math.max(perSecond, (perSecond * burstMs) / 1_000);
  return { tokens: Math.min(cap, pace.tokens + (elapsedMs / 1_000) * perSecond), at: now };
}
