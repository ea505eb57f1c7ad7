/** Time, as roles and drivers read it. Tests use a simulated clock. */
export interface Clock {
  /** The current time, in milliseconds since 1970. */
  now(): number;
  /**
   * Calls `callback` once, `ms` milliseconds from now (0 or less: as soon as possible). Returns a
   * function that cancels the call.
   */
  after(ms: number, callback: () => void): () => void;
}
