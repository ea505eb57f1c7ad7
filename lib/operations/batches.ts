/**
 * Commands on batches. A command is recorded when it returns, and the batch's leader carries it
 * out; repeating one changes nothing.
 */

import type { Json } from '../asl/json/json.ts';
import { type FailurePolicy, parseBatchOptions } from '../batch/batch-options.ts';
import { isChildMachine, parseMapRun } from '../batch/map-run/map-run-batch.ts';
import { measureRead } from '../batch/sources/file-source.ts';
import { MillraceError } from '../errors.ts';
import type { BatchFilter, BatchRecord } from '../ports/store/batch-store.ts';
import type { Page, PageRequest } from '../ports/store/page.ts';
import { abortOpenExecutions } from '../roles/batch/batch-abort.ts';
import { Dispatcher } from '../roles/delivery/dispatcher.ts';
import type { AppContext } from './app-context.ts';
import { type BatchReport, reportBatch } from './batch-report.ts';
import { type BatchRequest, startBatch } from './start-batch.ts';

/** A batch without its documents, which may be large, and without what only its leader reads. */
export interface BatchSummary
  extends Omit<
    BatchRecord,
    'source' | 'options' | 'cursor' | 'memory' | 'sentIndex' | 'traceparent'
  > {
  /** The execution whose distributed Map the batch runs; null for any other batch. */
  readonly parentExecutionId: string | null;
  /** How much of its file has been read, in bytes; null when that is not known. */
  readonly sourceRead: { readonly bytes: number; readonly ofBytes: number } | null;
  /** The failure rates that warn and that pause it; null when failures do neither. */
  readonly failurePolicy: Pick<FailurePolicy, 'softThreshold' | 'hardThreshold'> | null;
}

/** Recorded where the user gives no reason of their own. */
const reasons = Object.freeze({ pause: 'paused on request', cancel: 'cancelled on request' });

/** Lists batches, newest first. */
export async function listBatches(
  { store }: Pick<AppContext, 'store'>,
  filter: BatchFilter,
  page: PageRequest,
): Promise<Page<BatchSummary>> {
  const { entries, next } = await store.listBatches(filter, page);
  return { entries: entries.map(toBatchSummary), next };
}

/**
 * Returns one batch.
 * @throws UNKNOWN_BATCH
 */
export async function getBatch(
  context: Pick<AppContext, 'store'>,
  id: string,
): Promise<BatchSummary> {
  return toBatchSummary(await requireBatch(context, id));
}

/**
 * Returns the figures of a batch, with those of the app's own `summarize`.
 * @throws UNKNOWN_BATCH
 */
export async function getBatchReport(
  context: Pick<AppContext, 'store' | 'clock' | 'app'>,
  id: string,
): Promise<BatchReport> {
  const batch = await requireBatch(context, id);
  const summarize = configuredBatch(context, batch.name)?.summarize;
  return reportBatch(context.store, batch, summarize, context.clock.now());
}

/**
 * Starts a batch of the configuration, by its name. `changes` replace what the configuration says.
 * @throws UNKNOWN_BATCH, and what {@link startBatch} throws
 */
export async function startConfiguredBatch(
  context: AppContext,
  name: string,
  changes: Partial<BatchRequest>,
): Promise<BatchSummary> {
  const configured = configuredBatch(context, name);
  if (configured === undefined) {
    const known = Object.keys(context.app.batches).join(', ') || 'none';
    throw new MillraceError('UNKNOWN_BATCH', `no batch is named '${name}'; known: ${known}`);
  }
  const { source, item, options } = configured;
  const machine = context.machines.get(configured.machine);
  const record = await startBatch(context, machine, {
    name,
    source,
    ...(item !== undefined && { item }),
    ...changes,
    options: { ...options, ...changes.options },
  });
  return toBatchSummary(record);
}

/**
 * Returns the batch of this name to continue: the newest one that is RUNNING, or else PAUSED, which
 * is resumed; when all have ended, the newest as it ended.
 * @throws UNKNOWN_BATCH when none was ever started
 */
export async function resumeNewestBatch(
  context: Pick<AppContext, 'store'>,
  name: string,
): Promise<BatchSummary> {
  const { store } = context;
  for (const filter of [{ status: 'RUNNING' }, { status: 'PAUSED' }, {}] as const) {
    const { entries } = await store.listBatches({ name, ...filter }, { limit: 1 });
    const [batch] = entries;
    if (batch?.status === 'PAUSED') return resumeBatch(context, batch.id);
    if (batch !== undefined) return toBatchSummary(batch);
  }
  throw new MillraceError(
    'UNKNOWN_BATCH',
    `there is no batch named '${name}' to resume in ${store.description}: start one without --resume`,
  );
}

