import type { Checkpoint, CheckpointStore } from '../../ports/store/checkpoint-store.ts';
import { toCheckpointDocuments } from './execution-documents.ts';
import type { SqlSession } from './sql-session.ts';
import { commitCheckpoints, commitSignalled } from './statements/executions/commit-checkpoints.ts';

/** The group commit of checkpoints in SQL. */
export function createSqlCheckpointStore(session: SqlSession): CheckpointStore {
  return { commit: (checkpoints) => commit(session, checkpoints) };
}

async function commit(
  session: SqlSession,
  checkpoints: readonly Checkpoint[],
): Promise<ReadonlySet<string>> {
  if (checkpoints.length === 0) return new Set();
  const signalled = checkpoints.some((c) => c.signalsSeen > 0 || c.notify !== null);
  const rows = await session.client.call<{ id: string }>(
    signalled ? commitSignalled : commitCheckpoints,
    toCheckpointDocuments(checkpoints, session.now()),
  );
  return new Set(rows.map(({ id }) => id));
}
