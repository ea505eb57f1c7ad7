/**
 * Orders to the leader that is called by its queue: at least once, and perhaps never. What an order
 * that was lost asked for is found by the sweep.
 */
export interface ContinuationQueue {
  /**
   * Sends an order, a JSON text, to come in `delayMs` (at most 900,000) at the soonest.
   * @throws BROKER_UNAVAILABLE or INVALID_CONFIGURATION
   */
  send(order: string, delayMs: number): Promise<void>;
}
