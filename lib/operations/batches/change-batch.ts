/**
 * Commands on one batch. A command is recorded when it returns, and the batch's leader carries it
 * out; repeating one changes nothing. A batch is named by its id, its name or `latest`.
 */
import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import { MillraceError } from '../../errors.ts';
import type { BatchRecord } from '../../ports/store/batch-store.ts';
import { abortOpenExecutions } from '../../roles/batch/batch-abort.ts';
import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import type { AppContext } from '../app-context.ts';
import { type BatchSummary, toBatchSummary } from './batch-view.ts';
import { requireBatch } from './find-batch.ts';

/** Recorded where the user gives no reason of their own. */
const reasons = Object.freeze({ pause: 'paused on request', cancel: 'cancelled on request' });

/** How a batch is paused. */
export interface PauseOptions {
  /** Stands in the batch and in the log of changes. @default 'paused on request' */
  readonly reason?: string;
  /**
   * Whether executions that were recorded and have not begun are held back until the batch is
   * resumed, retries included. What runs finishes in any case. @default false
   */
  readonly hold?: boolean;
}

/**
 * Stops the fan-out of a batch; executions that were recorded continue, or are held back. A paused
 * batch can be put on hold. Returns the batch, PAUSED.
 * @throws UNKNOWN_BATCH
 * @throws CONFLICT when the batch has ended, is being cancelled, or is a distributed Map's run
 */
export async function pauseBatch(
  context: Pick<AppContext, 'store'>,
  ref: string,
  { reason = reasons.pause, hold = false }: PauseOptions = {},
): Promise<BatchSummary> {
  const { id, machineId } = await requireBatch(context, ref);
  if (isChildMachine(machineId)) throw conflict(id, 'is the run of a Map, which cannot pause');
  await context.store.transitionBatch({
    batchId: id,
    from: hold ? ['RUNNING', 'PAUSED'] : ['RUNNING'],
    to: 'PAUSED',
    reason,
    hold,
  });
  const batch = await requireBatch(context, id);
  if (batch.status === 'PAUSED') return toBatchSummary(batch);
  throw conflict(id, stateText(batch));
}

/**
 * Continues a paused batch, with what was held back.
 * @throws UNKNOWN_BATCH
 * @throws CONFLICT when the batch has ended or is being cancelled
 */
export async function resumeBatch(
  context: Pick<AppContext, 'store'>,
  ref: string,
): Promise<BatchSummary> {
  const { id } = await requireBatch(context, ref);
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
  ref: string,
  reason: string = reasons.cancel,
): Promise<BatchSummary> {
  const { store } = context;
  const { id } = await requireBatch(context, ref);
  if (await store.requestBatchAbort(id, reason)) {
    // The leader does this too. Here, it reaches executions of a run without a queue.
    await abortOpenExecutions({ store, dispatcher: new Dispatcher(context) }, id);
  }
  const batch = await requireBatch(context, id);
  if (batch.abortReason !== null) return toBatchSummary(batch);
  throw conflict(id, stateText(batch));
}

/** Number of executions that are deleted in one statement. */
const pageSize = 500;

/** What was deleted with a batch. */
export interface DeletedBatch {
  readonly id: string;
  /** Number of executions. */
  readonly deleted: number;
}

/**
 * Deletes a batch that has ended, with its executions, their histories, archive entries and all
 * figures. Repeating it continues where it was interrupted.
 * @throws UNKNOWN_BATCH
 * @throws CONFLICT when the batch is open, or when executions continue ones that still exist: these
 *   keep them from being taken twice, and the batch is kept with them
 */
export async function deleteBatch(
  context: Pick<AppContext, 'store'>,
  ref: string,
): Promise<DeletedBatch> {
  const { store } = context;
  const batch = await requireBatch(context, ref);
  const { id } = batch;
  if (batch.endedAt === null) throw conflict(id, `${stateText(batch)}: cancel it first`);
  let deleted = 0;
  let kept = 0;
  let cursor: string | null = null;
  do {
    const page: { limit: number; cursor?: string } = { limit: pageSize };
    if (cursor !== null) page.cursor = cursor;
    const { entries, next } = await store.listOutputs(id, page);
    const gone = await store.deleteTasks(entries.map((execution) => execution.id));
    deleted += gone.length;
    kept += entries.length - gone.length;
    cursor = next;
  } while (cursor !== null);
  if (await store.deleteBatch(id)) return { id, deleted };
  throw new MillraceError(
    'CONFLICT',
    `${deleted} executions of the batch ${id} were deleted; ${kept} continue executions that still ` +
      'exist, so they are kept, and the batch with them: delete the batch of those first',
    { fields: { batchId: id } },
  );
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
