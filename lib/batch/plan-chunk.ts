/** Decides how many items of a batch to record next. Pure. */
import type { BatchCounters } from '../ports/store/batch-store.ts';
import type { BatchOptions } from './batch-options.ts';
import { countInFlight } from './batch-tally.ts';

/** Returns the maximum number of items of the next chunk; 0 to wait for executions to end. */
export type PlanChunk = (counters: BatchCounters, options: ChunkOptions) => number;

type ChunkOptions = Pick<BatchOptions, 'maxInFlight' | 'chunkSize' | 'stopOnError'>;

/** Plans for workers that take tasks from a queue: as many as `maxInFlight` leaves room for. */
export function planChunk(
  counters: BatchCounters,
  { maxInFlight, chunkSize }: Omit<ChunkOptions, 'stopOnError'>,
): number {
  if (maxInFlight === 0) return chunkSize;
  return Math.min(chunkSize, Math.max(0, maxInFlight - countInFlight(counters)));
}

/**
 * Plans for one process that runs `concurrency` executions at once: a chunk is recorded when the
 * one before has ended. With `stopOnError` a chunk is no larger than what runs at once, so that no
 * execution that was recorded has not run when a failure ends the batch.
 */
export function planLocalChunk(concurrency: number): PlanChunk {
  return (counters, { maxInFlight, chunkSize, stopOnError }) => {
    if (countInFlight(counters) > 0) return 0;
    const size = stopOnError ? concurrency : chunkSize;
    return maxInFlight === 0 ? size : Math.min(size, maxInFlight);
  };
}
