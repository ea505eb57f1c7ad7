/** Schedules that a service evaluates for a deployment, by the name of their batch. */
export interface ServiceSchedules {
  /** Whether a schedule starts its batch. Throws INVALID_CONFIGURATION when it may not be read. */
  isEnabled(batch: string): Promise<boolean>;
  /** Turns a schedule on or off. Throws INVALID_CONFIGURATION when that is not allowed. */
  setEnabled(batch: string, enabled: boolean): Promise<void>;
}
