import type { Checkpoint, CheckpointStore } from '../../ports/store/checkpoint-store.ts';
import type { ProcessSums } from '../../ports/store/figures/step-figures.ts';
import { toCheckpointDocuments } from './execution-documents.ts';
import {
  type FigureDocument,
  hasRareFigures,
  toFigureDocument,
} from './figures/figure-documents.ts';
import type { SqlSession } from './sql-session.ts';
import { commitCheckpoints } from './statements/executions/commit-checkpoints.ts';
import { addFigures } from './statements/figures/add-figures.ts';

/** The group commit of checkpoints in SQL. */
export function createSqlCheckpointStore(session: SqlSession): CheckpointStore {
  return { commit: (checkpoints, sums) => commit(session, checkpoints, sums ?? null) };
}

/** A checkpoint that is written. */
interface WrittenRow {
  readonly id: string;
  /** As `commitCheckpoints` describes them; absent in a commit without figures. */
  readonly added?: boolean;
  readonly fresh?: boolean;
}

async function commit(
  session: SqlSession,
  checkpoints: readonly Checkpoint[],
  sums: ProcessSums | null,
): Promise<ReadonlySet<string>> {
  if (checkpoints.length === 0) return new Set();
  const documents = toCheckpointDocuments(checkpoints, session.now());
  const figures = toFigureDocument(checkpoints, sums);
  if (figures !== null) Object.assign(documents[0] ?? {}, figures);
  const statement = commitCheckpoints({
    signalled: checkpoints.some((c) => c.signalsSeen > 0 || c.notify !== null),
    archives: checkpoints.some(({ archiveReason }) => archiveReason !== null),
    figures: describeFigures(figures),
  });
  const rows = await session.client.call<WrittenRow>(statement, documents);
  if (figures !== null && !rows.some(({ added }) => added)) {
    await addFresh(session, checkpoints, sums, rows);
  }
  return new Set(rows.map(({ id }) => id));
}

function describeFigures(figures: FigureDocument | null): 'none' | 'counts' | 'all' {
  if (figures === null) return 'none';
  return hasRareFigures(figures) ? 'all' : 'counts';
}

/** Adds the figures of what was written, when another part of the group was not. */
async function addFresh(
  session: SqlSession,
  checkpoints: readonly Checkpoint[],
  sums: ProcessSums | null,
  rows: readonly WrittenRow[],
): Promise<void> {
  const fresh = new Set(rows.flatMap(({ id, fresh: isFresh }) => (isFresh ? [id] : [])));
  if (fresh.size === 0) return;
  const written = checkpoints.filter(({ executionId }) => fresh.has(executionId));
  const figures = toFigureDocument(written, sums);
  if (figures !== null) await session.call(addFigures, figures);
}