/**
 * Stops the fan-out of a batch; executions that were recorded continue. Returns the batch, PAUSED.
 * @throws UNKNOWN_BATCH
 * @throws CONFLICT when the batch has ended, is being cancelled, or is a distributed Map's run
 */
export async function pauseBatch(
  context: Pick<AppContext, 'store'>,
  id: string,
): Promise<BatchSummary> {
  const { machineId } = await requireBatch(context, id);
  if (isChildMachine(machineId)) throw conflict(id, 'is the run of a Map, which cannot pause');
  await context.store.transitionBatch({
    batchId: id,
    from: ['RUNNING'],
    to: 'PAUSED',
    reason: reasons.pause,
  });
  const batch = await requireBatch(context, id);
  if (batch.status === 'PAUSED') return toBatchSummary(batch);
  throw conflict(id, stateText(batch));
}

/**
 * Continues a paused batch.
 * @throws UNKNOWN_BATCH
 * @throws CONFLICT when the batch has ended or is being cancelled
 */
export async function resumeBatch(
  context: Pick<AppContext, 'store'>,
  id: string,
): Promise<BatchSummary> {
  await context.store.transitionBatch({
    batchId: id,
    from: ['PAUSED'],
    to: 'RUNNING',
    reason: null,
  });
  const batch = await requireBatch(context, id);
  if (batch.status === 'RUNNING' && batch.abortReason === null) return toBatchSummary(batch);
  throw conflict(id, stateText(batch));
}

/**
 * Stops the fan-out of a batch and asks its open executions to stop; the batch becomes ABORTED when
 * the last of them has. Returns the batch as it is now.
 * @throws UNKNOWN_BATCH
 * @throws CONFLICT when the batch has ended otherwise
 */
export async function cancelBatch(
  context: Pick<AppContext, 'store' | 'broker' | 'logger' | 'metrics'>,
  id: string,
  reason: string = reasons.cancel,
): Promise<BatchSummary> {
  const { store } = context;
  if (await store.requestBatchAbort(id, reason)) {
    // The leader does this too. Here, it reaches executions of a run without a queue.
    await abortOpenExecutions({ store, dispatcher: new Dispatcher(context) }, id);
  }
  const batch = await requireBatch(context, id);
  if (batch.abortReason !== null) return toBatchSummary(batch);
  throw conflict(id, stateText(batch));
}

/** Returns the record of a batch; throws UNKNOWN_BATCH. */
async function requireBatch(
  { store }: Pick<AppContext, 'store'>,
  id: string,
): Promise<BatchRecord> {
  const batch = await store.getBatch(id);
  if (batch !== null) return batch;
  throw unknownBatch(id);
}

/** Returns the error for an id that the store does not have. */
export function unknownBatch(id: string): MillraceError {
  return new MillraceError('UNKNOWN_BATCH', `the store has no batch with the id ${id}`, {
    fields: { batchId: id },
  });
}

/** Returns a batch as it is shown to users. */
function toBatchSummary(batch: BatchRecord): BatchSummary {
  const { source: _, options, cursor, memory, sentIndex, traceparent, ...summary } = batch;
  return {
    ...summary,
    parentExecutionId: parseMapRun(batch)?.parent.executionId ?? null,
    sourceRead: readOf(batch),
    failurePolicy: thresholdsOf(batch),
  };
}

function thresholdsOf({ id, options }: BatchRecord): BatchSummary['failurePolicy'] {
  const { failurePolicy } = parseBatchOptions(JSON.parse(options), id);
  if (failurePolicy === null) return null;
  const { softThreshold, hardThreshold } = failurePolicy;
  return { softThreshold, hardThreshold };
}

/** The last byte of a file may belong to no record: a source that is done has read all of it. */
function readOf({ machineId, cursor, sourceDone }: BatchRecord): BatchSummary['sourceRead'] {
  // The cursors of map runs also describe compressed files, whose sizes are others.
  if (cursor === null || isChildMachine(machineId)) return null;
  const read = measureRead(JSON.parse(cursor) as Json);
  return read !== null && sourceDone ? { ...read, bytes: read.ofBytes } : read;
}

function configuredBatch({ app }: Pick<AppContext, 'app'>, name: string) {
  return Object.hasOwn(app.batches, name) ? app.batches[name] : undefined;
}

function stateText({ status, abortReason, endedAt }: BatchRecord): string {
  if (endedAt !== null) return `has ended ${status}`;
  return abortReason === null ? `is ${status}` : `is being cancelled: ${abortReason}`;
}

function conflict(id: string, state: string): MillraceError {
  return new MillraceError('CONFLICT', `the batch ${id} ${state}; nothing was changed`, {
    fields: { batchId: id },
  });
}
