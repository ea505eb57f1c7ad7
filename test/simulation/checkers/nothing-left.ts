/** A cluster that is stopped, and whose work is done, holds on to nothing. */
import type { Checker } from './checker.ts';

/** See this file's head. */
export function nothingLeft(): Checker {
  return {
    invariant: 'no timer, slot or message is left when all is done and stopped',
    judge: async ({ leftovers }) => [...leftovers],
  };
}
