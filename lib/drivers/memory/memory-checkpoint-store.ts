import { isEnd } from '../../engine/status.ts';
import { assert } from '../../errors.ts';
import type { Checkpoint, CheckpointStore } from '../../ports/store/checkpoint-store.ts';
import { toStorableDocument, toStorableText } from '../shared/storable.ts';
import { archiveEnded } from './archive-rows.ts';
import { hasUnseenSignals } from './execution-rows.ts';
import { deleteSeenSignals } from './memory-signal-store.ts';
import type { ExecutionRow, MemoryTables } from './memory-tables.ts';

/** Commits of checkpoints in memory. */
export function createMemoryCheckpointStore(tables: MemoryTables): CheckpointStore {
  return { commit: async (checkpoints) => commit(tables, checkpoints) };
}

function commit(tables: MemoryTables, checkpoints: readonly Checkpoint[]): ReadonlySet<string> {
  const ids = new Set(checkpoints.map(({ executionId }) => executionId));
  assert(ids.size === checkpoints.length, 'a commit has one checkpoint per execution');
  const written = checkpoints.filter((checkpoint) => commitOne(tables, checkpoint));
  return new Set(written.map(({ executionId }) => executionId));
}

/** Returns true when it is written: now, or by an earlier attempt whose response was lost. */
function commitOne(tables: MemoryTables, checkpoint: Checkpoint): boolean {
  const { executionId, fence, status, lease } = checkpoint;
  assert(lease === 'release' || !isEnd(status), 'an execution that ends is released');
  const row = tables.executions.get(executionId);
  if (row === undefined || row.fence !== fence) return false;
  if (row.endedAt !== null) return row.status === status;

  addHistory(tables, checkpoint);
  row.snapshot = documentOrNull(checkpoint.snapshot);
  row.output = documentOrNull(checkpoint.output);
  row.error = textOrNull(checkpoint.error);
  row.cause = textOrNull(checkpoint.cause);
  row.attempts = checkpoint.attempts;
  if (checkpoint.events !== null && !isEnd(status)) row.stalls = 0;
  tables.changeStatus(row, status);
  if (checkpoint.archiveReason !== null) archiveEnded(tables, row, checkpoint.archiveReason);
  deleteSeenSignals(tables, row, checkpoint.signalsSeen, checkpoint.signalsUnused);
  if (checkpoint.notify !== null) tables.notices.push(checkpoint.notify);
  releaseOrKeep(row, checkpoint, tables.now());
  return true;
}

function addHistory(
  { history }: MemoryTables,
  { executionId, events, firstEventId }: Checkpoint,
): void {
  if (events === null) return;
  const chunks = history.get(executionId) ?? [];
  history.set(executionId, chunks);
  if (chunks.some((chunk) => chunk.firstEventId === firstEventId)) return;
  chunks.push({ firstEventId, events: toStorableDocument(events) });
}

/** Keeps the execution with its worker, or makes it sleep or wait for its task. */
function releaseOrKeep(
  row: ExecutionRow,
  { lease, dueInMs, wakeupSent }: Checkpoint,
  now: number,
): void {
  row.dueAt = null;
  row.sentAt = null;
  if (lease === 'keep') return;
  row.workerId = null;
  if (row.endedAt !== null) return;
  if (row.abortRequested || hasUnseenSignals(row)) {
    row.dueAt = now;
    return;
  }
  row.dueAt = dueInMs === null ? Infinity : now + Math.max(0, Math.ceil(dueInMs));
  if (wakeupSent && dueInMs !== null) row.sentAt = row.dueAt;
}

function documentOrNull(json: string | null): string | null {
  return json === null ? null : toStorableDocument(json);
}

function textOrNull(text: string | null): string | null {
  return text === null ? null : toStorableText(text);
}
