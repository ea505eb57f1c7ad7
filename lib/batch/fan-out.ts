/** How much of a batch may be fanned out now, and which executions its items become. Pure. */
import type { Json } from '../asl/json/json.ts';
import { messageOf } from '../errors.ts';
import type { BatchCounters } from '../ports/batch-store.ts';
import type { CreateResult, NewExecution } from '../ports/execution-store.ts';
import type { BatchOptions } from './batch-options.ts';
import type { SourceItem } from './batch-source.ts';
import { inFlightOf } from './batch-tally.ts';
import type { MapItem } from './item-mapping.ts';

/** How many items the next chunk may have: 0 while as many are in flight as may be. */
export function planChunk(
  counters: BatchCounters,
  { maxInFlight, chunkSize }: Pick<BatchOptions, 'maxInFlight' | 'chunkSize'>,
): number {
  if (maxInFlight === 0) return chunkSize;
  return Math.min(chunkSize, Math.max(0, maxInFlight - inFlightOf(counters)));
}

/** The batch that items become executions of. */
export interface FanOutContext {
  readonly batchId: string;
  readonly machineId: string;
  readonly machineVersion: number;
  readonly options: Pick<BatchOptions, 'namePrefix' | 'priority' | 'retriesMax'>;
  readonly mapItem: MapItem;
  /** A UUID of version 7. */
  readonly uuid: () => string;
  /** Largest input, in UTF-8 bytes. */
  readonly payloadBytesMax: number;
}

/**
 * One execution per item, named by its index unless the mapping names it. An item with a problem
 * becomes one too, which fails with that problem: so that the counters add up, and people see it.
 */
export function toExecutions(items: readonly SourceItem[], context: FanOutContext): NewExecution[] {
  return items.map((item) => {
    if ('problem' in item) return withProblem(item.index, item.problem, 'null', context);
    const execution = fromItem(item.value, item.index, context);
    return item.link === undefined ? execution : { ...execution, link: item.link };
  });
}

/** Those of `executions` that were recorded now, not found recorded under the same name or link. */
export function createdAmong(
  executions: readonly NewExecution[],
  results: readonly CreateResult[],
): NewExecution[] {
  const created = new Set(results.flatMap((result) => (result.created ? [result.id] : [])));
  return executions.filter(({ id }) => created.has(id));
}

function fromItem(value: Json, index: number, context: FanOutContext): NewExecution {
  const mapped = context.mapItem(value, index);
  if ('problem' in mapped)
    return withProblem(index, mapped.problem, shown(value, context), context);
  const input = textOf(mapped.input, context);
  if ('problem' in input) return withProblem(index, input.problem, 'null', context);
  const { name, queue } = mapped;
  return { ...frame(index, context), name, queue, input: input.text };
}

function withProblem(
  index: number,
  problem: string,
  input: string,
  context: FanOutContext,
): NewExecution {
  const { namePrefix, priority } = context.options;
  const name = `${namePrefix}-${index}`;
  // Running it again would meet the same item.
  return { ...frame(index, context), name, queue: priority, input, retriesMax: 0, problem };
}

function frame(index: number, context: FanOutContext) {
  const { uuid, machineId, machineVersion, batchId, options } = context;
  const { retriesMax } = options;
  return { id: uuid(), machineId, machineVersion, retriesMax, batchId, batchIndex: index };
}

/** The item that has a problem, so that people see it; null when it is too large to keep. */
function shown(value: Json, context: FanOutContext): string {
  const input = textOf(value, context);
  return 'text' in input ? input.text : 'null';
}

function textOf(
  value: Json,
  { payloadBytesMax }: FanOutContext,
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
