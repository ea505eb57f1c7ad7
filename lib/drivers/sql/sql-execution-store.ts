import type {
  CreateResult,
  ExecutionName,
  ExecutionRecord,
  ExecutionStore,
  NewExecution,
  Wakeup,
} from '../../ports/store/execution-store.ts';
import { distinctUuids, isUuid, toStorableText } from '../shared/storable.ts';
import {
  type CreatedRow,
  resolveCreated,
  toCreateResults,
  toExecutionDocuments,
} from './execution-documents.ts';
import type { SqlSession } from './sql-session.ts';
import { insertExecutions } from './statements/executions/insert-executions.ts';
import { pruneExecutions } from './statements/executions/prune-executions.ts';
import { redriveExecutions } from './statements/executions/redrive-executions.ts';
import { requestAbort } from './statements/executions/request-abort.ts';
import { selectExecutionById } from './statements/executions/select-execution-by-id.ts';
import { selectExecutionByName } from './statements/executions/select-execution-by-name.ts';
import { selectExecutionsByNames } from './statements/executions/select-executions-by-names.ts';

/** Executions in SQL: one statement per operation, whatever the number of executions in it. */
export function createSqlExecutionStore(session: SqlSession): ExecutionStore {
  return {
    createExecutions: (executions, wakeupSent) => create(session, executions, wakeupSent),
    getExecution: async (id) =>
      isUuid(id) ? await session.one<ExecutionRecord>(selectExecutionById, { id }) : null,
    findExecution: (machineId, name) =>
      session.one<ExecutionRecord>(selectExecutionByName, {
        machineId: toStorableText(machineId),
        name: toStorableText(name),
      }),
    findExecutions: (names) => findByNames(session, names),
    requestAbort: (ids, notBegunOnly = false) =>
      session.call<Wakeup>(requestAbort, { ids: distinctUuids(ids), notBegunOnly }),
    redriveExecutions: (ids, versions = {}) =>
      session.call<Wakeup>(redriveExecutions, { ids: distinctUuids(ids), versions }),
    pruneExecutions: (retentionMs, limit) => session.count(pruneExecutions, { retentionMs, limit }),
  };
}

async function findByNames(
  session: SqlSession,
  names: readonly ExecutionName[],
): Promise<(ExecutionRecord | null)[]> {
  const found = new Array<ExecutionRecord | null>(names.length).fill(null);
  if (names.length === 0) return found;
  const rows = await session.call<ExecutionRecord & { readonly position: number }>(
    selectExecutionsByNames,
    {
      names: names.map(({ machineId, name }, position) => ({
        position,
        machineId: toStorableText(machineId),
        name: toStorableText(name),
      })),
    },
  );
  for (const { position, ...record } of rows) found[position] = record;
  return found;
}

async function create(
  session: SqlSession,
  executions: readonly NewExecution[],
  wakeupSent: boolean,
): Promise<CreateResult[]> {
  if (executions.length === 0) return [];
  const created = await createOrFind(session, executions, wakeupSent);
  // A key's holder may have ended between the insert and the lookup: then the key is free.
  const freed = executions.filter(
    ({ id, uniqueKey }) => uniqueKey !== undefined && !created.has(id),
  );
  if (freed.length === 0) return toCreateResults(executions, created);
  const retried = await createOrFind(session, freed, wakeupSent);
  return toCreateResults(executions, new Map([...created, ...retried]));
}

async function createOrFind(
  session: SqlSession,
  executions: readonly NewExecution[],
  wakeupSent: boolean,
): Promise<Map<string, CreatedRow>> {
  const rows = await session.call<CreatedRow>(insertExecutions, {
    executions: toExecutionDocuments(executions),
    wakeupSent,
  });
  return await resolveCreated(session, executions, rows);
}
