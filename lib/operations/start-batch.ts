/** Starts a batch: checks everything that would fail it, and only then records it. */
import { resolve } from 'node:path';
import type { BatchOptionsInput } from '../batch/batch-options.ts';
import type { ItemMapping } from '../batch/item-mapping.ts';
import { isObjectUrl } from '../batch/object-url.ts';
import { parseSourceSpec, type SourceSpec } from '../batch/source-spec.ts';
import type { BatchRecord, NewBatch } from '../ports/store/batch-store.ts';
import { BatchReader, type BatchReaderDeps } from '../roles/batch/batch-reader.ts';
import type { AppContext } from './app-context.ts';
import { type RegisteredMachine, requireHandlers } from './machine-registry.ts';

/** A batch to start. */
export interface BatchRequest {
  /** Makes the start idempotent: the same id starts one batch. @default a new id */
  readonly id?: string;
  /** The name shown in lists. @default the machine's id */
  readonly name?: string;
  readonly source: SourceSpec;
  /** An item's name, priority and input. @default the item as input, named by its index */
  readonly item?: ItemMapping;
  readonly options?: BatchOptionsInput;
}

/** The parts of the context that a batch is read with. */
export type BatchReaderContext = Pick<
  AppContext,
  'app' | 'clock' | 'entropy' | 'files' | 'objects' | 'settings' | 'store'
>;

/**
 * Records a batch as RUNNING. Relative paths of its source start at the app's folder. A batch whose
 * id exists is returned as it is, and its source is not checked again. Throws UNKNOWN_HANDLER,
 * UNKNOWN_TRANSFORMER, INVALID_ARGUMENT or FILE_NOT_READABLE, and then records nothing.
 */
export async function startBatch(
  context: BatchReaderContext & Pick<AppContext, 'invoker'>,
  machine: RegisteredMachine,
  request: BatchRequest,
): Promise<BatchRecord> {
  const { app, entropy, store, invoker } = context;
  const existing = request.id === undefined ? null : await store.getBatch(request.id);
  if (existing !== null) return existing;
  requireHandlers(machine, invoker);
  const id = request.id ?? entropy.uuid();
  const options = { ...request.options, ...(request.item && { item: request.item }) };
  const batch: NewBatch = {
    id,
    name: request.name ?? machine.record.id,
    machineId: machine.record.id,
    machineVersion: machine.record.version,
    source: JSON.stringify(resolvePath(parseSourceSpec(request.source), app.folder)),
    options: JSON.stringify(options),
  };
  await probeSource(context, batch);
  return store.createBatch(batch);
}

/** Opens the batch as a leader would, and reads one item. */
async function probeSource(context: BatchReaderContext, batch: NewBatch): Promise<void> {
  const reader = new BatchReader(batch, batchReaderDeps(context));
  try {
    await reader.probe();
  } finally {
    await reader.close();
  }
}

/** Returns what leaders read batches with. */
export function batchReaderDeps({
  store,
  files,
  objects,
  clock,
  entropy,
  app,
  settings,
}: BatchReaderContext): BatchReaderDeps {
  return {
    store,
    files,
    objects,
    clock,
    entropy,
    transformers: app.transformers,
    queues: Object.keys(settings.queues),
    payloadBytesMax: settings.payloadBytesMax,
  };
}

function resolvePath(source: SourceSpec, folder: string): SourceSpec {
  if (!('path' in source) || isObjectUrl(source.path)) return source;
  return { ...source, path: resolve(folder, source.path) };
}
