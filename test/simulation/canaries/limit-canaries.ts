/** Broken parts of what holds executions and calls to their limits. */
import type { Store } from '../../../lib/ports/store/store.ts';
import type { Canary } from './canary.ts';

const noGrants = Object.freeze({ wakeups: [], nextMs: null });

/** Their canaries. */
export const limitCanaries: readonly Canary[] = [
  {
    title: 'a store that grants every permit',
    breaks: 'no more than a limit run at once, and no permit is left',
    sabotage: { hasLimits: true, faults: {}, store: grantingAll },
  },
  {
    title: 'a store that never takes a permit back',
    breaks: 'every accepted execution ends exactly once',
    sabotage: {
      hasLimits: true,
      faults: {},
      store: (store) => ({
        ...store,
        releasePermits: async () => noGrants,
        sweepPermits: async () => noGrants,
      }),
    },
  },
  {
    title: 'a sweeper that leaves the permits of lost workers',
    breaks: 'no more than a limit run at once, and no permit is left',
    sabotage: {
      hasLimits: true,
      faults: {},
      store: losingReturns,
      leaderStore: (store) => ({ ...store, sweepPermits: async () => noGrants }),
    },
  },
];

/** The first workers are lost before they give their permits back. */
function losingReturns(store: Store): Store {
  let calls = 0;
  return {
    ...store,
    releasePermits: async (...args) => {
      calls += 1;
      return calls <= 3 ? noGrants : await store.releasePermits(...args);
    },
  };
}

function grantingAll(store: Store): Store {
  return {
    ...store,
    acquirePermits: async (requests) => ({ granted: requests.map(() => true), nextMs: null }),
  };
}
