import { isEnd } from '../../engine/status.ts';
import { assert } from '../../errors.ts';
import type { Checkpoint, CheckpointStore } from '../../ports/store/checkpoint-store.ts';
import type { ProcessSums } from '../../ports/store/figures/step-figures.ts';
import { toStorableDocument, toStorableText } from '../shared/storable.ts';
import { archiveEnded } from './archive-rows.ts';
import { hasUnseenSignals } from './execution-rows.ts';
import { createRows } from './memory-execution-store.ts';
import { deleteSeenSignals } from './memory-signal-store.ts';
import type { ExecutionRow, MemoryTables } from './memory-tables.ts';

/** Commits of checkpoints in memory. */
export function createMemoryCheckpointStore(tables: MemoryTables): CheckpointStore {
  return { commit: async (checkpoints, sums) => commit(tables, checkpoints, sums ?? null) };
}

/**
 * `repeated`: written again after an earlier call; `known`: an earlier call has written this end or
 * failed attempt.
 */
type Outcome = 'written' | 'repeated' | 'known' | 'refused';

function commit(
  tables: MemoryTables,
  checkpoints: readonly Checkpoint[],
  sums: ProcessSums | null,
): ReadonlySet<string> {
  const ids = new Set(checkpoints.map(({ executionId }) => executionId));
  assert(ids.size === checkpoints.length, 'a commit has one checkpoint per execution');
  const outcomes = checkpoints.map((checkpoint) => commitOne(tables, checkpoint));
  const isPartial = outcomes.some((outcome) => outcome === 'refused' || outcome === 'known');
  // Of a group that was not refused in part, all is new or all was written before.
  if (isPartial || !outcomes.includes('repeated')) {
    const fresh = checkpoints.filter((_, index) => outcomes[index] === 'written');
    for (const checkpoint of fresh) addFigures(tables, checkpoint);
    const isNew = fresh.some(({ events, status }) => events !== null || isEnd(status));
    if (isNew && sums !== null) tables.figures.addSums(sums);
  }
  const written = checkpoints.filter((_, index) => outcomes[index] !== 'refused');
  return new Set(written.map(({ executionId }) => executionId));
}

function addFigures(tables: MemoryTables, { executionId, figures }: Checkpoint): void {
  if (figures !== undefined) tables.figures.addStep(figures, executionId, tables.now());
}

function commitOne(tables: MemoryTables, checkpoint: Checkpoint): Outcome {
  const { executionId, fence, status, lease } = checkpoint;
  assert(lease === 'release' || !isEnd(status), 'an execution that ends is released');
  const row = tables.executions.get(executionId);
  if (row === undefined || row.fence !== fence) return 'refused';
  if (row.endedAt !== null) return row.status === status ? 'known' : 'refused';
  const isRetried = status === 'PENDING_REDRIVE' && checkpoint.failedState !== undefined;
  // As it is not written again, it is counted once.
  if (isRetried && row.status === status && row.attempts === checkpoint.attempts) return 'known';

  const isNew = addHistory(tables, checkpoint);
  row.snapshot = documentOrNull(checkpoint.snapshot);
  row.output = documentOrNull(checkpoint.output);
  row.error = textOrNull(checkpoint.error);
  row.cause = textOrNull(checkpoint.cause);
  row.failedState = textOrNull(checkpoint.failedState ?? null);
  row.attempts = checkpoint.attempts;
  if (checkpoint.events !== null && !isEnd(status)) row.stalls = 0;
  tables.changeStatus(row, status);
  if (isRetried && row.batchId !== null) tables.getCounters(row.batchId).retried += 1;
  if (checkpoint.archiveReason !== null) archiveEnded(tables, row, checkpoint.archiveReason);
  deleteSeenSignals(tables, row, checkpoint.signalsSeen, checkpoint.signalsUnused);
  if (checkpoint.notify !== null) tables.notices.push(checkpoint.notify);
  if (checkpoint.hook) createRows(tables, [checkpoint.hook], tables.now());
  releaseOrKeep(row, checkpoint, tables.now());
  return isNew ? 'written' : 'repeated';
}

/** Returns whether the events are new; true when there are none. */
function addHistory(
  { history }: MemoryTables,
  { executionId, events, firstEventId }: Checkpoint,
): boolean {
  if (events === null) return true;
  const chunks = history.get(executionId) ?? [];
  history.set(executionId, chunks);
  // From the end: chunks are in the order of their events, and a repetition is of the newest.
  const last = chunks.findLast((chunk) => chunk.firstEventId <= firstEventId);
  if (last?.firstEventId === firstEventId) return false;
  chunks.push({ firstEventId, events: toStorableDocument(events) });
  return true;
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
