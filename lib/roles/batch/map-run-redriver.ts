/** Redrives the runs of distributed Maps. */
import { parseMapRun, toMapRunBatchId } from '../../batch/map-run/map-run-batch.ts';
import { encodeMapRunMemory, parseMapRunMemory } from '../../batch/map-run/map-run-memory.ts';
import type { MapRunRedriveEffect } from '../../engine/effect.ts';
import { MillraceError } from '../../errors.ts';
import type { BatchRecord, BatchStore } from '../../ports/store/batch-store.ts';
import type { ExecutionFilter, ExecutionQueries } from '../../ports/store/execution-queries.ts';
import type { ExecutionStore } from '../../ports/store/execution-store.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';

/** What {@link redriveMapRun} reads and writes. */
export interface MapRunRedriveDeps {
  readonly store: Pick<BatchStore, 'getBatch' | 'transitionBatch'> &
    Pick<ExecutionStore, 'redriveExecutions'> &
    Pick<ExecutionQueries, 'listExecutions'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
}

/** Number of children that are redriven in one statement. */
const pageSize = 1_000;

/**
 * Redrives a map run that has ended: the children that did not succeed run again, and the batch
 * continues with the items that have no child yet. Safe to repeat after a crash: the batch is
 * reopened last, for the command that is answered from then on.
 * @throws STORE_FAILED, which is retried, while the run has not ended
 * @throws UNKNOWN_BATCH when it is no longer in the store, UNKNOWN_EXECUTION when a child is not
 */
export async function redriveMapRun(
  deps: MapRunRedriveDeps,
  { command, mapRunArn }: MapRunRedriveEffect,
): Promise<void> {
  const { store } = deps;
  const batchId = toMapRunBatchId(mapRunArn);
  const batch = await store.getBatch(batchId);
  const mapRun = batch === null ? null : parseMapRun(batch);
  if (batch === null || mapRun === null) {
    throw new MillraceError(
      'UNKNOWN_BATCH',
      `the map run ${mapRunArn} is no longer in the store, so it cannot be redriven`,
      { fields: { batchId } },
    );
  }
  const { endedAt, memory } = batch;
  if (endedAt === null) {
    if (parseMapRunMemory(memory, mapRun.parent).command !== command) throw stillEnding(batch);
    await requireChildren(store, batch);
    return;
  }
  await requireChildren(store, batch);
  await redriveChildren(deps, batchId);
  const isReopened = await store.transitionBatch({
    batchId,
    from: ['FAILED', 'ABORTED', 'SUCCEEDED'],
    to: 'RUNNING',
    reason: null,
    memory: encodeMapRunMemory({ command, stop: null }),
  });
  if (!isReopened) throw stillEnding(batch);
  // Once it is open, retention keeps the children: it may have deleted some just before.
  await requireChildren(store, batch);
}

/**
 * Whether the run has not ended yet, so that {@link redriveMapRun} could only wait for it. False
 * for one that this command has redriven already, and for one that is no longer in the store.
 */
export async function isStillEnding(
  store: Pick<BatchStore, 'getBatch'>,
  { command, mapRunArn }: MapRunRedriveEffect,
): Promise<boolean> {
  const batch = await store.getBatch(toMapRunBatchId(mapRunArn));
  const mapRun = batch === null ? null : parseMapRun(batch);
  if (batch === null || mapRun === null || batch.endedAt !== null) return false;
  return parseMapRunMemory(batch.memory, mapRun.parent).command !== command;
}

/** The result has the outputs of all children, so a run that retention has thinned out is over. */
async function requireChildren(
  store: MapRunRedriveDeps['store'],
  { id, created }: BatchRecord,
): Promise<void> {
  let kept = 0;
  for await (const ids of listPages(store, { batchId: id })) kept += ids.length;
  if (kept >= created) return;
  throw new MillraceError(
    'UNKNOWN_EXECUTION',
    `retention has deleted ${created - kept} of the ${created} children of the map run ${id}, so it ` +
      'cannot be redriven: start the parent execution again',
    { fields: { batchId: id, deleted: created - kept } },
  );
}

async function redriveChildren(
  { store, dispatcher }: MapRunRedriveDeps,
  batchId: string,
): Promise<void> {
  const filter = { batchId, statuses: ['FAILED', 'TIMED_OUT', 'ABORTED'] as const };
  for await (const ids of listPages(store, filter)) {
    await dispatcher.dispatch(await store.redriveExecutions(ids));
  }
}

async function* listPages(
  store: Pick<ExecutionQueries, 'listExecutions'>,
  filter: ExecutionFilter,
): AsyncGenerator<string[]> {
  let cursor: string | undefined;
  do {
    const page = await store.listExecutions(filter, {
      limit: pageSize,
      ...(cursor !== undefined && { cursor }),
    });
    yield page.entries.map(({ id }) => id);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

function stillEnding({ id }: BatchRecord): MillraceError {
  return new MillraceError('STORE_FAILED', 'the map run to redrive has not ended yet', {
    retryable: true,
    fields: { batchId: id },
  });
}
