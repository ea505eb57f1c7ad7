/** Starts a batch: checks everything that would fail it, and only then records it. */
import { resolve } from 'node:path';
import { type BatchOptionsInput, type BatchWebhook, findOverlap } from '../batch/batch-options.ts';
import type { ItemMapping } from '../batch/item-mapping.ts';
import { isObjectUrl } from '../batch/object-url.ts';
import { parseSourceSpec, type SourceSpec } from '../batch/source-spec.ts';
import { MillraceError } from '../errors.ts';
import type { BatchRecord, NewBatch } from '../ports/store/batch-store.ts';
import { BatchReader, type BatchReaderDeps } from '../roles/batch/batch-reader.ts';
import type { AppContext } from './app-context.ts';
import { checkTraceparent, traceStart } from './enqueue/trace-start.ts';
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
  /** See `EnqueueOptions.traceparent`. @default the active span */
  readonly traceparent?: string;
}

/** The parts of the context that a batch is read with. */
export type BatchReaderContext = Pick<
  AppContext,
  'app' | 'clock' | 'entropy' | 'files' | 'objects' | 'settings' | 'store'
>;

/**
 * Records a batch as RUNNING. Relative paths of its source start at the app's folder. A batch whose
 * id exists is returned as it is, and its source is not checked again; so is the open batch of its
 * name when its `overlap` is `skip`. Throws UNKNOWN_HANDLER,
 * UNKNOWN_TRANSFORMER, INVALID_ARGUMENT or FILE_NOT_READABLE, and then records nothing.
 */
export async function startBatch(
  context: BatchReaderContext & Pick<AppContext, 'invoker' | 'tracer'>,
  machine: RegisteredMachine,
  request: BatchRequest,
): Promise<BatchRecord> {
  const { name = machine.record.id, traceparent } = request;
  const start = {
    name: `start batch ${name}`,
    attributes: { 'millrace.batch.name': name, 'millrace.machine.id': machine.record.id },
    caller: traceparent === undefined ? undefined : checkTraceparent(traceparent),
  };
  return await traceStart(context.tracer, start, (parent) =>
    recordBatch(context, machine, { ...request, name }, parent),
  );
}

async function recordBatch(
  context: BatchReaderContext & Pick<AppContext, 'invoker'>,
  machine: RegisteredMachine,
  request: BatchRequest & { readonly name: string },
  traceparent: string | null,
): Promise<BatchRecord> {
  const { app, entropy, store, invoker } = context;
  const existing = request.id === undefined ? null : await store.getBatch(request.id);
  if (existing !== null) return existing;
  requireHandlers(machine, invoker);
  requireWebhook(app, request.options?.onEnd ?? null);
  const id = request.id ?? entropy.uuid();
  const options = { ...request.options, ...(request.item && { item: request.item }) };
  const batch: NewBatch = {
    id,
    name: request.name,
    machineId: machine.record.id,
    machineVersion: machine.record.version,
    source: JSON.stringify(resolvePath(parseSourceSpec(request.source), app.folder)),
    options: JSON.stringify(options),
    ...(traceparent !== null && { traceparent }),
    ...(findOverlap(options) === 'skip' && { unlessOpen: true }),
  };
  await probeSource(context, batch);
  return store.createBatch(batch);
}

/** A webhook that could not be signed or reached would only be noticed when the batch has ended. */
function requireWebhook(
  { webhooks }: Pick<AppContext['app'], 'webhooks'>,
  onEnd: BatchWebhook | null,
): void {
  if (onEnd === null) return;
  const { secretName, url } = onEnd;
  if (!webhooks.secrets.has(secretName)) {
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `options.onEnd.secretName: the configuration has no webhooks.secrets.${secretName}`,
    );
  }
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || webhooks.privateHosts.has(hostname)) return;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    'options.onEnd.url: expected a URL that begins with https:// (http:// is only for hosts in ' +
      'webhooks.privateHosts)',
  );
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
    ...(app.inputCheckOf && { inputCheckOf: app.inputCheckOf }),
    queues: Object.keys(settings.queues),
    payloadBytesMax: settings.payloadBytesMax,
  };
}

function resolvePath(source: SourceSpec, folder: string): SourceSpec {
  if (!('path' in source) || isObjectUrl(source.path)) return source;
  return { ...source, path: resolve(folder, source.path) };
}
