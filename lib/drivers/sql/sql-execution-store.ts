/** Executions in SQL: one statement per operation, whatever the number of executions in it. */
import type {
  BatchFigures,
  ExecutionRecord,
  ExecutionStore,
  HeartbeatReply,
  RunnableCount,
  Wakeup,
} from '../../ports/execution-store.ts';
import { distinctUuids, isUuid, storableDocument, storableText } from '../shared/storable.ts';
import {
  listOutputsOfBatch,
  listPage,
  listResultsOfBatch,
  listToChain,
} from './sql-execution-lists.ts';
import { claim, commit, create } from './sql-execution-writes.ts';
import type { SqlSession } from './sql-session.ts';
import { measureBatch } from './statements/batches/measure-batch.ts';
import { endLease } from './statements/executions/end-lease.ts';
import { findExecution } from './statements/executions/find-execution.ts';
import { getExecution } from './statements/executions/get-execution.ts';
import { pruneExecutions } from './statements/executions/prune-executions.ts';
import { readHistory } from './statements/executions/read-history.ts';
import { redriveExecutions } from './statements/executions/redrive-executions.ts';
import { requestAbort } from './statements/executions/request-abort.ts';
import { countRunnable } from './statements/sweeps/count-runnable.ts';
import { forgetSent } from './statements/sweeps/forget-sent.ts';
import { nextDue } from './statements/sweeps/next-due.ts';
import { recoverOrphans } from './statements/sweeps/recover-orphans.ts';
import { takeOldest } from './statements/sweeps/take-oldest.ts';
import { takeUnsent } from './statements/sweeps/take-unsent.ts';
import { wakeDue } from './statements/sweeps/wake-due.ts';
import { beatWorker } from './statements/workers/beat-worker.ts';

/** The part of the store that keeps executions. */
export function sqlExecutionStore(session: SqlSession): ExecutionStore {
  return {
    createExecutions: (executions, wakeupSent) => create(session, executions, wakeupSent),
    claim: (workerId, leaseMs, executionIds) => claim(session, workerId, leaseMs, executionIds),
    commit: (checkpoints) => commit(session, checkpoints),
    heartbeat: (workerId, leaseMs, about) => beat(session, workerId, leaseMs, about),
    endLease: async (workerId) => void (await session.call(endLease, { workerId })),
    wakeDue: (limit) => session.call<Wakeup>(wakeDue, { limit }),
    recoverOrphans: (limit) => session.call<Wakeup>(recoverOrphans, { limit }),
    takeUnsent: (limit) => session.call<Wakeup>(takeUnsent, { limit }),
    takeOldest: (queue, limit, graceMs) =>
      session.call<Wakeup>(takeOldest, { queue, limit, graceMs }),
    forgetSent: async () => (await session.one<{ count: number }>(forgetSent, {}))?.count ?? 0,
    countRunnable: (cap) => session.call<RunnableCount>(countRunnable, { cap }),
    nextDueMs: async () => (await session.one<{ ms: number }>(nextDue, {}))?.ms ?? null,
    requestAbort: (ids) => session.call<Wakeup>(requestAbort, { ids: distinctUuids(ids) }),
    redriveExecutions: (ids) =>
      session.call<Wakeup>(redriveExecutions, { ids: distinctUuids(ids) }),
    getExecution: async (id) =>
      isUuid(id) ? await session.one<ExecutionRecord>(getExecution, { id }) : null,
    findExecution: (machineId, name) =>
      session.one<ExecutionRecord>(findExecution, {
        machineId: storableText(machineId),
        name: storableText(name),
      }),
    listExecutions: (filter, page) => listPage(session, filter, page),
    listOutputs: (batchId, page) => listOutputsOfBatch(session, batchId, page),
    listResults: (batchId, page) => listResultsOfBatch(session, batchId, page),
    listForChaining: (filter, page) => listToChain(session, filter, page),
    readHistory: (executionId, fromEventId, chunksMax) =>
      history(session, executionId, fromEventId, chunksMax),
    figures: (batchId) => figures(session, batchId),
    prune: async (retentionMs, limit) =>
      (await session.one<{ count: number }>(pruneExecutions, { retentionMs, limit }))?.count ?? 0,
  };
}

interface BeatRow {
  readonly id: string;
  readonly why: 'abort' | 'signal';
}

async function beat(
  session: SqlSession,
  workerId: string,
  leaseMs: number,
  about: string | undefined,
): Promise<HeartbeatReply> {
  const document = about === undefined ? null : storableDocument(about);
  const rows = await session.call<BeatRow>(beatWorker, { workerId, leaseMs, about: document });
  const idsOf = (why: BeatRow['why']) => rows.filter((row) => row.why === why).map(({ id }) => id);
  return { abortRequested: idsOf('abort'), signalled: idsOf('signal') };
}

async function history(
  session: SqlSession,
  executionId: string,
  fromEventId: number,
  limit: number,
): Promise<string[]> {
  if (!isUuid(executionId)) return [];
  const rows = await session.call<{ events: string }>(readHistory, {
    executionId,
    fromEventId,
    limit,
  });
  return rows.map(({ events }) => events);
}

interface FiguresRow {
  readonly byStatus: string;
  readonly byQueue: string;
  readonly byError: string;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

async function figures(session: SqlSession, batchId: string): Promise<BatchFigures> {
  const row = await session.one<FiguresRow>(measureBatch, { batchId });
  const { p50 = null, p95 = null, p99 = null } = row ?? {};
  return {
    byStatus: JSON.parse(row?.byStatus ?? '{}'),
    byQueue: JSON.parse(row?.byQueue ?? '{}'),
    byError: JSON.parse(row?.byError ?? '{}'),
    durationMs: p50 === null || p95 === null || p99 === null ? null : { p50, p95, p99 },
  };
}
