/** Once nothing goes wrong any more, what is due is taken up soon by workers that are idle. */
import type { Checker, Evidence } from './checker.ts';

/** Longer than a lease, the sweep's grace and the time between two of its looks, together. */
const waitMsMax = 5 * 60_000;
/** More than are ever pending. */
const limit = 1_000;

/** See this file's head. */
export function dueIsTaken(): Checker {
  let pendingSince = new Map<string, number>();
  const look = async ({ store, isIdle, now }: Evidence): Promise<string[]> => {
    const { entries } = isIdle
      ? await store.listTasks({ state: 'pending' }, { limit })
      : { entries: [] };
    pendingSince = new Map(entries.map(({ id }) => [id, pendingSince.get(id) ?? now]));
    return [...pendingSince]
      .filter(([, since]) => now - since > waitMsMax)
      .map(([id, since]) => `${id} has been due for ${now - since} ms`);
  };
  return { invariant: 'nothing that is due is left alone by idle workers', look };
}
