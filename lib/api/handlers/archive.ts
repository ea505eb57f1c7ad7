/**
 * Operations on the archive, as an app carries them out. An order about many entries ends in time,
 * and its cursor holds what it has not got to: the moment up to which entries count, and how many
 * are left of those that were asked for.
 */

import type { Millrace } from '../../app/millrace.ts';
import { MillraceError } from '../../errors.ts';
import { type PaceOptions, thereNow } from '../../operations/archive.ts';
import { findExecution, shownExecution } from '../../operations/executions.ts';
import type { ArchiveEntry, ArchiveFilter } from '../../ports/archive-store.ts';
import type { archiveOperations } from '../contract/archive.ts';
import type { ApiCall, ApiRequest } from '../contract/contract.ts';
import type { AppOpener, Some } from './app-opener.ts';

/** How long an order takes before it answers with a cursor, in milliseconds. */
const orderMsMax = 20_000;

/** See this file's head. */
export function archiveOf(open: AppOpener): Some<keyof typeof archiveOperations> {
  return {
    listArchive: async ({ query: { limit, cursor, ...filter } }) => {
      const { store } = await open();
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      return await store.listArchive(filter, page);
    },
    getArchived: async ({ params: { taskId } }) => {
      const app = await open();
      const entry = await findEntry(app, taskId);
      const { executionId } = entry;
      const record = executionId === null ? null : await app.store.getExecution(executionId);
      const shown = record === null ? null : shownExecution(record);
      return { ...entry, status: shown?.status ?? null, input: shown?.input ?? null };
    },
    redriveArchived: async ({ body }, call) => {
      const app = await open();
      if (body.dryRun) return await rehearse(app, body);
      const { count, next } = await carryOut(app, body, call, async function* (filter, pace) {
        for await (const ids of app.redriveArchived(filter, pace)) yield ids.length;
      });
      return { redriven: count, next };
    },
    deleteArchived: async ({ body }, call) => {
      const app = await open();
      if (body.dryRun) return await rehearse(app, body);
      const { count, next } = await carryOut(app, body, call, (filter, pace) =>
        app.deleteArchived(filter, pace),
      );
      return { deleted: count, next };
    },
  };
}

type Order = ApiRequest<'redriveArchived'>['body'];

async function findEntry(app: Millrace, task: string): Promise<ArchiveEntry> {
  const execution = task.includes(':') ? await findExecution(app, task) : null;
  const entry = await app.store.getArchived(execution?.id ?? task);
  if (entry !== null) return entry;
  throw new MillraceError('TASK_DOES_NOT_EXIST', `the archive has no task '${task}'`, {
    fields: { id: task },
  });
}

/** An order without a condition might be a slip; everything is meant only when said so. */
function filterOf({ all, limit, perSecond, dryRun, cursor, ...filter }: Order): ArchiveFilter {
  if (all || Object.keys(filter).length > 0) return filter;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    'body: expected conditions (taskIds, batchId, machineId, queue, error, archivedFrom, ' +
      'archivedBefore), or "all": true; found none',
  );
}

async function carryOut(
  { store, clock }: Millrace,
  order: Order,
  { signal }: ApiCall,
  give: (filter: ArchiveFilter, pace: PaceOptions) => AsyncGenerator<number>,
): Promise<{ readonly count: number; readonly next: string | null }> {
  const { perSecond, cursor } = order;
  const begun = cursor === undefined ? null : readCursor(cursor);
  const filter = {
    ...(await thereNow(store, filterOf(order))),
    ...(begun !== null && { archivedBefore: begun.before }),
  };
  const limit = begun === null ? order.limit : begun.left;
  const time = new AbortController();
  const cancel = clock.after(orderMsMax, () => time.abort());
  let count = 0;
  try {
    const stop = AbortSignal.any([time.signal, signal]);
    const pace = { signal: stop, ...(perSecond !== undefined && { perSecond }) };
    const pages = give(filter, { ...pace, ...(limit !== undefined && { limit }) });
    for await (const taken of pages) count += taken;
    const left = limit === undefined ? undefined : limit - count;
    if (!stop.aborted || left === 0) return { count, next: null };
    const more = (await store.countArchive(filter)) > 0;
    return { count, next: more ? `${filter.archivedBefore}~${left ?? ''}` : null };
  } finally {
    cancel();
  }
}

function readCursor(cursor: string): { readonly before: number; readonly left?: number } {
  const [, before, left] = /^(\d{1,16})~(\d{0,9})$/.exec(cursor) ?? [];
  if (before !== undefined) {
    return { before: Number(before), ...(left && { left: Number(left) }) };
  }
  throw new MillraceError(
    'INVALID_ARGUMENT',
    "body.cursor: expected the 'next' that this order answered before, found " +
      JSON.stringify(cursor.slice(0, 80)),
  );
}

/** Entries that a dry run shows. */
const shownMax = 5;

/** What an order would do. A list begins with the newest: of a part it would show the wrong. */
async function rehearse({ store }: Millrace, order: Order) {
  const filter = filterOf(order);
  const count = await store.countArchive(filter);
  const matching = Math.min(order.limit ?? count, count);
  if (matching < count) return { matching, some: [] };
  const { entries } = await store.listArchive(filter, { limit: shownMax });
  const some = entries.map(({ taskId, executionName, error, reason }) => {
    return { taskId, executionName, error, reason };
  });
  return { matching, some };
}
