import type { Json } from '../../asl/json/json.ts';
import { parseJson } from '../../asl/json/parse-json.ts';
import { type BatchOptions, parseBatchOptions } from '../../batch/batch-options.ts';
import type { BatchSource, SourceChunk } from '../../batch/batch-source.ts';
import { type ItemExecutionContext, toExecutions } from '../../batch/chunks.ts';
import { compileItemMapping, type ItemTransformer } from '../../batch/item-mapping.ts';
import { type MapRunBatch, parseMapRun } from '../../batch/map-run/map-run-batch.ts';
import { MapRunSource } from '../../batch/map-run/map-run-source.ts';
import { openSource } from '../../batch/open-source.ts';
import type { PayloadCheck } from '../../batch/payload-schema.ts';
import { parseSourceSpec } from '../../batch/source-spec.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { ObjectReader, ObjectStore } from '../../ports/object-store.ts';
import type { NewBatch } from '../../ports/store/batch-store.ts';
import type { ChainQueries } from '../../ports/store/execution-queries.ts';
import type { NewExecution } from '../../ports/store/execution-store.ts';
import type { MachineStore } from '../../ports/store/machine-store.ts';
import { type BatchRouteStore, routeExecutions } from './batch-routes.ts';

/** What a {@link BatchReader} is constructed from, besides the batch. */
export interface BatchReaderDeps {
  readonly store: ChainQueries & Pick<MachineStore, 'getMachine'> & BatchRouteStore;
  /** Reads the files of sources. */
  readonly files: ObjectReader;
  /** Reads the buckets of distributed Maps. */
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Transformers of the app that an item mapping may name. */
  readonly transformers: Readonly<Record<string, ItemTransformer>>;
  /** The queues that workers serve. */
  readonly queues: readonly string[];
  /** Maximum input of an execution, in bytes of UTF-8. */
  readonly payloadBytesMax: number;
  /** Returns the check of a machine's inputs. @default any JSON is accepted */
  readonly inputCheckOf?: (machineId: string) => PayloadCheck | null;
}

/** A batch that is to be recorded, or that was. */
export type ReadBatch = Omit<NewBatch, 'traceparent' | 'parentExecutionId'> & {
  readonly traceparent?: string | null;
};

/** A chunk of a batch as executions to record. */
export interface ExecutionChunk extends Omit<SourceChunk, 'items'> {
  readonly executions: readonly NewExecution[];
}

/**
 * Maximum length of the inputs that are recorded in one statement, in characters. A chunk of 10,000
 * inputs of 256 KiB each is more than a process and a database should hold at once, and more than
 * the RDS Data API accepts.
 */
const chunkCharsMax = 2_000_000;

/**
 * Reads the source of one batch, chunk by chunk, as executions to record. It is the only reader of
 * batches, so that no chunk exceeds 2 MB of inputs on any driver.
 */
export class BatchReader {
  readonly options: BatchOptions;
  /** The request of the distributed Map; null for a batch that is no map run. */
  readonly mapRun: MapRunBatch | null;
  /** The batch's name, and the span that it is a part of; null without tracing. */
  readonly name: string;
  readonly traceparent: string | null;
  readonly #source: BatchSource;
  readonly #context: ItemExecutionContext;
  readonly #store: BatchRouteStore;
  /** Maximum number of items in a chunk, estimated from the sizes of earlier items. */
  #itemsMax = Number.POSITIVE_INFINITY;

  /** Throws INVALID_ARGUMENT or UNKNOWN_TRANSFORMER when the batch does not fit this app. */
  constructor(batch: ReadBatch, deps: BatchReaderDeps) {
    const { transformers, queues, payloadBytesMax, entropy } = deps;
    this.#store = deps.store;
    this.options = parseBatchOptions(JSON.parse(batch.options), batch.id);
    this.mapRun = parseMapRun(batch);
    this.name = batch.name;
    this.traceparent = batch.traceparent ?? null;
    const random = () => entropy.random();
    this.#source = this.#openSource(batch, deps, random);
    const { item, priority, namePrefix } = this.options;
    this.#context = {
      batchId: batch.id,
      machineId: batch.machineId,
      machineVersion: batch.machineVersion,
      options: this.options,
      mapItem: compileItemMapping(item, { transformers, queues, priority, namePrefix, random }),
      uuid: () => entropy.uuid(),
      payloadBytesMax,
      checkInput: deps.inputCheckOf?.(batch.machineId) ?? null,
      ...pickMockCase(this.mapRun),
    };
  }

  /**
   * Reads up to `limit` items from `cursor` on: fewer where their inputs are large. Items that did
   * not fit are read again by the next call, which starts with a smaller chunk.
   */
  async read(cursor: Json | null, limit: number): Promise<ExecutionChunk> {
    for (;;) {
      const { items, ...chunk } = await this.#source.read(cursor, Math.min(limit, this.#itemsMax));
      const unrouted = toExecutions(items, this.#context);
      const executions = await routeExecutions(this.#store, this.options, unrouted);
      const { fitting, chars } = measureFitting(executions);
      if (fitting === executions.length) {
        if (chars < chunkCharsMax / 2) this.#itemsMax *= 2;
        return { ...chunk, executions };
      }
      this.#itemsMax = fitting;
    }
  }

  /** Reads and discards the first item: throws if a leader could not read the source. */
  async probe(): Promise<void> {
    await this.#source.read(null, 1);
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  #openSource({ source }: ReadBatch, deps: BatchReaderDeps, random: () => number): BatchSource {
    const { files, objects, store, clock } = deps;
    if (this.mapRun === null) {
      return openSource(parseSourceSpec(parseJson(source)), { files, store });
    }
    const randomAndTime = { random, now: () => clock.now() };
    return new MapRunSource(this.mapRun, { machines: store, objects, randomAndTime });
  }
}

/** The children of a map run answer their calls as their parent does. */
function pickMockCase(mapRun: MapRunBatch | null): Pick<ItemExecutionContext, 'mockCase'> {
  const mockCase = mapRun?.parent.mockCase;
  return mockCase === undefined ? {} : { mockCase };
}

/** Counts the executions that may be recorded together, at least one, and their characters. */
function measureFitting(executions: readonly NewExecution[]) {
  let chars = 0;
  for (const [index, { input }] of executions.entries()) {
    if (index > 0 && chars + input.length > chunkCharsMax) return { fitting: index, chars };
    chars += input.length;
  }
  return { fitting: executions.length, chars };
}
