/**
 * A batch that a leader has in hand: its options, its open source and how its items become
 * executions.
 */

import type { Json } from '../../asl/json/json.ts';
import { type BatchOptions, parseBatchOptions } from '../../batch/batch-options.ts';
import type { BatchSource, SourceChunk } from '../../batch/batch-source.ts';
import { type FanOutContext, toExecutions } from '../../batch/fan-out.ts';
import { compileItemMapping, type ItemTransformer } from '../../batch/item-mapping.ts';
import { type MapRunBatch, mapRunOf } from '../../batch/map-run/map-run-batch.ts';
import { MapRunSource } from '../../batch/map-run/map-run-source.ts';
import { openSource } from '../../batch/open-source.ts';
import { parseSourceSpec } from '../../batch/source-spec.ts';
import type { LeasedBatch, NewBatch } from '../../ports/batch-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { ExecutionStore, NewExecution } from '../../ports/execution-store.ts';
import type { MachineStore } from '../../ports/machine-store.ts';
import type { ObjectReader, ObjectStore } from '../../ports/object-store.ts';

/** What batches are made of beside their own rows. */
export interface BatchJobDeps {
  readonly store: Pick<ExecutionStore, 'listForChaining' | 'readHistory'> &
    Pick<MachineStore, 'getMachine'>;
  /** What sources read. */
  readonly files: ObjectReader;
  /** The buckets of distributed Maps. */
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly transformers: Readonly<Record<string, ItemTransformer>>;
  /** The queues that workers serve. */
  readonly queues: readonly string[];
  /** The largest input of an execution, in bytes of UTF-8. */
  readonly payloadBytesMax: number;
}

/**
 * Inputs that are recorded in one statement, in characters: a chunk of 10,000 times 256 KiB is more
 * than a process and a database should hold at once, and than the RDS Data API takes.
 */
const chunkCharsMax = 2_000_000;

export class BatchJob {
  readonly id: string;
  readonly fence: number;
  readonly options: BatchOptions;
  /** What it runs when it is the run of a distributed Map. */
  readonly mapRun: MapRunBatch | null;
  readonly source: BatchSource;
  readonly fanOutContext: FanOutContext;
  /** Whether all that is recorded has been sent, as far as this leader knows. */
  unsentIsSent = false;
  /** Items of a chunk at most, as far as is known of their size. */
  #itemsMax = Number.POSITIVE_INFINITY;

  /** Throws INVALID_ARGUMENT or UNKNOWN_TRANSFORMER when the row does not fit this app. */
  constructor(batch: NewBatch & Pick<LeasedBatch, 'fence'>, parts: BatchJobDeps, entropy: Entropy) {
    const { transformers, queues, payloadBytesMax } = parts;
    this.id = batch.id;
    this.fence = batch.fence;
    this.options = parseBatchOptions(JSON.parse(batch.options), batch.id);
    this.mapRun = mapRunOf(batch);
    const random = () => entropy.random();
    this.source = this.#openSource(batch, parts, random);
    const { item, priority, namePrefix } = this.options;
    this.fanOutContext = {
      batchId: batch.id,
      machineId: batch.machineId,
      machineVersion: batch.machineVersion,
      options: this.options,
      mapItem: compileItemMapping(item, { transformers, queues, priority, namePrefix, random }),
      uuid: () => entropy.uuid(),
      payloadBytesMax,
    };
  }

  /**
   * Up to `limit` items from `cursor` on, as executions: fewer where their inputs are large. What
   * was too much at once is read again, and the next read begins with what fitted.
   */
  async read(
    cursor: Json | null,
    limit: number,
  ): Promise<Omit<SourceChunk, 'items'> & { readonly executions: NewExecution[] }> {
    for (;;) {
      const { items, ...chunk } = await this.source.read(cursor, Math.min(limit, this.#itemsMax));
      const executions = toExecutions(items, this.fanOutContext);
      const { fitting, chars } = fittingOf(executions);
      if (fitting === executions.length) {
        if (chars < chunkCharsMax / 2) this.#itemsMax *= 2;
        return { ...chunk, executions };
      }
      this.#itemsMax = fitting;
    }
  }

  close(): Promise<void> {
    return this.source.close();
  }

  #openSource({ source }: NewBatch, parts: BatchJobDeps, random: () => number): BatchSource {
    const { files, objects, store, clock } = parts;
    if (this.mapRun === null)
      return openSource(parseSourceSpec(JSON.parse(source)), { files, store });
    const chance = { random, now: () => clock.now() };
    return new MapRunSource(this.mapRun, { machines: store, objects, chance });
  }
}

/** How many of the first of them may be recorded together, at least one; and how long these are. */
function fittingOf(executions: readonly NewExecution[]) {
  let chars = 0;
  for (const [index, { input }] of executions.entries()) {
    if (index > 0 && chars + input.length > chunkCharsMax) return { fitting: index, chars };
    chars += input.length;
  }
  return { fitting: executions.length, chars };
}
