import type { ExecutionFilter, ScannedExecution } from '../../../ports/store/execution-queries.ts';
import type { ExecutionSummary } from '../../../ports/store/execution-store.ts';
import type { LookedPage, PageRequest } from '../../../ports/store/page.ts';
import { chooseWalk, rowsMaxOf, selectStatuses } from '../../shared/execution-filter.ts';
import { type PageKey, parsePageStart } from '../../shared/keyset-pages.ts';
import { type LookedRow, toLookedPage } from '../../shared/looked-pages.ts';
import { toStorableText } from '../../shared/storable.ts';
import { toExecutionSummary } from '../execution-rows.ts';
import { type ExecutionRow, type MemoryTables, sortedBy } from '../memory-tables.ts';
import { matcherOf, walkerOf } from './execution-matches.ts';

/**
 * Lists executions, newest first; those of a batch by their index.
 * @param isWanted a condition that filters do not have
 */
export function listExecutionRows(
  tables: MemoryTables,
  filter: ExecutionFilter,
  page: PageRequest,
  rowsMax?: number,
  isWanted: (row: ExecutionRow) => boolean = () => true,
): LookedPage<ExecutionSummary> {
  const matches = matcherOf(filter);
  const isMatch = (row: ExecutionRow) => matches(row) && isWanted(row);
  return list(tables, filter, page, rowsMax, isMatch, toExecutionSummary);
}

/** Lists executions with a text in their input or output. */
export function scanExecutionRows(
  tables: MemoryTables,
  filter: ExecutionFilter,
  wanted: string,
  page: PageRequest,
  rowsMax: number,
): LookedPage<ScannedExecution> {
  const text = toStorableText(wanted);
  const matches = matcherOf(filter);
  const contains = ({ input, output }: ExecutionRow) =>
    input.includes(text) || (output?.includes(text) ?? false);
  return list(
    tables,
    filter,
    page,
    rowsMax,
    (row) => matches(row) && contains(row),
    (row) => ({ ...toExecutionSummary(row), input: row.input, output: row.output }),
  );
}

function list<Entry>(
  tables: MemoryTables,
  filter: ExecutionFilter,
  page: PageRequest,
  rowsAsked: number | undefined,
  isMatch: (row: ExecutionRow) => boolean,
  toEntry: (row: ExecutionRow) => Entry,
): LookedPage<Entry> {
  const start = parsePageStart(page);
  const walk = chooseWalk(filter);
  const rowsMax = rowsAsked ?? rowsMaxOf(walk);
  if (selectStatuses(filter)?.length === 0) return toLookedPage<Entry>([], page.limit, rowsMax);
  const isWalked = walkerOf(walk, filter);
  const toKey = ({ id, batchIndex }: ExecutionRow): PageKey => {
    return { at: walk === 'batch' ? (batchIndex ?? -1) : 0, id };
  };
  const rows = [...tables.executions.values()].filter(
    (row) => isWalked(row) && (start === null || isBefore(toKey(row), start)),
  );
  const walked = sortedBy(
    sortedBy(rows, ({ id }) => id),
    (row) => toKey(row).at,
  ).reverse();
  const looked: LookedRow<Entry>[] = [];
  for (const [index, row] of walked.slice(0, rowsMax).entries()) {
    const isLast = index === Math.min(walked.length, rowsMax) - 1;
    const matched = isMatch(row);
    if (!matched && !isLast) continue;
    looked.push({
      entry: toEntry(row),
      key: toKey(row),
      createdAt: row.createdAt,
      rows: index + 1,
      isMatch: matched,
      isLast,
    });
    if (looked.length > page.limit) break;
  }
  return toLookedPage(looked, page.limit, rowsMax);
}

function isBefore(key: PageKey, start: PageKey): boolean {
  return key.at < start.at || (key.at === start.at && key.id < start.id);
}
