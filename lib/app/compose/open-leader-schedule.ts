/**
 * Opens what calls the leader. The Scheduler's client is loaded only when a schedule is named, and
 * is a package that an app adds itself.
 */

import type { LeaderRequest } from '../../config/event-names.ts';
import { notInstalled } from '../../drivers/shared/missing-package.ts';
import type { Clock } from '../../ports/clock.ts';
import { alwaysOn, type LeaderSchedule } from '../../ports/leader-schedule.ts';

const tick: LeaderRequest = { kind: 'tick' };

/** The schedule `group/name`; null: leaders run all the time. Throws INVALID_CONFIGURATION. */
export async function openLeaderSchedule(
  schedule: string | null,
  clock: Clock,
): Promise<LeaderSchedule> {
  if (schedule === null) return alwaysOn;
  const { SchedulerLeaderSchedule } = await import(
    '../../drivers/scheduler/scheduler-sweep-schedule.ts'
  ).catch(notInstalled('the sweep’s schedule', '@aws-sdk/client-scheduler'));
  return new SchedulerLeaderSchedule({ schedule, clock, input: JSON.stringify(tick) });
}
