import { rootStateText } from '../../../engine/snapshot.ts';
import type { ExecutionFilter, ScannedExecution } from '../../../ports/store/execution-queries.ts';
import type { ExecutionSummary } from '../../../ports/store/execution-store.ts';
import type { LookedPage, PageRequest } from '../../../ports/store/page.ts';
import {
  chooseWalk,
  type ExecutionWalk,
  firstLabel,
  prefixEnd,
  rowsMaxOf,
  selectStatuses,
} from '../../shared/execution-filter.ts';
import { type PageKey, parsePageStart } from '../../shared/keyset-pages.ts';
import { toLookedPage } from '../../shared/looked-pages.ts';
import { toStorableText } from '../../shared/storable.ts';
import { toListDocument } from '../execution-pages.ts';
import type { SqlSession } from '../sql-session.ts';
import { selectExecutions } from '../statements/executions/select-executions.ts';

/** What a list asks for. */
interface ListRequest {
  readonly filter: ExecutionFilter;
  readonly page: PageRequest;
  /** @default that of its walk */
  readonly rowsMax?: number;
  /** Only executions with this text in a document. */
  readonly text?: string;
  /** Only executions that are in the archive, or that are not; null for either. @default null */
  readonly isArchived?: boolean | null;
}

type Row = (ExecutionSummary | ScannedExecution) & {
  readonly rows: number;
  readonly isMatch: boolean;
  readonly isLast: boolean;
};

/** Lists executions, newest first, by one statement. */
export async function queryExecutions<Entry extends ExecutionSummary = ExecutionSummary>(
  session: SqlSession,
  request: ListRequest,
): Promise<LookedPage<Entry>> {
  const { filter, page } = request;
  const start = parsePageStart(page);
  const statuses = selectStatuses(filter);
  const walk = chooseWalk(filter);
  const { rowsMax = rowsMaxOf(walk) } = request;
  if (statuses?.length === 0) return toLookedPage<Entry>([], page.limit, rowsMax);
  const document = toDocument(request, walk, start);
  const shownMax = page.limit + 1;
  const statement = selectExecutions({ walk, statuses, document, rowsMax, shownMax });
  const rows = await session.call<Row>(statement, document);
  const looked = rows.map(({ rows: count, isMatch, isLast, ...entry }) => ({
    entry: entry as ExecutionSummary as Entry,
    key: { at: walk === 'batch' ? (entry.batchIndex ?? -1) : 0, id: entry.id },
    createdAt: entry.createdAt,
    rows: count,
    isMatch,
    isLast,
  }));
  return toLookedPage(looked, page.limit, rowsMax);
}

function toDocument(
  { filter, page, text, isArchived = null }: ListRequest,
  walk: ExecutionWalk,
  start: PageKey | null,
): Record<string, unknown> {
  const { status: _, statuses, ...conditions } = filter;
  const list = toListDocument(conditions, page);
  const prefix = filter.namePrefix === undefined ? null : toStorableText(filter.namePrefix);
  return {
    ...list,
    afterId: walk === 'batch' ? list.afterId : earlierId(list.afterId, latestId(filter)),
    ...(walk === 'batch' && { afterAt: start?.at ?? null }),
    ...toLabelFields(filter),
    ...(prefix !== null && { nameEnd: prefixEnd(prefix) }),
    ...(text !== undefined && { text: toStorableText(text) }),
    ...(isArchived !== null && { [isArchived ? 'archived' : 'unarchived']: true }),
    ...(filter.currentState !== undefined && { currentState: rootStateText(filter.currentState) }),
  };
}

function toLabelFields(filter: ExecutionFilter): Record<string, unknown> {
  const label = firstLabel(filter);
  return label === null ? {} : { labelKey: label[0], labelValue: label[1] };
}

/**
 * How far the clock of whoever created an execution may be ahead of the store's, in milliseconds:
 * an id has the one, the time of creation the other.
 */
const clockSkewMsMax = 3_600_000;

/** Returns an id after those of all executions that were created, or ended, before a time. */
function latestId({ createdBefore, endedBefore }: ExecutionFilter): string | null {
  const before = Math.min(createdBefore ?? never, endedBefore ?? never);
  if (!(before < never)) return null;
  const time = Math.max(0, Math.min(Math.floor(before) + clockSkewMsMax, idTimeMax));
  const digits = time.toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-ffff-ffff-ffffffffffff`;
}

const never = Number.POSITIVE_INFINITY;
const idTimeMax = 2 ** 48 - 1;

function earlierId(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
