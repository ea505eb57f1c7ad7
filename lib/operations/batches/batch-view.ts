/** A batch as it is shown to users. */
import type { Json } from '../../asl/json/json.ts';
import { type FailureThresholds, readFailureThresholds } from '../../batch/failure-thresholds.ts';
import { isChildMachine, parseMapRun } from '../../batch/map-run/map-run-batch.ts';
import { measureRead } from '../../batch/sources/file-source.ts';
import type { BatchRecord } from '../../ports/store/batch-store.ts';

/** A batch without its documents, which may be large, and without what only its leader reads. */
export interface BatchSummary
  extends Omit<
    BatchRecord,
    | 'source'
    | 'options'
    | 'cursor'
    | 'memory'
    | 'sentIndex'
    | 'traceparent'
    | 'maxConcurrency'
    | 'toleratedCount'
    | 'toleratedPercentage'
  > {
  /** The execution whose distributed Map the batch runs; null for any other batch. */
  readonly parentExecutionId: string | null;
  /** How much of its file has been read, in bytes; null when that is not known. */
  readonly sourceRead: { readonly bytes: number; readonly ofBytes: number } | null;
  /** The failure rates that warn and that pause it; null when failures do neither. */
  readonly failurePolicy: FailureThresholds | null;
}

/** Returns a batch as it is shown to users. */
export function toBatchSummary(batch: BatchRecord): BatchSummary {
  const { source: _, options, cursor, memory, sentIndex, traceparent, ...rest } = batch;
  const { maxConcurrency, toleratedCount, toleratedPercentage, ...summary } = rest;
  return {
    ...summary,
    parentExecutionId: parseMapRun(batch)?.parent.executionId ?? null,
    sourceRead: readOf(batch),
    failurePolicy: readFailureThresholds(options),
  };
}

/** The last byte of a file may belong to no record: a source that is done has read all of it. */
function readOf({ machineId, cursor, sourceDone }: BatchRecord): BatchSummary['sourceRead'] {
  // The cursors of map runs also describe compressed files, whose sizes are others.
  if (cursor === null || isChildMachine(machineId)) return null;
  const read = measureRead(JSON.parse(cursor) as Json);
  return read !== null && sourceDone ? { ...read, bytes: read.ofBytes } : read;
}
