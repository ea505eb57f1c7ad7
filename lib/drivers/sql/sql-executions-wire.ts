/**
 * How executions are written into a statement's document: what cannot be stored is replaced here
 * and nowhere else.
 */

import { isEnd } from '../../engine/status.ts';
import { assert } from '../../errors.ts';
import type { Checkpoint, CreateResult, NewExecution } from '../../ports/execution-store.ts';
import { isUuid, storableDocument, storableText } from '../shared/storable.ts';
import type { SqlSession } from './sql-session.ts';
import { resolveExecutions } from './statements/executions/resolve-executions.ts';

/** What became of one execution asked for. */
export interface CreatedRow {
  readonly askedId: string;
  readonly created: boolean;
  readonly id: string | null;
}

/** New executions as `json_to_recordset` reads them. */
export function newExecutionsToWire(executions: readonly NewExecution[]) {
  const ids = new Set(executions.map(({ id }) => id));
  assert(ids.size === executions.length, 'no two new executions have the same id');
  return executions.map(newExecutionToWire);
}

function newExecutionToWire(execution: NewExecution) {
  const { id, batchId, batchIndex, link } = execution;
  assert(isUuid(id), `an execution's id is a UUID in lower case, not '${id}'`);
  assert((batchId === undefined) === (batchIndex === undefined), 'a batch goes with an index');
  return {
    id,
    machineId: storableText(execution.machineId),
    machineVersion: execution.machineVersion,
    name: storableText(execution.name),
    queue: execution.queue,
    retriesMax: execution.retriesMax,
    batchId: batchId ?? null,
    batchIndex: batchIndex ?? null,
    linkSourceId: link?.sourceExecutionId ?? null,
    linkState: link === undefined ? null : storableText(link.sourceState),
    linkTransformer: link === undefined ? null : storableText(link.transformer),
    problem: textOrNull(execution.problem ?? null),
    replyTo: documentOrNull(execution.replyTo ?? null),
    input: storableDocument(execution.input),
    ...wishesToWire(execution),
  };
}

/** What only some executions have; what is absent is left out, so that a batch's stay short. */
function wishesToWire(execution: NewExecution) {
  const { startInMs = 0, timeoutMs, deadlineAt, retentionMs, uniqueKey } = execution;
  return {
    startInMs: startInMs > 0 ? Math.ceil(startInMs) : undefined,
    timeoutMs: wholeMs(timeoutMs),
    deadlineAt: wholeMs(deadlineAt),
    retentionMs: wholeMs(retentionMs),
    uniqueKey: uniqueKey === undefined ? undefined : storableText(uniqueKey),
  };
}

function wholeMs(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.floor(ms);
}

/**
 * The rows by the id asked for. One without an id lost to an execution that was committed while its
 * statement ran: a second look finds it. What neither finds is left out: it is gone again.
 */
export async function resolvedRows(
  session: SqlSession,
  executions: readonly NewExecution[],
  rows: readonly CreatedRow[],
): Promise<Map<string, CreatedRow>> {
  const found = rows.filter(({ id }) => id !== null);
  const byAsked = new Map(found.map((row) => [row.askedId, row]));
  const unresolved = executions.filter(({ id }) => !byAsked.has(id));
  if (unresolved.length === 0) return byAsked;
  const seen = await session.call<CreatedRow>(resolveExecutions, {
    executions: newExecutionsToWire(unresolved),
  });
  for (const row of seen) if (row.id !== null) byAsked.set(row.askedId, row);
  return byAsked;
}

/**
 * Answers in the order asked. For what is not among the rows the id asked for is as good as any:
 * the name was deleted again, or the id itself is known.
 */
export function createResults(
  executions: readonly NewExecution[],
  byAsked: ReadonlyMap<string, CreatedRow>,
): CreateResult[] {
  return executions.map(({ id: askedId, name }) => {
    const row = byAsked.get(askedId);
    return { name, id: row?.id ?? askedId, created: row?.created ?? false };
  });
}

/**
 * Checkpoints as the group commit reads them, sorted by id so that committers lock rows in one
 * order.
 */
export function checkpointsToWire(checkpoints: readonly Checkpoint[], now: number | null) {
  const ids = new Set(checkpoints.map(({ executionId }) => executionId));
  assert(ids.size === checkpoints.length, 'a commit has one checkpoint per execution');
  return checkpoints
    .map((checkpoint) => checkpointToWire(checkpoint, now))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function checkpointToWire(checkpoint: Checkpoint, now: number | null) {
  const { executionId, status, dueInMs, lease, notify } = checkpoint;
  const ended = isEnd(status);
  assert(lease === 'release' || !ended, 'an execution that ends is let go of');
  return {
    id: executionId,
    fence: checkpoint.fence,
    status,
    snapshot: documentOrNull(checkpoint.snapshot),
    events: documentOrNull(checkpoint.events),
    firstEventId: checkpoint.firstEventId,
    ended,
    release: lease === 'release',
    dueInMs: dueInMs === null ? null : Math.max(0, Math.ceil(dueInMs)),
    wakeupSent: checkpoint.wakeupSent,
    attempts: checkpoint.attempts,
    output: documentOrNull(checkpoint.output),
    error: textOrNull(checkpoint.error),
    cause: textOrNull(checkpoint.cause),
    archiveReason: textOrNull(checkpoint.archiveReason),
    signalsSeen: checkpoint.signalsSeen,
    signalsUnused: checkpoint.signalsUnused,
    // nobody has an id that is no UUID
    notifyId: notify !== null && isUuid(notify.executionId) ? notify.executionId : null,
    notifyEvent: documentOrNull(notify?.event ?? null),
    now,
  };
}

function documentOrNull(json: string | null): string | null {
  return json === null ? null : storableDocument(json);
}

function textOrNull(text: string | null): string | null {
  return text === null ? null : storableText(text);
}
