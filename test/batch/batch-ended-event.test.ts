/** The event that reports the end of a batch. */
import { describe, expect, it } from 'vitest';
import { createBatchEndedEvent } from '../../lib/batch/batch-ended-event.ts';
import { eventTypes } from '../../lib/config/event-names.ts';
import type { LeasedBatch } from '../../lib/ports/store/batch-store.ts';

const batch: LeasedBatch = {
  id: 'b1',
  name: 'nightly',
  machineId: 'orders',
  machineVersion: 3,
  status: 'RUNNING',
  reason: null,
  cursor: '{"byte":9}',
  sourceDone: true,
  sentIndex: 3,
  memory: null,
  abortReason: null,
  traceparent: null,
  parentExecutionId: null,
  maxConcurrency: null,
  toleratedCount: null,
  toleratedPercentage: null,
  createdAt: 1,
  endedAt: null,
  fence: 2,
  created: 3,
  succeeded: 1,
  failed: 1,
  timedOut: 0,
  aborted: 1,
  retried: 2,
  leftOut: 0,
  onHold: false,
};

describe('createBatchEndedEvent', () => {
  it('a batch-ended event has ids, status, reason and counters, and no document', () => {
    expect(createBatchEndedEvent(batch, 'FAILED', 'too many', 7)).toEqual({
      type: eventTypes.batchEnded,
      at: 7,
      detail: {
        batchId: 'b1',
        name: 'nightly',
        machineId: 'orders',
        status: 'FAILED',
        reason: 'too many',
        executions: { created: 3, succeeded: 1, failed: 1, timedOut: 0, aborted: 1 },
      },
    });
  });

  it('a pause and a map run cause no batch-ended event', () => {
    expect(createBatchEndedEvent(batch, 'PAUSED', 'too many', 7)).toBeNull();
    expect(
      createBatchEndedEvent({ ...batch, machineId: 'orders/Map' }, 'SUCCEEDED', null, 7),
    ).toBeNull();
  });
});
