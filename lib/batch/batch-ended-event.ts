/** The event that reports the end of a batch to systems outside. */

import type { BusEvent } from '../ports/event-bus.ts';
import type { BatchStatus, LeasedBatch } from '../ports/store/batch-store.ts';
import { isChildMachine } from './map-run/map-run-batch.ts';

/**
 * Creates the event that reports the end of a batch, with its counters as the leader last read
 * them. Returns null when `status` is no end, and for a map run, which is a part of its parent.
 * Pure.
 */
export function createBatchEndedEvent(
  { id, name, machineId, created, succeeded, failed, timedOut, aborted }: LeasedBatch,
  status: BatchStatus,
  reason: string | null,
  at: number,
): BusEvent | null {
  if (status === 'RUNNING' || status === 'PAUSED' || isChildMachine(machineId)) return null;
  const executions = { created, succeeded, failed, timedOut, aborted };
  const detail = { batchId: id, name, machineId, status, reason, executions };
  return { type: 'millrace.batch.ended', detail, at };
}
