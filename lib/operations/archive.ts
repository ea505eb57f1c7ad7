/** Commands on the archive: the tasks whose retries are exhausted. */

import type { Json } from '../asl/json/json.ts';
import { JsonText } from '../asl/json/json-text.ts';
import { MillraceError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { ArchiveEntry, ArchiveFilter, ArchiveSummary } from '../ports/store/archive-store.ts';
import type { MachineVersions } from '../ports/store/execution-store.ts';
import type { Page, PageRequest } from '../ports/store/page.ts';
import { pause } from '../retry/pause.ts';
import { Dispatcher } from '../roles/delivery/dispatcher.ts';
import type { AppContext } from './app-context.ts';
import { type RedriveTracing, traceRedrive } from './enqueue/trace-start.ts';
import { findExecution } from './find-execution.ts';
import { type NewestContext, selectForNewest } from './newest-definitions.ts';

/** Selects entries for a command; every condition given must hold. */
export interface ArchiveSelection extends ArchiveFilter {
  /** Selects the whole archive. Required when there is no condition. @default false */
  readonly all?: boolean;
}

/** How many entries a command takes, and how fast. */
export interface PaceOptions {
  /** Maximum number of entries, oldest first. @default all that match */
  readonly limit?: number;
  /** Maximum number of entries per second. @default no limit */
  readonly perSecond?: number;
  /** Ends the command after the page in progress. */
  readonly signal?: AbortSignal;
}

/** An entry of the archive with what is known of its execution. */
export interface ArchivedTask extends ArchiveEntry {
  /** Null when the execution is unknown. */
  readonly status: string | null;
  /** The execution's input; null when the execution is unknown. */
  readonly input: Json;
}

/** An entry of the archive, with the input of its execution letter for letter. */
export interface ArchivedText extends Omit<ArchivedTask, 'input'> {
  readonly input: JsonText | null;
}

/** What a redrive or a deletion would do. */
export interface ArchivePreview {
  /** The number of entries that it would take. */
  readonly matching: number;
  /** The first entries that it would take, oldest first. */
  readonly some: readonly Pick<ArchiveEntry, 'taskId' | 'executionName' | 'error' | 'reason'>[];
}

/** Maximum number of entries of one statement. */
const pageMax = 1_000;

/** Maximum number of entries that a preview shows. */
const previewMax = 5;

/** Lists entries, newest first. */
export function listArchive(
  { store }: Pick<AppContext, 'store'>,
  filter: ArchiveFilter,
  page: PageRequest,
): Promise<Page<ArchiveEntry>> {
  return store.listArchive(filter, page);
}

/**
 * Returns one entry, by its task's id or by `machine:name` of its execution.
 * @throws UNKNOWN_TASK
 */
export async function getArchived(
  { store }: Pick<AppContext, 'store'>,
  task: string,
): Promise<ArchivedText> {
  const entry = await findEntry(store, task);
  if (entry === null) {
    const message = `the archive has no task '${task}'; 'archive list' shows its entries`;
    throw new MillraceError('UNKNOWN_TASK', message, { fields: { id: task } });
  }
  const { executionId } = entry;
  const record = executionId === null ? null : await store.getExecution(executionId);
  if (record === null) return { ...entry, status: null, input: null };
  return { ...entry, status: record.status, input: new JsonText(record.input) };
}

async function findEntry(store: AppContext['store'], task: string): Promise<ArchiveEntry | null> {
  const entry = await store.getArchived(task);
  if (entry !== null || !task.includes(':')) return entry;
  const execution = await findExecution({ store }, task);
  return execution === null ? null : store.getArchived(execution.id);
}

/** Counts the archive by error, machine and queue, the most frequent first. */
export function summarizeArchive(
  { store }: Pick<AppContext, 'store'>,
  limit: number,
): Promise<ArchiveSummary> {
  return store.summarizeArchive(limit);
}

/**
 * Counts the entries of a selection.
 * @throws INVALID_ARGUMENT for a selection without a condition
 */
export function countArchived(
  { store }: Pick<AppContext, 'store'>,
  selection: ArchiveSelection,
): Promise<number> {
  return store.countArchive(toFilter(selection));
}

/**
 * Returns what a redrive or a deletion would do, and changes nothing (a dry run).
 * @throws INVALID_ARGUMENT for a selection without a condition
 */
export async function previewArchived(
  { store }: Pick<AppContext, 'store'>,
  selection: ArchiveSelection,
  { limit = Number.POSITIVE_INFINITY }: Pick<PaceOptions, 'limit'> = {},
): Promise<ArchivePreview> {
  const filter = toFilter(selection);
  const matching = Math.min(limit, await store.countArchive(filter));
  if (matching === 0) return { matching, some: [] };
  const page = { limit: Math.min(matching, previewMax) };
  const { entries } = await store.listArchive(filter, page, 'oldestFirst');
  return {
    matching,
    some: entries.map(({ taskId, executionName, error, reason }) => {
      return { taskId, executionName, error, reason };
    }),
  };
}

/** How a redrive takes entries, and under which definitions they run. */
export interface ArchiveRedriveOptions extends PaceOptions {
  /**
   * Whether the executions continue under the newest definitions of their machines. Those that
   * cannot stay in the archive, and are reported to `onRefused`. @default false
   */
  readonly latest?: boolean;
  /** Receives each entry that cannot be redriven, and why. @default nothing */
  readonly onRefused?: (taskId: string, problem: string) => void;
}

/**
 * Redrives the entries of a selection, oldest first: takes them out of the archive, makes their
 * executions runnable from the states that failed, and sends their tasks. Yields the ids of each
 * page. A page is one statement, so an interrupted command leaves each entry either in the archive
 * or redriven, and can be repeated.
 * @throws INVALID_ARGUMENT for a selection without a condition
 */
export async function* redriveArchived(
  context: Pick<AppContext, 'store' | 'broker' | 'logger' | 'metrics' | 'clock'> & NewestContext,
  selection: ArchiveSelection,
  options: ArchiveRedriveOptions,
): AsyncGenerator<readonly string[]> {
  if (options.latest) {
    yield* redriveUnderNewest(context, selection, options);
    return;
  }
  const { store, clock } = context;
  const present = await presentEntries(selection, (...query) => store.listArchive(...query));
  let leftBefore: number | null = null;
  for await (const page of pages(clock, options)) {
    const ids = await redriveEntries(context, present, page.size);
    if (ids.length === 0) {
      // Entries that no longer need a task are only removed: stop when a page removed none.
      const left = await store.countArchive(present);
      if (left === leftBefore) return;
      leftBefore = left;
      continue;
    }
    page.took(ids.length);
    yield ids;
  }
}

/** Looks at each entry once: those that are refused stay in the archive, before the others. */
async function* redriveUnderNewest(
  context: Parameters<typeof redriveArchived>[0],
  selection: ArchiveSelection,
  options: ArchiveRedriveOptions,
): AsyncGenerator<readonly string[]> {
  const { store, clock } = context;
  const present = await presentEntries(selection, (...query) => store.listArchive(...query));
  let cursor: string | null = null;
  for await (const page of pages(clock, options)) {
    const request = { limit: page.size, ...(cursor !== null && { cursor }) };
    const found: Page<ArchiveEntry> = await store.listArchive(present, request, 'oldestFirst');
    const ids = await redriveNamed(context, present, toKnown(found.entries), options);
    page.took(ids.length);
    if (ids.length > 0) yield ids;
    cursor = found.next;
    if (cursor === null) return;
  }
}

function toKnown(entries: readonly ArchiveEntry[]): string[] {
  return entries.flatMap(({ executionId }) => executionId ?? []);
}

async function redriveNamed(
  context: Parameters<typeof redriveArchived>[0],
  filter: ArchiveFilter,
  executionIds: readonly string[],
  { onRefused = () => {} }: Pick<ArchiveRedriveOptions, 'onRefused'>,
): Promise<string[]> {
  const { ids, versions, refused } = await selectForNewest(context, executionIds);
  for (const { id, problem } of refused) onRefused(id, problem);
  if (ids.length === 0) return [];
  return redriveEntries(context, { ...filter, taskIds: ids }, ids.length, versions);
}

/** Redrives up to `limit` entries, oldest first, and returns the ids of their executions. */
export async function redriveEntries(
  context: Pick<AppContext, 'store' | 'broker' | 'logger' | 'metrics'> & RedriveTracing,
  filter: ArchiveFilter,
  limit: number,
  versions?: MachineVersions,
): Promise<string[]> {
  return await traceRedrive(context, async () => {
    const wakeups = await context.store.redriveArchived(filter, limit, versions);
    await new Dispatcher(context).dispatch(wakeups);
    return wakeups.map(({ executionId }) => executionId);
  });
}

/**
 * Narrows a selection to the entries that are in the archive now. An execution that fails again
 * while a command runs comes back as a newer entry, and must not be redriven twice. The time is the
 * store's own: that of the newest entry.
 * @throws INVALID_ARGUMENT for a selection without a condition
 */
export async function presentEntries(
  selection: ArchiveSelection,
  list: (filter: ArchiveFilter, page: PageRequest) => Promise<Page<ArchiveEntry>>,
): Promise<ArchiveFilter & { readonly archivedBefore: number }> {
  const filter = toFilter(selection);
  const { entries } = await list(filter, { limit: 1 });
  const end = (entries[0]?.archivedAt ?? 0) + 1;
  return { ...filter, archivedBefore: Math.min(filter.archivedBefore ?? end, end) };
}

/**
 * Deletes the entries of a selection, oldest first; their executions stay as they ended. Yields the
 * number of entries of each page.
 * @throws INVALID_ARGUMENT for a selection without a condition
 */
export async function* deleteArchived(
  { store, clock }: Pick<AppContext, 'store' | 'clock'>,
  selection: ArchiveSelection,
  options: PaceOptions,
): AsyncGenerator<number> {
  const filter = toFilter(selection);
  for await (const page of pages(clock, options)) {
    const deleted = await store.deleteArchived(filter, page.size);
    if (deleted === 0) return;
    page.took(deleted);
    yield deleted;
  }
}

/** Returns those of `taskIds` that the archive does not have. */
export async function missingFromArchive(
  { store }: Pick<AppContext, 'store'>,
  taskIds: readonly string[],
): Promise<string[]> {
  const missing: string[] = [];
  for (const id of taskIds) {
    if ((await store.getArchived(id)) === null) missing.push(id);
  }
  return missing;
}

/** A command without a condition may be a mistake: selecting the whole archive needs `all`. */
function toFilter({ all = false, ...filter }: ArchiveSelection): ArchiveFilter {
  if (all || Object.values(filter).some((condition) => condition !== undefined)) return filter;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    'expected a condition (tasks, batch, machine, queue, error or time of archiving), ' +
      'or all for the whole archive; found neither, and nothing was changed',
  );
}

/** The next page of a command. */
interface CommandPage {
  readonly size: number;
  /** Reports how many entries the page had. */
  readonly took: (count: number) => void;
}

async function* pages(
  clock: Clock,
  { limit = Number.POSITIVE_INFINITY, perSecond, signal }: PaceOptions,
): AsyncGenerator<CommandPage> {
  let left = limit;
  while (left > 0 && !signal?.aborted) {
    const startedMs = clock.monotonicMs();
    let taken = 0;
    yield {
      size: Math.min(left, perSecond ?? pageMax, pageMax),
      took: (count) => {
        taken = count;
      },
    };
    left -= taken;
    if (perSecond === undefined || left <= 0) continue;
    const delayMs = (taken / perSecond) * 1_000 - (clock.monotonicMs() - startedMs);
    if (delayMs > 0) await pause(clock, delayMs, signal);
  }
}
