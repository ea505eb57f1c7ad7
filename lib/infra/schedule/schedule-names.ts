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

/** Names for the schedules of the app that `scope` belongs to. */
export function scheduleNames(scope: IConstruct): ScheduleNames {
  return { group: physicalName(scope, 64), sweep: 'sweep', next: 'sweep-next' };
}
