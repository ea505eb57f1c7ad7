/** Work on behalf of a Task that does not fail because a store is out of reach for a while. */
import { hasCode } from '../errors.ts';
import { type Clock, pause } from '../ports/clock.ts';

/** Time between two tries, in milliseconds. */
const askAgainMs = 1_000;

/** The result of `work`, which is tried until the store answers, or `signal` aborts. */
export async function patiently<Result>(
  clock: Clock,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !hasCode(error) || !error.retryable) throw error;
      await pause(clock, askAgainMs, signal);
    }
  }
}
