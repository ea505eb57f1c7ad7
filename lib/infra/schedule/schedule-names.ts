/**
 * The names of the schedules. Made without a reference to them: the leader's environment has the
 * sweep's, and the sweep calls the leader.
 */
import type { IConstruct } from 'constructs';
import { physicalName } from '../physical-name.ts';

/** See this file's head. */
export interface ScheduleNames {
  /** The group that all of an app's schedules are in. */
  readonly group: string;
  /** What calls the leader every minute while there is work. */
  readonly sweep: string;
  /** The one-time schedule that the leader makes when it rests. */
  readonly next: string;
}

/** The most characters of a name. */
const nameLength = 64;

/** For the app that `scope` belongs to. The leader knows `next` by `sweep`. */
export function scheduleNames(scope: IConstruct): ScheduleNames {
  const group = physicalName(scope, nameLength - '-sweep-next'.length);
  return { group, sweep: `${group}-sweep`, next: `${group}-sweep-next` };
}
