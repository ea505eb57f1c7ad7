import {
  type BatchFilter,
  type BatchRecord,
  lookedBatchesMax,
} from '../../../ports/store/batch-store.ts';
import type { LookedPage, PageRequest } from '../../../ports/store/page.ts';
import { chooseBatchWalk } from '../../shared/batch-walks.ts';
import { parsePageStart } from '../../shared/keyset-pages.ts';
import { toLookedPage } from '../../shared/looked-pages.ts';
import { selectBatchStatuses } from '../../shared/select-batch-statuses.ts';
import { toStorableText } from '../../shared/storable.ts';
import type { SqlSession } from '../sql-session.ts';
import { selectBatches } from '../statements/batches/select-batches.ts';

/** A batch that a list has looked at. */
interface LookedBatch extends BatchRecord {
  readonly rows: number;
  readonly isMatch: boolean;
  readonly isLast: boolean;
}

/** Lists batches, newest first, by one statement. */
export async function queryBatches(
  session: SqlSession,
  filter: BatchFilter,
  page: PageRequest,
  rowsMax = lookedBatchesMax,
): Promise<LookedPage<BatchRecord>> {
  const start = parsePageStart(page);
  const { name, machineId, createdFrom, createdBefore } = filter;
  const text = (value: string | undefined) => (value === undefined ? null : toStorableText(value));
  const fields = {
    statuses: selectBatchStatuses(filter),
    name: text(name),
    machineId: text(machineId),
    createdFrom: createdFrom ?? null,
    createdBefore: createdBefore ?? null,
    afterId: start?.id ?? null,
    afterAt: start?.at ?? null,
  };
  const walk = chooseBatchWalk(filter);
  const shownMax = page.limit + 1;
  const statement = selectBatches({ walk, filter: fields, rowsMax, shownMax });
  const rows = await session.call<LookedBatch>(statement, fields);
  const looked = rows.map(({ rows: count, isMatch, isLast, ...entry }) => {
    const key = { at: entry.createdAt, id: entry.id };
    return { entry, key, createdAt: entry.createdAt, rows: count, isMatch, isLast };
  });
  return toLookedPage(looked, page.limit, rowsMax);
}
