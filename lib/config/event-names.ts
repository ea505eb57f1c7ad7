/**
 * The words that the functions and what calls them have in common: the inputs of schedules, the
 * events of the bus. Shared with the infrastructure, so that neither misspells one.
 */

/** The `source` of every event that Millrace puts on the bus. */
export const eventSource = 'millrace';

/** The `detail-type` of events on the bus. */
export const eventTypes = Object.freeze({
  /** Asks for a batch; `detail`: `{ "batch": NAME, "id"?: UUID }`. */
  batchRequested: 'millrace.batch.requested',
  /** A batch has ended. */
  batchEnded: 'millrace.batch.ended',
  /** An execution has ended. */
  executionEnded: 'millrace.execution.ended',
});

/**
 * What the leader function is asked, by a schedule's input or by a message of its own queue. An
 * event of the bus and of S3 comes as EventBridge sends it.
 */
export type LeaderRequest =
  /** Looks after everything once: the sweep's schedule, and a one-time schedule's. */
  | { readonly kind: 'tick' }
  /** Starts the app's batch of this name. The same `id` starts it once. */
  | { readonly kind: 'batch'; readonly batch: string; readonly id: string }
  /**
   * Goes on with the batches that the leader of this id left; `pausedMs` is for how long, so that
   * pauses can grow.
   */
  | { readonly kind: 'continue'; readonly predecessor: string; readonly pausedMs?: number };

/**
 * The placeholder that EventBridge Scheduler replaces by the time that a schedule fires for: the
 * same for each try and each copy of one firing (its execution id is another for each).
 */
export const scheduledTime = '<aws.scheduler.scheduled-time>';
