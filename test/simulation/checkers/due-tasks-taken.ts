import type { Checker, Evidence } from './checker.ts';

/** Longer than a lease, the grace period of the sweeper and its interval together. */
const waitMsMax = 5 * 60_000;
/** Maximum number of tasks read; fewer are ever pending. */
const limit = 1_000;

/** Checks that idle workers soon take tasks that are due, once the faults have ended. */
export function dueTasksTaken(): Checker {
  let pendingSince = new Map<string, number>();
  const inspect = async ({ store, isIdle, now }: Evidence): Promise<string[]> => {
    const { entries } = isIdle
      ? await store.listTasks({ state: 'pending' }, { limit })
      : { entries: [] };
    pendingSince = new Map(entries.map(({ id }) => [id, pendingSince.get(id) ?? now]));
    return [...pendingSince]
      .filter(([, since]) => now - since > waitMsMax)
      .map(([id, since]) => `${id} has been due for ${now - since} ms`);
  };
  return { invariant: 'idle workers take every task that is due', inspect };
}
