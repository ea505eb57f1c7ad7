/**
 * Controls the schedule that invokes the on-demand leader, so that it does not run while there is
 * no work. A caller that records work turns the schedule on *after* the store has the work; a
 * leader that finds none turns it off and then looks once more. So no recorded work waits while
 * the schedule is off.
 */
export interface LeaderSchedule {
  /** Invokes the leader every minute from now on. Cheap when the schedule is on already. */
  turnOn(): Promise<void>;
  /**
   * Turns the schedule off until the next `turnOn`, except for one invocation in `nextMs`
   * milliseconds (rounded up to what the schedule supports); null means none.
   */
  turnOff(nextMs: number | null): Promise<void>;
}
