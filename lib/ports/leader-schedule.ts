/**
 * What lets the leader rest where it is called by a schedule instead of running all the time.
 * Whoever records work turns the schedule on *after* the work stands in the store; a leader that
 * finds none turns it off and then looks once more. So no work is left behind a schedule that is
 * off.
 */

export interface LeaderSchedule {
  /** From now on the leader is called every minute. Cheap when it already is. */
  turnOn(): Promise<void>;
  /**
   * From now on the leader is called once, in `nextMs` milliseconds (rounded up to what the
   * schedule can); never when null, until somebody turns it on.
   */
  rest(nextMs: number | null): Promise<void>;
}

/** Of a leader that runs all the time. */
export const alwaysOn: LeaderSchedule = Object.freeze({
  turnOn: async () => {},
  rest: async () => {},
});
