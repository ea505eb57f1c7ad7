import { assert } from '../../errors.ts';
import type {
  CreateResult,
  ExecutionName,
  ExecutionRecord,
  ExecutionStore,
  NewExecution,
  Wakeup,
} from '../../ports/store/execution-store.ts';
import { isUuid, toStorableDocument, toStorableText } from '../shared/storable.ts';
import { pruneRows } from './execution-deletion.ts';
import { findRows, markSent, reopen, toExecutionRecord } from './execution-rows.ts';
import { type ExecutionRow, linkKey, type MemoryTables, nameKey } from './memory-tables.ts';

/** Executions in memory. */
export function createMemoryExecutionStore(tables: MemoryTables): ExecutionStore {
  return {
    createExecutions: async (executions, wakeupSent) =>
      createRows(tables, executions, wakeupSent ? tables.now() : null),
    getExecution: async (id) => get(tables, id),
    findExecution: async (machineId, name) => find(tables, { machineId, name }),
    findExecutions: async (names) => names.map((each) => find(tables, each)),
    requestAbort: async (ids, notBegunOnly = false) => requestAbort(tables, ids, notBegunOnly),
    redriveExecutions: async (ids, versions) =>
      findRows(tables, ids).flatMap((row) => reopen(tables, row, versions)),
    pruneExecutions: async (retentionMs, limit) => pruneRows(tables, retentionMs, limit),
  };
}

function find(tables: MemoryTables, { machineId, name }: ExecutionName): ExecutionRecord | null {
  const id = tables.registry.resolveId(toStorableText(machineId));
  return get(tables, tables.idByName.get(nameKey(id, toStorableText(name))));
}

function get(tables: MemoryTables, id: string | undefined): ExecutionRecord | null {
  const row = id === undefined ? undefined : tables.executions.get(id);
  return row === undefined ? null : toExecutionRecord(row);
}

function requestAbort(
  tables: MemoryTables,
  ids: readonly string[],
  notBegunOnly: boolean,
): Wakeup[] {
  return findRows(tables, ids).flatMap((row) => {
    const { status, workerId } = row;
    const isNotBegun = workerId === null && (status === 'PENDING' || status === 'PENDING_REDRIVE');
    if (row.endedAt !== null || (notBegunOnly && !isNotBegun)) return [];
    row.abortRequested = true;
    tables.freeKey(row);
    return row.workerId === null ? [markSent(tables, row)] : [];
  });
}

/**
 * Creates executions where uniqueness allows, and returns results in the order of `executions`.
 * @param sentAt the time their tasks count as sent; null when they were not
 */
export function createRows(
  tables: MemoryTables,
  executions: readonly NewExecution[],
  sentAt: number | null,
): CreateResult[] {
  const ids = new Set(executions.map(({ id }) => id));
  assert(ids.size === executions.length, 'no two new executions have the same id');
  return executions.map((execution) => createOne(tables, execution, sentAt));
}

function createOne(
  tables: MemoryTables,
  execution: NewExecution,
  sentAt: number | null,
): CreateResult {
  const { id, name, batchId, batchIndex } = execution;
  assert(isUuid(id), `an execution's id is a UUID in lower case, not '${id}'`);
  assert((batchId === undefined) === (batchIndex === undefined), 'a batch goes with an index');
  const row = newRow(execution, tables.now(), sentAt);
  const keys = uniqueKeys(tables, row);
  const earlier = keys.map(([ids, key]) => ids.get(key)).find((found) => found !== undefined);
  if (earlier !== undefined) return { name, id: earlier, created: false };
  if (tables.executions.has(id)) return { name, id, created: false };

  tables.executions.set(id, row);
  tables.open.add(row);
  for (const [ids, key] of keys) ids.set(key, id);
  if (row.batchId !== null) tables.getCounters(row.batchId).created += 1;
  return { name, id, created: true, createdAt: row.createdAt };
}

/** Returns the row's unique keys (name, link, key), each with the index that holds it. */
function uniqueKeys(
  { idByName, idByLink, idByKey }: MemoryTables,
  { machineId, name, link, uniqueKey }: ExecutionRow,
): [Map<string, string>, string][] {
  const keys: [Map<string, string>, string][] = [[idByName, nameKey(machineId, name)]];
  if (link !== null) keys.push([idByLink, linkKey(link, machineId)]);
  if (uniqueKey !== null) keys.push([idByKey, nameKey(machineId, uniqueKey)]);
  return keys;
}

function newRow(execution: NewExecution, createdAt: number, sentAt: number | null): ExecutionRow {
  const { link, startInMs = 0, uniqueKey, problem, replyTo, traceparent } = execution;
  return {
    id: execution.id,
    machineId: toStorableText(execution.machineId),
    machineVersion: execution.machineVersion,
    name: toStorableText(execution.name),
    input: toStorableDocument(execution.input),
    queue: execution.queue,
    retriesMax: execution.retriesMax,
    batchId: execution.batchId ?? null,
    batchIndex: execution.batchIndex ?? null,
    link:
      link === undefined
        ? null
        : {
            sourceExecutionId: link.sourceExecutionId,
            sourceState: toStorableText(link.sourceState),
            transformer: toStorableText(link.transformer),
          },
    ...(Object.keys(execution.labels ?? {}).length > 0 && { labels: { ...execution.labels } }),
    problem: problem === undefined ? null : toStorableText(problem),
    traceparent: traceparent ?? null,
    replyTo: replyTo === undefined ? null : toStorableDocument(replyTo),
    status: 'PENDING',
    workerId: null,
    fence: 0,
    abortRequested: false,
    alone: false,
    signalsSent: 0,
    signalsSeen: 0,
    attempts: 0,
    stalls: 0,
    createdAt,
    startedAt: null,
    endedAt: null,
    dueAt: startInMs > 0 ? createdAt + Math.ceil(startInMs) : null,
    sentAt: startInMs > 0 ? null : sentAt,
    timeoutMs: wholeMs(execution.timeoutMs),
    deadlineAt: wholeMs(execution.deadlineAt),
    retentionMs: wholeMs(execution.retentionMs),
    uniqueKey: uniqueKey === undefined ? null : toStorableText(uniqueKey),
    error: null,
    cause: null,
    failedState: null,
    versionNumber: execution.versionNumber ?? null,
    alias: execution.alias ?? null,
    traceHeader: execution.traceHeader === undefined ? null : toStorableText(execution.traceHeader),
    mockCase: execution.mockCase === undefined ? null : toStorableText(execution.mockCase),
    redrives: 0,
    redrivenAt: null,
    stopError: null,
    stopCause: null,
    output: null,
    snapshot: null,
  };
}

function wholeMs(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.floor(ms);
}
