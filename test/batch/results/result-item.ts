import type { BatchItemResult } from '../../../lib/ports/store/batch-queries.ts';

/** Returns the result of an item, which SUCCEEDED unless `changes` say otherwise. */
export function resultItem(index: number, changes: Partial<BatchItemResult> = {}): BatchItemResult {
  return {
    id: `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    machineId: 'order',
    machineVersion: 1,
    name: `order-${index}`,
    status: 'SUCCEEDED',
    queue: 'default',
    batchId: 'b',
    batchIndex: index,
    attempts: 0,
    stalls: 0,
    error: null,
    cause: null,
    createdAt: Date.UTC(2026, 4, 1),
    startedAt: Date.UTC(2026, 4, 1, 1),
    endedAt: Date.UTC(2026, 4, 1, 1, 0, 1, 500),
    dueAt: null,
    input: `{"id":${index}}`,
    output: '{"total":1}',
    ...changes,
  };
}
