import type { MissedRule } from '../../batch/schedule/due-occurrences.ts';
import { parseScheduleExpression } from '../../batch/schedule/schedule-expression.ts';
import { isTimeZone } from '../../batch/schedule/time-zone.ts';
import type { BatchConfig } from '../../config/config.ts';
import type { EvaluatedSchedule } from '../../roles/scheduler.ts';

/** What becomes of missed occurrences where the configuration says nothing. */
const missedDefault: MissedRule = 'last';

/** Returns the schedule of a batch; null when it has none, or one that no program can evaluate. */
export function evaluatedSchedule(
  name: string,
  { schedule, timeZone = 'UTC', onMissed = missedDefault }: BatchConfig,
): EvaluatedSchedule | null {
  const expression = schedule === undefined ? undefined : parseScheduleExpression(schedule);
  if (expression === undefined || !isTimeZone(timeZone)) return null;
  return { name, timing: `${schedule} ${timeZone}`, expression, timeZone, missed: onMissed };
}

/** Returns the schedules of an app's batches. @param ledMachine only those of this machine */
export function evaluatedSchedules(
  batches: Readonly<Record<string, BatchConfig>>,
  ledMachine: string | null,
): EvaluatedSchedule[] {
  return Object.entries(batches)
    .filter(([, { machine }]) => ledMachine === null || machine === ledMachine)
    .flatMap(([name, batch]) => evaluatedSchedule(name, batch) ?? []);
}
