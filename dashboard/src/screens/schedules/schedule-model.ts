/** What the page concludes about schedules. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';

/** A schedule as the API shows it. */
export type Schedule = ApiReply<'listSchedules'>['schedules'][number];

/** Leaders record once a minute that they evaluate a schedule; after this time, none do. */
const unattendedMs = 180_000;

/** Returns the names of the schedules that no leader evaluates. */
export function findUnattended(schedules: readonly Schedule[], now: number): string[] {
  return schedules
    .filter(({ schedule, paused, seenAt }) => {
      const isSeen = seenAt !== null && now - seenAt < unattendedMs;
      return schedule !== null && paused !== true && !isSeen;
    })
    .map(({ name }) => name);
}
