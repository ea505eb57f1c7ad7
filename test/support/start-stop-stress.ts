/** Starts and stops a role in every order that a process might: it must never hang, nor live on. */
import type { Role } from '../../lib/roles/role.ts';
import { settle } from './signal.ts';

/**
 * Ends with the role stopped.
 * @param work looked at after each stop: what it counts must stand still then
 */
export async function startStopStress(role: Role, work: () => number): Promise<void> {
  for (let round = 0; round < 30; round += 1) {
    role.start();
    if (round % 2 === 0) role.start();
    for (let turns = 0; turns < round % 4; turns += 1) await settle();
    if (round % 5 === 0) role.wake();
    // Neither waits for the other: a start during a stop is no less likely than any other.
    if (round % 3 === 0) {
      void role.stop();
      role.start();
    }
    await Promise.all([role.stop(), role.stop()]);
    await settle();
    const done = work();
    await settle();
    await settle();
    if (work() !== done) throw new Error(`the ${role.name} works on after its stop ${round}`);
  }
}
