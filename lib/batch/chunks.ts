/** Plans the next chunk of a batch, and turns its items into executions to record. Pure. */
import type { Json } from '../asl/json/json.ts';
import { messageOf } from '../errors.ts';
import type { BatchCounters } from '../ports/store/batch-store.ts';
import type { CreateResult, NewExecution } from '../ports/store/execution-store.ts';
import type { BatchOptions } from './batch-options.ts';
import type { SourceItem } from './batch-source.ts';
import { countInFlight } from './batch-tally.ts';
import type { MapItem } from './item-mapping.ts';
import type { PayloadCheck } from './payload-schema.ts';

/** What the executions of a batch have in common. */
export interface ItemExecutionContext {
  readonly batchId: string;
  readonly machineId: string;
  readonly machineVersion: number;
  readonly options: Pick<BatchOptions, 'namePrefix' | 'priority' | 'retriesMax'>;
  readonly mapItem: MapItem;
  /** Returns a new UUID of version 7. */
  readonly uuid: () => string;
  /** Maximum input, in bytes of UTF-8. */
  readonly payloadBytesMax: number;
  /** Checks the inputs of the machine. @default any JSON is accepted */
  readonly checkInput?: PayloadCheck | null;
  /** The mocked answers of all executions. @default none */
  readonly mockCase?: string;
}

/**
 * Returns one execution for each item, named by the item's index unless the mapping names it. An
 * item with a problem becomes an execution that fails with that problem, so that the counters add
 * up and users see it.
 */
export function toExecutions(
  items: readonly SourceItem[],
  context: ItemExecutionContext,
): NewExecution[] {
  return items.map((item) => {
    if ('problem' in item) return withProblem(item.index, item.problem, 'null', context);
    const execution = fromItem(item.value, item.index, context);
    return item.link === undefined ? execution : { ...execution, link: item.link };
  });
}

/** Returns the executions that are new, without those whose name or link was recorded before. */
export function selectCreated(
  executions: readonly NewExecution[],
  results: readonly CreateResult[],
): NewExecution[] {
  const created = new Set(results.flatMap((result) => (result.created ? [result.id] : [])));
  return executions.filter(({ id }) => created.has(id));
}

function fromItem(value: Json, index: number, context: ItemExecutionContext): NewExecution {
  const mapped = context.mapItem(value, index);
  if ('problem' in mapped) {
    return withProblem(index, mapped.problem, toShownInput(value, context), context);
  }
  const input = toInputText(mapped.input, context);
  if ('problem' in input) return withProblem(index, input.problem, 'null', context);
  const mismatch = context.checkInput?.(input.text) ?? null;
  if (mismatch !== null) {
    const problem = `the input does not match the schema of the machine '${context.machineId}': ${mismatch}`;
    return withProblem(index, problem, input.text, context);
  }
  const { name, queue, labels } = mapped;
  return {
    ...commonFields(index, context),
    name,
    queue,
    input: input.text,
    ...(labels !== undefined && { labels }),
  };
}

function withProblem(
  index: number,
  problem: string,
  input: string,
  context: ItemExecutionContext,
): NewExecution {
  const { namePrefix, priority } = context.options;
  const name = `${namePrefix}-${index}`;
  // A retry would meet the same item.
  return { ...commonFields(index, context), name, queue: priority, input, retriesMax: 0, problem };
}

function commonFields(index: number, context: ItemExecutionContext) {
  const { uuid, machineId, machineVersion, batchId, options, mockCase } = context;
  const { retriesMax } = options;
  return {
    id: uuid(),
    machineId,
    machineVersion,
    retriesMax,
    batchId,
    batchIndex: index,
    ...(mockCase !== undefined && { mockCase }),
  };
}

/** Returns the item that has a problem, as JSON text; `null` when it is too large to store. */
function toShownInput(value: Json, context: ItemExecutionContext): string {
  const input = toInputText(value, context);
  return 'text' in input ? input.text : 'null';
}

function toInputText(
  value: Json,
  { payloadBytesMax }: ItemExecutionContext,
): { readonly text: string } | { readonly problem: string } {
  try {
    const text = JSON.stringify(value);
    const bytes = Buffer.byteLength(text);
    if (bytes <= payloadBytesMax) return { text };
    return { problem: `the input is at most ${payloadBytesMax} bytes, found ${bytes}` };
  } catch (error) {
    return { problem: `the input cannot be written as JSON: ${messageOf(error)}` };
  }
}

/** Returns the maximum number of items of the next chunk; 0 to wait for executions to end. */
export type PlanChunk = (counters: BatchCounters, options: ChunkOptions) => number;

type ChunkOptions = Pick<BatchOptions, 'maxInFlight' | 'chunkSize' | 'stopOnError'>;

/** Returns the maximum number of items of the next chunk that the mode of the batch allows. */
export function planByMode(
  counters: BatchCounters,
  { mode, microBatchSize }: Pick<BatchOptions, 'mode' | 'microBatchSize'>,
): number {
  if (mode === 'parallel') return Number.POSITIVE_INFINITY;
  const size = mode === 'sequential' ? 1 : microBatchSize;
  // A micro-batch may take several chunks: large items, or some that were left out.
  const begun = counters.created % size;
  if (begun > 0) return size - begun;
  return countInFlight(counters) > 0 ? 0 : size;
}

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
