/** Lists of executions, the newest start first. */
import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import type {
  ExecutionListEntry,
  ExecutionListFilter,
} from '../../ports/store/machines/execution-list-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import type { AppContext } from '../app-context.ts';

/** An execution in a list; a child of a map run also says how many items it has. */
export interface StartedListEntry extends ExecutionListEntry {
  readonly itemCount?: number;
}

/** Lists executions, the newest start first. A page is short only when it is the last. */
export async function listExecutionsByStart(
  { store }: Pick<AppContext, 'store'>,
  filter: ExecutionListFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<StartedListEntry>> {
  const entries: ExecutionListEntry[] = [];
  let next: string | null = cursor ?? null;
  let isFirst = true;
  while (entries.length < limit && (isFirst || next !== null)) {
    const request: PageRequest = {
      limit: limit - entries.length,
      ...(next !== null && { cursor: next }),
    };
    const page = await store.listByStart(filter, request);
    entries.push(...page.entries);
    next = page.next;
    isFirst = false;
  }
  return { entries: await withItemCounts(store, filter, entries), next };
}

async function withItemCounts(
  store: Pick<AppContext['store'], 'readItemCounts'>,
  { batchId }: ExecutionListFilter,
  entries: readonly ExecutionListEntry[],
): Promise<StartedListEntry[]> {
  if (batchId === undefined || !entries.some(({ machineId }) => isChildMachine(machineId))) {
    return [...entries];
  }
  const counts = await store.readItemCounts(entries.map(({ id }) => id));
  const byId = new Map(counts.map(({ executionId, items }) => [executionId, items]));
  return entries.map((entry) => ({ ...entry, itemCount: byId.get(entry.id) ?? 1 }));
}
