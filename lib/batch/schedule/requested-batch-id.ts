/** The ids of batches that schedules, events and objects request: the same for the same request. */
import { createHash } from 'node:crypto';

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** A UUID becomes the id of the batch; other ids, such as a time, are only unique for one batch. */
export function toRequestedBatchId(name: string, id: string): string {
  const lower = id.toLowerCase();
  return uuid.test(lower) ? lower : deriveBatchId([name, id]);
}

/** Returns a UUID of version 8 (RFC 9562) that is derived from a hash. */
export function deriveBatchId(fields: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(fields)).digest('hex');
  const [first, second, third] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 15)];
  return `${first}-${second}-8${third}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
}

/** Whether an id is the time at which a schedule was due, as Scheduler writes it. */
export function isScheduledId(id: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(id);
}

/** Returns the time at which a schedule was due as Scheduler writes it. */
export function toScheduledId(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** How long after the time that a schedule was due its batch may have started, in milliseconds. */
const lateMsMax = 900_000;

const secondMs = 1_000;

/**
 * Returns the time at which a schedule was due whose batch this is; null for a batch that something
 * else started. The id is made of that time, in seconds, so a few hundred of them are tried.
 */
export function findScheduledTime(batch: {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
}): number | null {
  if (batch.id.charAt(14) !== '8') return null;
  const latest = Math.floor(batch.createdAt / secondMs) * secondMs;
  for (let at = latest + secondMs; at > latest - lateMsMax; at -= secondMs) {
    if (toRequestedBatchId(batch.name, toScheduledId(at)) === batch.id) return at;
  }
  return null;
}
