/** The spans of a batch: its fan-out, and its end. */
import type { BatchStatus, LeasedBatch } from '../../ports/store/batch-store.ts';
import type { NewExecution } from '../../ports/store/execution-store.ts';
import type { Span, Tracer } from '../../ports/tracer.ts';

/**
 * Number of executions of a batch that are in the batch's own trace. Each later one has a trace of
 * its own, with a link to the batch: no backend shows a trace of a million spans, and a sampler
 * can choose among traces only.
 */
const batchTraceItemsMax = 1_000;

/** What {@link traceFanOut} depends on. */
export interface FanOutTrace {
  readonly tracer: Tracer;
  /** The span of the chunk's fan-out. */
  readonly span: Span;
  /** Names the span that the batch is a part of; null when it has none. */
  readonly batch: string | null;
}

/** Returns the executions of a chunk with their places in traces. */
export function traceFanOut(
  executions: readonly NewExecution[],
  { tracer, span, batch }: FanOutTrace,
): readonly NewExecution[] {
  const parent = span.traceparent ?? batch;
  if (parent === null) return executions;
  return executions.map((execution) => {
    const { batchIndex = 0, machineId } = execution;
    if (batchIndex < batchTraceItemsMax) return { ...execution, traceparent: parent };
    const own = tracer.start({
      name: `create ${machineId}`,
      kind: 'producer',
      parent: null,
      links: [parent],
      attributes: { 'millrace.execution.id': execution.id },
    });
    own.end();
    return own.traceparent === null ? execution : { ...execution, traceparent: own.traceparent };
  });
}

/** Records a batch that has ended as one span, from its creation to its end. */
export function traceBatchEnd(
  tracer: Tracer,
  batch: LeasedBatch,
  status: BatchStatus,
  endedAt: number,
): void {
  if (!tracer.isOn) return;
  const { name, id, machineId, traceparent, createdAt } = batch;
  const span = tracer.start({
    name: `batch ${name}`,
    parent: traceparent,
    at: createdAt,
    attributes: {
      'millrace.batch.id': id,
      'millrace.batch.name': name,
      'millrace.machine.id': machineId,
      'millrace.status': status,
      'millrace.batch.created': batch.created,
      'millrace.batch.failed': batch.failed + batch.timedOut,
    },
  });
  span.end({ at: endedAt, ...(status !== 'SUCCEEDED' && { error: status }) });
}
