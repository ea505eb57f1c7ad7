import { batchScheduleName, type LeaderRequest } from '../../config/event-names.ts';
import { notInstalled } from '../../drivers/shared/missing-package.ts';
import { alwaysOnSchedule } from '../../drivers/system/always-on-schedule.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LeaderSchedule } from '../../ports/leader-schedule.ts';
import type { ServiceSchedules } from '../../ports/service-schedules.ts';

const tick: LeaderRequest = { kind: 'tick' };

/**
 * Opens the schedule `group/name` that invokes the leader function; null: leaders run all the time.
 * The Scheduler's client is loaded only when a schedule is named: it is a package that an app adds
 * itself. Throws INVALID_CONFIGURATION.
 * @param isNeeded whether the process is sure to use it: otherwise its first call loads the client
 */
export async function openLeaderSchedule(
  schedule: string | null,
  clock: Clock,
  isNeeded = true,
): Promise<LeaderSchedule> {
  if (schedule === null) return alwaysOnSchedule;
  if (isNeeded) return await loadLeaderSchedule(schedule, clock);
  let loading: Promise<LeaderSchedule> | undefined;
  const load = () => {
    loading ??= loadLeaderSchedule(schedule, clock);
    return loading;
  };
  return {
    turnOn: async () => (await load()).turnOn(),
    turnOff: async (nextMs) => (await load()).turnOff(nextMs),
  };
}

async function loadLeaderSchedule(schedule: string, clock: Clock): Promise<LeaderSchedule> {
  const { SchedulerLeaderSchedule } = await import(
    '../../drivers/scheduler/scheduler-leader-schedule.ts'
  ).catch(notInstalled('the leader schedule', '@aws-sdk/client-scheduler'));
  return new SchedulerLeaderSchedule({ schedule, clock, input: JSON.stringify(tick) });
}

/**
 * Opens the schedules of batches in the group of the leader schedule `group/name`; null: leaders
 * evaluate them. The Scheduler's client is loaded at the first call.
 */
export function openServiceSchedules(
  schedule: string | null,
  clock: Clock,
): ServiceSchedules | null {
  if (schedule === null) return null;
  const [group = ''] = schedule.split('/');
  const open = async () => {
    const { SchedulerServiceSchedules } = await import(
      '../../drivers/scheduler/scheduler-service-schedules.ts'
    ).catch(notInstalled('the schedules of batches', '@aws-sdk/client-scheduler'));
    return new SchedulerServiceSchedules(group, batchScheduleName, clock);
  };
  return {
    isEnabled: async (batch) => (await open()).isEnabled(batch),
    setEnabled: async (batch, enabled) => (await open()).setEnabled(batch, enabled),
  };
}
