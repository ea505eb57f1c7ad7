/** Starts a batch: checks everything that would fail it, and only then records it. */
import { resolve } from 'node:path';
import { parseJson } from '../asl/json/parse-json.ts';
import { sameJson } from '../asl/json/same-json.ts';
import { type BatchOptionsInput, findOverlap } from '../batch/batch-options.ts';
import type { EndHook } from '../batch/end-hook.ts';
import type { ItemMapping } from '../batch/item-mapping.ts';
import { isObjectUrl } from '../batch/object-url.ts';
import { toRequestedBatchId } from '../batch/schedule/requested-batch-id.ts';
import { parseSourceSpec, type SourceSpec } from '../batch/source-spec.ts';
import { toStorableDocument } from '../drivers/shared/storable.ts';
import { MillraceError } from '../errors.ts';
import type { BatchRecord, NewBatch } from '../ports/store/batch-store.ts';
import { BatchReader, type BatchReaderDeps } from '../roles/batch/batch-reader.ts';
import { toTaskResource } from '../roles/execution/task-machine.ts';
import { toHandlerHookType } from '../roles/hooks/hook-types.ts';
import type { AppContext } from './app-context.ts';
import { checkTraceparent, traceStart } from './enqueue/trace-start.ts';
import { type RegisteredMachine, requireHandlers } from './machine-registry.ts';

/** A batch to start. */
export interface BatchRequest {
  /**
   * Makes the start idempotent: the same id starts one batch. An id that is no UUID is unique among
   * the batches of the name. @default a new id
   */
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

/** How a batch is started whose id exists. */
export interface BatchStartOptions {
  /**
   * Whether it is returned whatever it was started with: for a trigger, which may come again after
   * a deploy has changed the configuration. @default false
   */
  readonly answersAny?: boolean;
}

/**
 * Records a batch as RUNNING. Relative paths of its source start at the app's folder. A batch whose
 * id exists is returned as it is, and its source is not checked again; so is the open batch of its
 * name when its `overlap` is `skip`. Throws UNKNOWN_HANDLER, UNKNOWN_TRANSFORMER, INVALID_ARGUMENT
 * or FILE_NOT_READABLE, or CONFLICT for an id that was used for another batch, and then records
 * nothing.
 */
export async function startBatch(
  context: BatchReaderContext & Pick<AppContext, 'invoker' | 'tracer'>,
  machine: RegisteredMachine,
  request: BatchRequest,
  { answersAny = false }: BatchStartOptions = {},
): Promise<BatchRecord> {
  const { name = machine.record.id, traceparent } = request;
  const id = request.id === undefined ? undefined : toRequestedBatchId(name, request.id);
  const start = {
    name: `start batch ${name}`,
    attributes: { 'millrace.batch.name': name, 'millrace.machine.id': machine.record.id },
    caller: traceparent === undefined ? undefined : checkTraceparent(traceparent),
  };
  return await traceStart(context.tracer, start, (parent) =>
    recordBatch(
      context,
      machine,
      { ...request, name, ...(id !== undefined && { id }) },
      { traceparent: parent, answersAny },
    ),
  );
}

async function recordBatch(
  context: BatchReaderContext & Pick<AppContext, 'invoker'>,
  machine: RegisteredMachine,
  request: BatchRequest & { readonly name: string },
  {
    traceparent,
    answersAny,
  }: Required<BatchStartOptions> & { readonly traceparent: string | null },
): Promise<BatchRecord> {
  const { store } = context;
  const batch = toNewBatch(context, machine, request);
  const existing = request.id === undefined ? null : await store.getBatch(request.id);
  if (existing !== null) {
    if (!answersAny) requireSame(existing, batch);
    return existing;
  }
  await requireHandlers(machine, context);
  requireHook(context, request.options?.onEnd ?? null);
  await probeSource(context, batch);
  const record = await store.createBatch({
    ...batch,
    ...(traceparent !== null && { traceparent }),
  });
  // Another caller may have been faster.
  if (request.id === record.id && !answersAny) requireSame(record, batch);
  return record;
}

function toNewBatch(
  { app, entropy }: Pick<BatchReaderContext, 'app' | 'entropy'>,
  machine: RegisteredMachine,
  request: BatchRequest & { readonly name: string },
): NewBatch {
  const options = {
    ...request.options,
    ...(request.item && { item: request.item }),
    ...toRouteOptions(machine),
  };
  return {
    id: request.id ?? entropy.uuid(),
    name: request.name,
    machineId: machine.record.id,
    machineVersion: machine.record.version,
    source: JSON.stringify(resolvePath(parseSourceSpec(request.source), app.folder)),
    options: JSON.stringify(options),
    ...(findOverlap(options) === 'skip' && { unlessOpen: true }),
  };
}

/** A batch of an alias is routed item by item; one of a version has one revision. */
function toRouteOptions({
  qualifier,
}: RegisteredMachine): Pick<BatchOptionsInput, 'alias' | 'publishedVersion'> {
  if (qualifier === undefined) return {};
  return qualifier.kind === 'alias'
    ? { alias: qualifier.name }
    : { publishedVersion: qualifier.number };
}

/** Throws CONFLICT when a batch was started with other arguments than a second start of its id. */
function requireSame(existing: BatchRecord, { id, name, machineId, ...given }: NewBatch): void {
  const differs = [
    existing.name !== name && 'the name',
    existing.machineId !== machineId && 'the machine',
    !isStoredText(existing.source, given.source) && 'the source',
    !isStoredText(existing.options, given.options) && 'the options',
  ].filter((what) => what !== false);
  if (differs.length === 0) return;
  throw new MillraceError(
    'CONFLICT',
    `the id ${id} is that of a batch that was started with other arguments (different: ` +
      `${differs.join(', ')}): repeat the start with the same ones, or use another id`,
    { fields: { batchId: id } },
  );
}

/** Members may be in any order. */
function isStoredText(stored: string, given: string): boolean {
  const text = toStorableDocument(given);
  return stored === text || sameJson(parseJson(stored), parseJson(text));
}

/** A webhook that could not be signed or reached would only be noticed when the batch has ended. */
function requireHook(
  { app: { webhooks }, invoker }: Pick<AppContext, 'app' | 'invoker'>,
  onEnd: EndHook | null,
): void {
  if (onEnd === null) return;
  if ('handler' in onEnd) {
    const resource = toTaskResource(toHandlerHookType(onEnd.handler));
    const refusal = invoker.findRefusal({ resource, parameters: {} });
    if (refusal === null) return;
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `options.onEnd.handler: the configuration has no handlers.${onEnd.handler}`,
    );
  }
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
