/**
 * Starts a batch: everything that would fail it is looked at before it is recorded, so that nothing
 * is half-started.
 */
import { resolve } from 'node:path';
import type { BatchOptionsInput } from '../batch/batch-options.ts';
import type { ItemMapping } from '../batch/item-mapping.ts';
import { isObjectUrl } from '../batch/object-url.ts';
import { parseSourceSpec, type SourceSpec } from '../batch/source-spec.ts';
import type { BatchRecord } from '../ports/batch-store.ts';
import { BatchJob } from '../roles/batch/batch-job.ts';
import type { AppContext } from './app-context.ts';
import { type RegisteredMachine, requireHandlers } from './machine-registry.ts';

/** A batch to start. */
export interface BatchRequest {
  /** The same id starts a batch once, however often it is asked for. @default a new one */
  readonly id?: string;
  /** What it is called in lists. @default the machine's id */
  readonly name?: string;
  readonly source: SourceSpec;
  /** An item's name, priority and input. @default the item as input, named by its index */
  readonly item?: ItemMapping;
  readonly options?: BatchOptionsInput;
}

/**
 * Records a batch, RUNNING. Relative paths of its source start at `folder`. One whose id is known
 * is answered as it stands, and its source is not looked at again. Throws UNKNOWN_HANDLER,
 * UNKNOWN_TRANSFORMER, INVALID_ARGUMENT or FILE_NOT_READABLE, and records nothing then.
 */
export async function startBatch(
  context: AppContext,
  machine: RegisteredMachine,
  folder: string,
  request: BatchRequest,
): Promise<BatchRecord> {
  const { entropy, store, invoker } = context;
  const known = request.id === undefined ? null : await store.getBatch(request.id);
  if (known !== null) return known;
  requireHandlers(machine, invoker);
  const id = request.id ?? entropy.uuid();
  const options = { ...request.options, ...(request.item && { item: request.item }) };
  const batch = {
    id,
    name: request.name ?? machine.record.id,
    machineId: machine.record.id,
    machineVersion: machine.record.version,
    source: JSON.stringify(located(parseSourceSpec(request.source), folder)),
    options: JSON.stringify(options),
  };
  await tryFirstItem(context, batch);
  return store.createBatch(batch);
}

/** Opens what a leader would open, and reads one item: a missing file shows here. */
async function tryFirstItem(
  context: AppContext,
  batch: Parameters<AppContext['store']['createBatch']>[0],
): Promise<void> {
  const job = new BatchJob({ ...batch, fence: 0 }, batchJobDeps(context), context.entropy);
  try {
    await job.source.read(null, 1);
  } finally {
    await job.close();
  }
}

/** What a leader's batches are made of, in this world. */
export function batchJobDeps({ store, files, objects, clock, app, settings }: AppContext) {
  return {
    store,
    files,
    objects,
    clock,
    transformers: app.transformers,
    queues: Object.keys(settings.queues),
    payloadBytesMax: settings.payloadBytesMax,
  };
}

function located(source: SourceSpec, folder: string): SourceSpec {
  if (!('path' in source) || isObjectUrl(source.path)) return source;
  return { ...source, path: resolve(folder, source.path) };
}
