/**
 * Converts executions to the documents of statements. Characters that cannot be stored are replaced
 * only here.
 */
import { isEnd } from '../../engine/status.ts';
import { assert } from '../../errors.ts';
import type { Checkpoint } from '../../ports/store/checkpoint-store.ts';
import type { CreateResult, NewExecution } from '../../ports/store/execution-store.ts';
import { isUuid, toStorableDocument, toStorableText } from '../shared/storable.ts';
import type { SqlSession } from './sql-session.ts';
import { resolveExecutions } from './statements/executions/resolve-executions.ts';

/** Result of creating one execution. */
export interface CreatedRow {
  readonly askedId: string;
  readonly created: boolean;
  readonly createdAt?: number | null;
  readonly id: string | null;
}

/** Converts new executions to the records that `json_to_recordset` reads. */
export function toExecutionDocuments(executions: readonly NewExecution[]) {
  const ids = new Set(executions.map(({ id }) => id));
  assert(ids.size === executions.length, 'no two new executions have the same id');
  return executions.map(toExecutionDocument);
}

function toExecutionDocument(execution: NewExecution) {
  const { id, batchId, batchIndex, link } = execution;
  assert(isUuid(id), `an execution's id is a UUID in lower case, not '${id}'`);
  assert((batchId === undefined) === (batchIndex === undefined), 'a batch goes with an index');
  return {
    id,
    machineId: toStorableText(execution.machineId),
    machineVersion: execution.machineVersion,
    name: toStorableText(execution.name),
    queue: execution.queue,
    retriesMax: execution.retriesMax,
    batchId: batchId ?? null,
    batchIndex: batchIndex ?? null,
    linkSourceId: link?.sourceExecutionId ?? null,
    linkState: link === undefined ? null : toStorableText(link.sourceState),
    linkTransformer: link === undefined ? null : toStorableText(link.transformer),
    problem: textOrNull(execution.problem ?? null),
    replyTo: documentOrNull(execution.replyTo ?? null),
    input: toStorableDocument(execution.input),
    ...toOptionFields(execution),
  };
}

/** Fields that few executions have. Absent ones are left out, so that a batch's stay short. */
function toOptionFields(execution: NewExecution) {
  const {
    startInMs = 0,
    timeoutMs,
    deadlineAt,
    retentionMs,
    uniqueKey,
    traceparent,
    labels,
  } = execution;
  return {
    startInMs: startInMs > 0 ? Math.ceil(startInMs) : undefined,
    timeoutMs: wholeMs(timeoutMs),
    deadlineAt: wholeMs(deadlineAt),
    retentionMs: wholeMs(retentionMs),
    uniqueKey: uniqueKey === undefined ? undefined : toStorableText(uniqueKey),
    traceparent,
    labels: hasLabels(labels) ? JSON.stringify(labels) : undefined,
    versionNumber: execution.versionNumber,
    alias: execution.alias,
    traceHeader: textOrAbsent(execution.traceHeader),
    mockCase: textOrAbsent(execution.mockCase),
  };
}

function hasLabels(labels: NewExecution['labels']): boolean {
  return labels !== undefined && Object.keys(labels).length > 0;
}

function textOrAbsent(text: string | null | undefined): string | undefined {
  return text === null || text === undefined ? undefined : toStorableText(text);
}

function wholeMs(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.floor(ms);
}

/**
 * Returns the rows by the requested id. A row without an id conflicted with an execution that was
 * committed while the statement ran: a second lookup finds it. Rows that neither finds are left
 * out: their execution was deleted meanwhile.
 */
export async function resolveCreated(
  session: SqlSession,
  executions: readonly NewExecution[],
  rows: readonly CreatedRow[],
): Promise<Map<string, CreatedRow>> {
  const found = rows.filter(({ id }) => id !== null);
  const byRequestedId = new Map(found.map((row) => [row.askedId, row]));
  const unresolved = executions.filter(({ id }) => !byRequestedId.has(id));
  if (unresolved.length === 0) return byRequestedId;
  const seen = await session.call<CreatedRow>(resolveExecutions, {
    executions: toExecutionDocuments(unresolved),
  });
  for (const row of seen) if (row.id !== null) byRequestedId.set(row.askedId, row);
  return byRequestedId;
}

/**
 * Returns results in the requested order. A missing row gets the requested id: the existing
 * execution was deleted meanwhile, or has that very id.
 */
export function toCreateResults(
  executions: readonly NewExecution[],
  byRequestedId: ReadonlyMap<string, CreatedRow>,
): CreateResult[] {
  return executions.map(({ id: askedId, name }) => {
    const row = byRequestedId.get(askedId);
    const { created = false, createdAt = null } = row ?? {};
    return { name, id: row?.id ?? askedId, created, ...(createdAt !== null && { createdAt }) };
  });
}

/**
 * Converts checkpoints to the records that the group commit reads, sorted by id so that committers
 * lock rows in the same order.
 */
export function toCheckpointDocuments(checkpoints: readonly Checkpoint[], now: number | null) {
  const ids = new Set(checkpoints.map(({ executionId }) => executionId));
  assert(ids.size === checkpoints.length, 'a commit has one checkpoint per execution');
  return checkpoints
    .map((checkpoint) => toCheckpointDocument(checkpoint, now))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * Most fields of most checkpoints have no value. The statement reads an absent one as null; written
 * as null they were a third of what is written, sent and parsed.
 */
function toCheckpointDocument(checkpoint: Checkpoint, now: number | null) {
  const { executionId, status, dueInMs, lease, notify } = checkpoint;
  const ended = isEnd(status);
  assert(lease === 'release' || !ended, 'an execution that ends is released');
  const sees = checkpoint.signalsSeen > 0 || checkpoint.signalsUnused.length > 0;
  return {
    id: executionId,
    fence: checkpoint.fence,
    status,
    snapshot: documentOrAbsent(checkpoint.snapshot),
    events: documentOrAbsent(checkpoint.events),
    firstEventId: checkpoint.firstEventId,
    ended,
    release: lease === 'release',
    dueInMs: dueInMs === null ? undefined : Math.max(0, Math.ceil(dueInMs)),
    wakeupSent: checkpoint.wakeupSent || undefined,
    attempts: checkpoint.attempts,
    output: documentOrAbsent(checkpoint.output),
    error: textOrAbsent(checkpoint.error),
    cause: textOrAbsent(checkpoint.cause),
    archiveReason: textOrAbsent(checkpoint.archiveReason),
    failedState: textOrAbsent(checkpoint.failedState),
    signalsSeen: sees ? checkpoint.signalsSeen : undefined,
    signalsUnused: sees ? checkpoint.signalsUnused : undefined,
    // An id that is no UUID cannot be an execution's.
    notifyId: notify !== null && isUuid(notify.executionId) ? notify.executionId : undefined,
    notifyEvent: documentOrAbsent(notify?.event),
    hook: checkpoint.hook ? toExecutionDocument(checkpoint.hook) : undefined,
    now: now ?? undefined,
  };
}

function documentOrAbsent(json: string | null | undefined): string | undefined {
  return json === null || json === undefined ? undefined : toStorableDocument(json);
}

function documentOrNull(json: string | null): string | null {
  return json === null ? null : toStorableDocument(json);
}

function textOrNull(text: string | null): string | null {
  return text === null ? null : toStorableText(text);
}
