/**
 * A batch that a leader has in hand: its options, its open source and how its items become
 * executions.
 */
import { type BatchOptions, parseBatchOptions } from '../batch/batch-options.ts';
import type { BatchSource } from '../batch/batch-source.ts';
import type { FanOutContext } from '../batch/fan-out.ts';
import { compileItemMapping, type ItemTransformer } from '../batch/item-mapping.ts';
import { openSource } from '../batch/open-source.ts';
import { parseSourceSpec } from '../batch/source-spec.ts';
import type { LeasedBatch, NewBatch } from '../ports/batch-store.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { ExecutionStore } from '../ports/execution-store.ts';
import type { ObjectReader } from '../ports/object-store.ts';

/** What batches are made of beside their own rows. */
export interface BatchJobParts {
  readonly store: Pick<ExecutionStore, 'listForChaining'>;
  readonly files: ObjectReader;
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
    const { transformers, queues, payloadBytesMax, files, store } = parts;
    this.id = batch.id;
    this.fence = batch.fence;
    this.options = parseBatchOptions(JSON.parse(batch.options), batch.id);
    this.source = openSource(parseSourceSpec(JSON.parse(batch.source)), { files, store });
    const { item, priority, namePrefix } = this.options;
    const random = () => entropy.random();
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
}
