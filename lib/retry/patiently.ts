/** Work that does not fail because a store is out of reach for a while. */
import { hasCode } from '../errors.ts';
import { type Clock, pause } from '../ports/clock.ts';

/** How often a store that does not answer is asked again, and for how long, in milliseconds. */
export interface Patience {
  readonly everyMs: number;
  readonly forMs: number;
}

/** That of work on behalf of a Task, whose own time limit ends it. */
const endless: Patience = Object.freeze({ everyMs: 1_000, forMs: Number.POSITIVE_INFINITY });

/**
 * The result of `work`. A retryable failure is tried again until the patience is over, or `signal`
 * aborts; then, and for every other failure, it is thrown.
 */
export async function patiently<Result>(
  clock: Clock,
  signal: AbortSignal,
  work: () => Promise<Result>,
  { everyMs, forMs } = endless,
): Promise<Result> {
  const until = clock.now() + forMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isOver = signal.aborted || clock.now() >= until;
      if (isOver || !hasCode(error) || !error.retryable) throw error;
      await pause(clock, everyMs, signal);
    }
  }
}
