import type { Checker } from './checker.ts';

/** Checks that a stopped cluster without work holds nothing. */
export function nothingLeft(): Checker {
  return {
    invariant: 'a stopped cluster without work has no timer, slot or message left',
    verify: async ({ leftovers }) => [...leftovers],
  };
}
