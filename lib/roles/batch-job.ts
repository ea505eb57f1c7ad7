/**
 * A batch that a leader has in hand: its options, its open source and how its items become
 * executions.
 */
import { type BatchOptions, parseBatchOptions } from '../batch/batch-options.ts';
import type { BatchSource } from '../batch/batch-source.ts';
import type { FanOutContext } from '../batch/fan-out.ts';
import { compileItemMapping, type ItemTransformer } from '../batch/item-mapping.ts';
import { type MapRunBatch, mapRunOf } from '../batch/map-run/map-run-batch.ts';
import { MapRunSource } from '../batch/map-run/map-run-source.ts';
import { openSource } from '../batch/open-source.ts';
import { parseSourceSpec } from '../batch/source-spec.ts';
import type { LeasedBatch, NewBatch } from '../ports/batch-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { ExecutionStore } from '../ports/execution-store.ts';
import type { MachineStore } from '../ports/machine-store.ts';
import type { ObjectReader, ObjectStore } from '../ports/object-store.ts';

/** What batches are made of beside their own rows. */
export interface BatchJobParts {
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

  /** Throws INVALID_ARGUMENT or UNKNOWN_TRANSFORMER when the row does not fit this app. */
  constructor(
    batch: NewBatch & Pick<LeasedBatch, 'fence'>,
    parts: BatchJobParts,
    entropy: Entropy,
  ) {
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

  close(): Promise<void> {
    return this.source.close();
  }

  #openSource({ source }: NewBatch, parts: BatchJobParts, random: () => number): BatchSource {
    const { files, objects, store, clock } = parts;
    if (this.mapRun === null)
      return openSource(parseSourceSpec(JSON.parse(source)), { files, store });
    const chance = { random, now: () => clock.now() };
    return new MapRunSource(this.mapRun, { machines: store, objects, chance });
  }
}
