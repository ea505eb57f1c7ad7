/** What is told outside of a batch's end. */
import { describe, expect, it } from 'vitest';
import { batchEnded } from '../../lib/batch/batch-ended.ts';
import { eventTypes } from '../../lib/config/event-names.ts';
import type { LeasedBatch } from '../../lib/ports/batch-store.ts';

const batch: LeasedBatch = {
  ...{ id: 'b1', name: 'nightly', machineId: 'orders', machineVersion: 3, status: 'RUNNING' },
  ...{ reason: null, cursor: '{"byte":9}', sourceDone: true, sentIndex: 3, memory: null },
  ...{ abortReason: null, createdAt: 1, endedAt: null, fence: 2 },
  ...{ created: 3, succeeded: 1, failed: 1, timedOut: 0, aborted: 1 },
};

describe('the event of a batch’s end', () => {
  it('has ids, status, reason and counters, and no document', () => {
    expect(batchEnded(batch, 'FAILED', 'too many', 7)).toEqual({
      type: eventTypes.batchEnded,
      at: 7,
      detail: {
        ...{ batchId: 'b1', name: 'nightly', machineId: 'orders' },
        ...{ status: 'FAILED', reason: 'too many' },
        executions: { created: 3, succeeded: 1, failed: 1, timedOut: 0, aborted: 1 },
      },
    });
  });

  it('is none for a pause, nor for the run of a distributed Map', () => {
    expect(batchEnded(batch, 'PAUSED', 'too many', 7)).toBeNull();
    expect(batchEnded({ ...batch, machineId: 'orders/Map' }, 'SUCCEEDED', null, 7)).toBeNull();
  });
});
