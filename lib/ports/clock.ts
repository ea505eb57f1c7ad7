/**
 * Time, as roles and drivers read it. Tests use a simulated clock.
 *
 * A machine's clock may step, back or forward, when it is corrected. So `now` is only for times
 * that are stored or shown; a duration is the difference of two values of `monotonicMs`.
 */
export interface Clock {
  /** The current time, in milliseconds since 1970. */
  now(): number;
  /** Whole milliseconds since some moment in the past: never steps, and never goes back. */
  monotonicMs(): number;
  /**
   * Calls `callback` once, `ms` milliseconds from now by the monotonic time (0 or less: as soon as
   * possible). Returns a function that cancels the call.
   */
  after(ms: number, callback: () => void): () => void;
}
