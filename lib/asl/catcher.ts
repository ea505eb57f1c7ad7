/** Selects the catcher that handles a failure after its retriers have given up. */
import type { Catcher } from './definition.ts';
import { matchesError } from './error-match.ts';

/** Returns the first catcher whose `ErrorEquals` matches `error`. */
export function findCatcher(catchers: readonly Catcher[], error: string): Catcher | undefined {
  return catchers.find(({ ErrorEquals }) => matchesError(ErrorEquals, error));
}
