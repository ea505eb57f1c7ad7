import { isEnd } from '../../engine/status.ts';
import type { Checkpoint, CheckpointStore } from '../../ports/store/checkpoint-store.ts';
import type { ProcessSums } from '../../ports/store/figures/step-figures.ts';
import { toCheckpointDocuments } from './execution-documents.ts';
import {
  type FigureDocument,
  hasRareFigures,
  toFigureDocument,
} from './figures/figure-documents.ts';
import { HistoryForm } from './history/history-form.ts';
import type { SqlSession } from './sql-session.ts';
import { commitCheckpoints } from './statements/executions/commit-checkpoints.ts';
import { selectFresh } from './statements/executions/select-fresh.ts';
import { addFigures } from './statements/figures/add-figures.ts';

/** The group commit of checkpoints in SQL. */
export function createSqlCheckpointStore(session: SqlSession): CheckpointStore {
  const form = new HistoryForm(session);
  return {
    commit: async (checkpoints, sums) =>
      await commit(session, await form.apply(checkpoints), sums ?? null),
  };
}

/** A checkpoint that is written, now or by an earlier call. */
interface WrittenRow {
  readonly id: string;
  /** Whether an earlier call wrote this end or failed attempt; absent without figures. */
  readonly known?: boolean;
}

async function commit(
  session: SqlSession,
  checkpoints: readonly Checkpoint[],
  sums: ProcessSums | null,
): Promise<ReadonlySet<string>> {
  if (checkpoints.length === 0) return new Set();
  const documents = toCheckpointDocuments(checkpoints, session.now());
  const figures = toFigureDocument(checkpoints, sums);
  if (figures !== null) {
    const histories = documents.reduce((sum, { events }) => sum + Number(events !== undefined), 0);
    const all = { ...figures, size: documents.length, histories };
    Object.assign(documents[0] ?? {}, { figures: all });
  }
  const statement = commitCheckpoints({
    signalled: checkpoints.some((c) => c.signalsSeen > 0 || c.notify !== null),
    archives: checkpoints.some(({ archiveReason }) => archiveReason !== null),
    hooked: checkpoints.some(({ hook = null }) => hook !== null),
    figures: describeFigures(figures),
  });
  const rows = await session.client.call<WrittenRow>(statement, documents);
  if (figures !== null) {
    const written = new Set(rows.flatMap(({ id, known }) => (known ? [] : [id])));
    if (written.size < checkpoints.length) {
      const some = checkpoints.filter(({ executionId }) => written.has(executionId));
      await addFresh(session, some, sums);
    }
  }
  return new Set(rows.map(({ id }) => id));
}

function describeFigures(figures: FigureDocument | null): 'none' | 'counts' | 'all' {
  if (figures === null) return 'none';
  return hasRareFigures(figures) ? 'all' : 'counts';
}

/** Adds the figures of what was written for the first time, when a part of a group was refused. */
async function addFresh(
  session: SqlSession,
  written: readonly Checkpoint[],
  sums: ProcessSums | null,
): Promise<void> {
  const recorded = written.filter(({ events }) => events !== null);
  const rows =
    recorded.length === 0
      ? []
      : await session.call<{ readonly id: string }>(selectFresh, {
          checkpoints: recorded.map(({ executionId: id, firstEventId }) => ({ id, firstEventId })),
        });
  const ids = new Set(rows.map(({ id }) => id));
  const fresh = written.filter(({ executionId, events, status }) =>
    events === null ? isEnd(status) : ids.has(executionId),
  );
  const figures = fresh.length === 0 ? null : toFigureDocument(fresh, sums);
  if (figures !== null) await session.call(addFigures, figures);
}
