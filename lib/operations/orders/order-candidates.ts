/** Lists the things that an order selects, page by page, each once. */
import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import { isEnd } from '../../engine/status.ts';
import type { ArchiveEntry, ArchiveFilter } from '../../ports/store/archive-store.ts';
import type { ExecutionSummary } from '../../ports/store/execution-store.ts';
import type { AppContext } from '../app-context.ts';
import {
  type ArchiveOrderFilter,
  type ExecutionOrderFilter,
  filterOf,
  type OrderAction,
  type OrderSelection,
  statusesOf,
  type TaskOrderFilter,
} from './order-selection.ts';

/** A selected thing. */
export interface Candidate {
  readonly id: string;
  /** How it is shown: the name of its execution, or its id. */
  readonly label: string;
  readonly error: string | null;
}

/** A page of selected things. */
export interface CandidatePage {
  readonly candidates: readonly Candidate[];
  /** How many more were selected to which the action cannot apply. */
  readonly skipped: number;
  /** The place of the next page; null on the last. */
  readonly next: string | null;
}

/** What is selected: without `upTo`, everything that is there now. */
export interface CandidateQuery {
  readonly action: OrderAction;
  readonly over: OrderSelection;
  readonly upTo?: number;
}

/** Returns up to `limit` things, from `place` on. A page may be empty and not the last. */
export function listCandidates(
  context: Pick<AppContext, 'store'>,
  query: CandidateQuery,
  place: string | null,
  limit: number,
): Promise<CandidatePage> {
  const { over } = query;
  const { ids } = filterOf(over);
  if (ids !== undefined) return listNamed(context, query, ids, place, limit);
  if ('archive' in over) return listEntries(context, query, over.archive, place, limit);
  if ('executions' in over) return listExecutions(context, query, over.executions, place, limit);
  return listTasks(context, query, over.tasks, place, limit);
}

/** Reads named things one by one: there are few of them. */
async function listNamed(
  { store }: Pick<AppContext, 'store'>,
  query: CandidateQuery,
  ids: readonly string[],
  place: string | null,
  limit: number,
): Promise<CandidatePage> {
  const from = Number(place ?? 0);
  const page = ids.slice(from, from + limit);
  const next = from + limit < ids.length ? String(from + limit) : null;
  if ('archive' in query.over) {
    const { entries } = await store.listArchive(boundArchive({ taskIds: page }, query), {
      limit: Math.max(1, page.length),
    });
    const skipped = page.length - entries.length;
    return { candidates: entries.map(toEntryCandidate), skipped, next };
  }
  const found: ExecutionSummary[] = [];
  for (const id of page) {
    const task = await store.getTask(id);
    if (task !== null) found.push(task);
  }
  const usable = found.filter((each) => isInSet(each, query) && mayChange(each, query));
  return { candidates: usable.map(toCandidate), skipped: page.length - usable.length, next };
}

async function listEntries(
  { store }: Pick<AppContext, 'store'>,
  query: CandidateQuery,
  { ids: _, ...filter }: ArchiveOrderFilter,
  place: string | null,
  limit: number,
): Promise<CandidatePage> {
  const page = { limit, ...(place !== null && { cursor: place }) };
  const bounded = boundArchive(filter, query);
  const { entries, next } = await store.listArchive(bounded, page, 'oldestFirst');
  const usable = entries.filter(
    ({ executionId }) => executionId !== null || query.action === 'delete',
  );
  const skipped = entries.length - usable.length;
  return { candidates: usable.map(toEntryCandidate), skipped, next };
}

/** Entries that are archived after the order began are not in its set. */
export function boundArchive(
  filter: ArchiveFilter,
  { upTo }: Pick<CandidateQuery, 'upTo'>,
): ArchiveFilter {
  if (upTo === undefined) return filter;
  return { ...filter, archivedBefore: Math.min(filter.archivedBefore ?? upTo, upTo) };
}

async function listExecutions(
  { store }: Pick<AppContext, 'store'>,
  query: CandidateQuery,
  { ids: _, ...filter }: ExecutionOrderFilter,
  place: string | null,
  limit: number,
): Promise<CandidatePage> {
  const { action, upTo } = query;
  const { statuses = statusesOf[action], createdBefore = upTo } = filter;
  const before = upTo === undefined ? createdBefore : Math.min(createdBefore ?? upTo, upTo);
  const { entries, next } = await store.listExecutions(
    { ...filter, statuses, ...(before !== undefined && { createdBefore: before }) },
    { limit, ...(place !== null && { cursor: place }) },
  );
  return toPage(entries, next, query);
}

async function listTasks(
  context: Pick<AppContext, 'store'>,
  query: CandidateQuery,
  { ids: _, state, ...filter }: TaskOrderFilter,
  place: string | null,
  limit: number,
): Promise<CandidatePage> {
  // Without a state, one list by id: a task that changes its state meanwhile is in it once.
  if (state === undefined) return listExecutions(context, query, filter, place, limit);
  const { entries, next } = await context.store.listTasks(
    { state, ...filter },
    { limit, ...(place !== null && { cursor: place }) },
  );
  return toPage(entries, next, query);
}

function toPage(
  found: readonly ExecutionSummary[],
  next: string | null,
  query: CandidateQuery,
): CandidatePage {
  const inSet = found.filter((execution) => isInSet(execution, query));
  const usable = inSet.filter((execution) => mayChange(execution, query));
  return { candidates: usable.map(toCandidate), skipped: inSet.length - usable.length, next };
}

/** What was created, or ended again, after the order began is not in its set. */
function isInSet({ createdAt, endedAt }: ExecutionSummary, { upTo }: CandidateQuery): boolean {
  if (upTo === undefined) return true;
  return createdAt < upTo && (endedAt === null || endedAt < upTo);
}

/** The children of a Map are controlled by its run, which may only be asked to stop them. */
function mayChange({ machineId, status }: ExecutionSummary, { action }: CandidateQuery): boolean {
  if (action === 'cancel') return !isEnd(status);
  return action === 'delete' || !isChildMachine(machineId);
}

function toCandidate({ id, machineId, name, error }: ExecutionSummary): Candidate {
  return { id, label: `${machineId}:${name}`, error };
}

function toEntryCandidate({ taskId, machineId, executionName, error }: ArchiveEntry): Candidate {
  const label = executionName === null ? taskId : `${machineId}:${executionName}`;
  return { id: taskId, label, error };
}
