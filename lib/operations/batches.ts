/** Lists, shows and starts batches. A batch is named by its id, its name or `latest`. */

import { listKnown } from '../asl/known-names.ts';
import { toRequestedBatchId } from '../batch/schedule/requested-batch-id.ts';
import { MillraceError } from '../errors.ts';
import type { BatchFilter } from '../ports/store/batch-store.ts';
import type { LookedPage, PageRequest } from '../ports/store/page.ts';
import type { AppContext } from './app-context.ts';
import { type BatchReport, reportBatch } from './batches/batch-report.ts';
import { type BatchSummary, toBatchSummary } from './batches/batch-view.ts';
import { resumeBatch } from './batches/change-batch.ts';
import { requireBatch } from './batches/find-batch.ts';
import { type BatchChanges, changeBatch } from './batches/start-changes.ts';
import { type BatchRequest, type BatchStartOptions, startBatch } from './start-batch.ts';
import { resolveMachine } from './state-machines/resolve-machine.ts';

/** A batch that was to be started. */
export interface BatchStart extends BatchSummary {
  /** False: its `overlap` is `skip`, and this is the batch of its name that is open. */
  readonly started: boolean;
}

/** Lists batches, newest first. */
export async function listBatches(
  { store }: Pick<AppContext, 'store'>,
  filter: BatchFilter,
  page: PageRequest,
): Promise<LookedPage<BatchSummary>> {
  const found = await store.listBatches(filter, page);
  return { ...found, entries: found.entries.map(toBatchSummary) };
}

/**
 * Returns one batch.
 * @param batch its id, its name for the newest of that name, or `latest`
 * @throws UNKNOWN_BATCH
 */
export async function getBatch(
  context: Pick<AppContext, 'store'>,
  batch: string,
): Promise<BatchSummary> {
  return toBatchSummary(await requireBatch(context, batch));
}

/**
 * Returns the figures of a batch, with those of the app's own `summarize`.
 * @throws UNKNOWN_BATCH
 */
export async function getBatchReport(
  context: Pick<AppContext, 'store' | 'clock' | 'app' | 'settings'>,
  ref: string,
): Promise<BatchReport> {
  const batch = await requireBatch(context, ref);
  const summarize = configuredBatch(context, batch.name)?.summarize;
  return reportBatch(context, batch, summarize);
}

/**
 * Starts a batch of the configuration, by its name. `changes` replace what the configuration says.
 * @throws UNKNOWN_BATCH, and what {@link startBatch} throws
 */
export async function startConfiguredBatch(
  context: AppContext,
  name: string,
  changes: BatchChanges,
  options: BatchStartOptions = {},
): Promise<BatchStart> {
  const configured = configuredBatch(context, name);
  if (configured === undefined) {
    const known = listKnown(name, Object.keys(context.app.batches));
    throw new MillraceError('UNKNOWN_BATCH', `no batch is named '${name}'; ${known}`);
  }
  const { store, clock, settings, entropy } = context;
  const id = changes.id === undefined ? entropy.uuid() : toRequestedBatchId(name, changes.id);
  const existing = changes.id === undefined ? null : await store.getBatch(id);
  const { item = configured.item, traceparent } = changes;
  const request: BatchRequest = {
    name: changes.name ?? name,
    ...(item !== undefined && { item }),
    ...(traceparent !== undefined && { traceparent }),
    ...changeBatch(configured, changes, {
      name,
      existing,
      now: clock.now(),
      isDeployed: settings.leaderSchedule !== null,
    }),
    id,
  };
  const machine = await resolveMachine(context, configured.machine);
  const record = await startBatch(context, machine, request, options);
  return { ...toBatchSummary(record), started: record.id === id };
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

function configuredBatch({ app }: Pick<AppContext, 'app'>, name: string) {
  return Object.hasOwn(app.batches, name) ? app.batches[name] : undefined;
}
