/** Finds where a failure goes when no retrier wants it. */
import type { Catcher } from './definition.ts';
import { matchesError } from './error-match.ts';

/** The first catcher whose `ErrorEquals` covers `error`. */
export function findCatcher(catchers: readonly Catcher[], error: string): Catcher | undefined {
  return catchers.find(({ ErrorEquals }) => matchesError(ErrorEquals, error));
}
