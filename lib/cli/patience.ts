/**
 * Asks a store that may be away for a moment: a database that restarts while a batch runs costs the
 * roles a few tries, and so it must not cost the command that only watches them its answer.
 */
import { hasCode } from '../errors.ts';
import { type Clock, pause } from '../ports/clock.ts';

/** How long an unreachable store is asked again, in milliseconds, and how often. */
const patience = Object.freeze({ forMs: 300_000, everyMs: 500 });

/**
 * What `ask` answers. A retryable failure is tried again for five minutes, or until `signal`
 * aborts; then, and for every other failure, it is thrown.
 */
export async function askPatiently<Answer>(
  clock: Clock,
  signal: AbortSignal,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const until = clock.now() + patience.forMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isOver = signal.aborted || clock.now() >= until;
      if (isOver || !hasCode(error) || !error.retryable) throw error;
      await pause(clock, patience.everyMs, signal);
    }
  }
}
