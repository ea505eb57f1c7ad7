/**
 * Asks a store that may be away for a moment: a database that restarts while a batch runs costs the
 * roles a few tries, and so it must not cost the command that only watches them its answer.
 */
import type { Clock } from '../ports/clock.ts';
import { type Patience, patiently } from '../retry/patiently.ts';

/** How often an unreachable store is asked again, and for how long. */
const patience: Patience = Object.freeze({ everyMs: 500, forMs: 300_000 });

/**
 * What `ask` answers. A retryable failure is tried again for five minutes, or until `signal`
 * aborts; then, and for every other failure, it is thrown.
 */
export function askPatiently<Answer>(
  clock: Clock,
  signal: AbortSignal,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  return patiently(clock, signal, ask, patience);
}
