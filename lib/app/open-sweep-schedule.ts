/**
 * Opens what calls the leader. The Scheduler's client is loaded only when a schedule is named, and
 * is a package that an app adds itself.
 */
import type { Clock } from '../ports/clock.ts';
import { notInstalled } from '../ports/missing-package.ts';
import { alwaysOn, type SweepSchedule } from '../ports/sweep-schedule.ts';
import type { LeaderOrder } from './event-names.ts';

const tick: LeaderOrder = { kind: 'tick' };

/** The schedule `group/name`; null: leaders run all the time. Throws INVALID_CONFIGURATION. */
export async function openSweepSchedule(
  schedule: string | null,
  clock: Clock,
): Promise<SweepSchedule> {
  if (schedule === null) return alwaysOn;
  const { SchedulerSweepSchedule } = await import(
    '../drivers/scheduler/scheduler-sweep-schedule.ts'
  ).catch(notInstalled('the sweep’s schedule', '@aws-sdk/client-scheduler'));
  return new SchedulerSweepSchedule({ schedule, clock, input: JSON.stringify(tick) });
}
