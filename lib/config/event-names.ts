/**
 * Names in the inputs of schedules and in the events of the bus. The functions and the
 * infrastructure share them, so that neither can misspell one.
 */

import { createHash } from 'node:crypto';

/** The `source` of every event that Millrace publishes on the bus. */
export const eventSource = 'millrace';

/** The `detail-type` of events on the bus. */
export const eventTypes = Object.freeze({
  /** Requests a batch; `detail`: `{ "batch": NAME, "id"?: UUID }`. */
  batchRequested: 'millrace.batch.requested',
  /** A batch has ended. */
  batchEnded: 'millrace.batch.ended',
  /** An execution has ended. */
  executionEnded: 'millrace.execution.ended',
});

/**
 * A request to the leader function: the input of a schedule, or a message of the leader's queue.
 * Events of the bus and of S3 arrive in the format of EventBridge instead.
 */
export type LeaderRequest =
  /** Runs one tick; sent by the leader schedule and by the one-time schedule. */
  | { readonly kind: 'tick' }
  /** Starts the app's batch of this name, once for each `id`. */
  | { readonly kind: 'batch'; readonly batch: string; readonly id: string }
  /**
   * Continues the batches that the leader with this id left leased. `pausedMs` is the pause before
   * this request: while nothing is recorded, each pause is longer than the last.
   */
  | { readonly kind: 'continue'; readonly predecessor: string; readonly pausedMs?: number };

/**
 * Placeholder that EventBridge Scheduler replaces by the time that a schedule was due. It is the
 * same for every attempt and duplicate of one firing, unlike Scheduler's execution id.
 */
export const scheduledTime = '<aws.scheduler.scheduled-time>';

/** Maximum length of a schedule's name at EventBridge Scheduler. */
const nameLengthMax = 64;
const namePrefix = 'batch-';

/**
 * Returns the name of a batch's schedule in the group of its app. A long one ends with a part of
 * its hash, so that two batches never share a schedule.
 */
export function batchScheduleName(batch: string): string {
  const name = `${namePrefix}${batch}`;
  if (name.length <= nameLengthMax) return name;
  const hash = createHash('sha256').update(batch).digest('hex').slice(0, 12);
  return `${name.slice(0, nameLengthMax - hash.length - 1)}-${hash}`;
}
