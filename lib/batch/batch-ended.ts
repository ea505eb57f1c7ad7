/** What is told outside when a batch has ended. Pure. */
import type { BatchStatus, LeasedBatch } from '../ports/batch-store.ts';
import type { BusEvent } from '../ports/event-bus.ts';
import { isChildMachine } from './map-run/map-run-batch.ts';

/**
 * The event of a batch that has come to `status`, with its counters as its leader read them last;
 * null when that is no end, and for the run of a distributed Map, which is a part of its parent.
 */
export function batchEnded(
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
