import type { IConstruct } from 'constructs';
import type { BatchDescription } from '../../config/app-description.ts';
import { batchScheduleName } from '../../config/event-names.ts';
import { physicalName } from '../physical-name.ts';

/**
 * Names of the schedules. They are not references, because the leader's environment contains the
 * name of the leader schedule, which in turn refers to the leader.
 */
export interface ScheduleNames {
  /** The group of all schedules of an app. */
  readonly group: string;
  /** The leader schedule, which invokes the leader every minute while there is work. */
  readonly leader: string;
  /** The one-time schedule that wakes a resting leader; the leader creates it. */
  readonly wake: string;
  /** The schedules of batches. */
  readonly batches: readonly string[];
}

/** Maximum length of a name. */
const nameLength = 64;

/**
 * Returns the names of the schedules of an app. The leader derives the name of the one-time
 * schedule from that of the leader schedule.
 */
export function scheduleNames(
  scope: IConstruct,
  batches: readonly BatchDescription[],
): ScheduleNames {
  const group = physicalName(scope, nameLength - '-sweep-next'.length);
  const scheduled = batches.filter(({ schedule }) => schedule !== undefined);
  return {
    group,
    leader: `${group}-sweep`,
    wake: `${group}-sweep-next`,
    batches: scheduled.map(({ name }) => batchScheduleName(name)),
  };
}
