import type { LeaderSchedule } from '../../ports/leader-schedule.ts';

/** The schedule of a leader that runs all the time: there is nothing to turn on or off. */
export const alwaysOnSchedule: LeaderSchedule = Object.freeze({
  turnOn: async () => {},
  turnOff: async () => {},
});
