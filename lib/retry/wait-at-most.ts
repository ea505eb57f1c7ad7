import type { Clock } from '../ports/clock.ts';

/**
 * Resolves when `work` has settled, or after `ms` milliseconds; never rejects. Returns whether it
 * has settled.
 */
export function waitAtMost(clock: Clock, work: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(false));
    const finish = () => {
      cancel();
      resolve(true);
    };
    work.then(finish, finish);
  });
}
