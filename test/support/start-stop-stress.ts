import type { Role } from '../../lib/roles/role.ts';
import { settle } from './signal.ts';

/**
 * Starts and stops a role in every order in which a process might: the role must never hang, and
 * never work after a stop. Ends with the role stopped.
 * @param work counts the role's work
 */
export async function startStopStress(role: Role, work: () => number): Promise<void> {
  for (let round = 0; round < 30; round += 1) {
    role.start();
    if (round % 2 === 0) role.start();
    for (let turns = 0; turns < round % 4; turns += 1) await settle();
    if (round % 5 === 0) role.wake();
    // Not awaited: a start may also happen during a stop.
    if (round % 3 === 0) {
      void role.stop();
      role.start();
    }
    await Promise.all([role.stop(), role.stop()]);
    await settle();
    const done = work();
    await settle();
    await settle();
    if (work() !== done) throw new Error(`the ${role.name} still works after stop ${round}`);
  }
}
