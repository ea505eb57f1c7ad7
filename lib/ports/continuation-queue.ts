/**
 * Sends requests to the on-demand leader through its queue: at least once, and possibly never. The
 * sweeper finds the work of a request that was lost.
 */
export interface ContinuationQueue {
  /**
   * Sends a request, a JSON text, to be delivered no sooner than `delayMs` (at most 900,000) from
   * now.
   * @throws BROKER_UNAVAILABLE or INVALID_CONFIGURATION
   */
  send(request: string, delayMs: number): Promise<void>;
}
