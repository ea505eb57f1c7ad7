import { decodeSnapshot, isDone } from '../../../engine/snapshot.ts';
import type { BatchCounters } from '../../../ports/store/batch-store.ts';
import {
  archiveCountMax,
  type FailureList,
  type FiguredBatch,
  type FigureQueries,
  type OverviewBatch,
  type OverviewFigures,
  overviewBatchesMax,
  queuePointsMs,
  type ScopeFigures,
  type SeriesPoint,
  type SeriesQuery,
  type StateSample,
  sampledRowsMax,
} from '../../../ports/store/figures/figure-queries.ts';
import { type FigureScope, seriesSteps } from '../../../ports/store/figures/step-figures.ts';
import { toStorableText } from '../../shared/storable.ts';
import { type ExecutionRow, type MemoryTables, sortedBy } from '../memory-tables.ts';
import { joinSeries, type SeriesRow } from './figure-tables.ts';

const noCounters = { created: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };

/** Reads figures from memory. */
export function createMemoryFigureQueries(
  tables: MemoryTables,
  readers: Pick<OverviewReaders, 'listWorkers' | 'listQueueWaits'>,
): FigureQueries {
  return {
    readStateFigures: async (scope) => readStates(tables, toStorableText(scope)),
    readFailures: async (scope, limit) => readFailures(tables, toStorableText(scope), limit),
    sampleStates: async (batchId) => sampleStates(tables, batchId),
    readSeries: async (query) => readSeries(tables, query),
    readOverview: () => readOverview(tables, readers),
  };
}

/** The parts of the memory store that an overview is read with. */
interface OverviewReaders {
  readonly listWorkers: () => Promise<OverviewFigures['workers']>;
  readonly listQueueWaits: () => Promise<OverviewFigures['waits']>;
}

function readStates(tables: MemoryTables, scope: FigureScope): ScopeFigures {
  const { figures } = tables;
  const times = figures.times.get(scope);
  const states = [...(figures.counts.get(scope)?.values() ?? [])].map((count) => {
    const took = times?.get(count.state);
    return { ...count, took: took === undefined ? [] : [took] };
  });
  return { batch: findBatch(tables, scope), states: sortedBy(states, ({ state }) => state) };
}

function findBatch({ batches, counters }: MemoryTables, scope: FigureScope): FiguredBatch | null {
  const id = scope.startsWith('b:') ? scope.slice(2) : '';
  const batch = batches.get(id);
  if (batch === undefined) return null;
  const { machineId, machineVersion } = batch;
  return { machineId, machineVersion, ...countsOf(counters.get(id)) };
}

/** Returns the counters that figures show. */
function countsOf(counters: BatchCounters = noCounters): BatchCounters {
  const { created, succeeded, failed, timedOut, aborted } = counters;
  return { created, succeeded, failed, timedOut, aborted };
}

function readFailures(tables: MemoryTables, scope: FigureScope, limit: number): FailureList {
  const { figures, executions } = tables;
  const found = [...(figures.failures.get(scope)?.values() ?? [])];
  const byName = sortedBy(
    sortedBy(found, ({ state }) => state),
    ({ error }) => error,
  );
  const rows = sortedBy(byName, ({ count }) => -count).slice(0, limit);
  return {
    rows: rows.map(({ sampleId, ...row }) => {
      const sample = executions.get(sampleId);
      if (sample === undefined) return { ...row, sample: null };
      const { name, cause } = sample;
      return { ...row, sample: { executionId: sampleId, name, cause } };
    }),
    total: found.reduce((sum, { count }) => sum + count, 0),
    isKnown: findBatch(tables, scope) !== null,
  };
}

function sampleStates({ executions }: MemoryTables, batchId: string): StateSample {
  const all = [...executions.values()].filter((row) => row.batchId === batchId);
  const newest = sortedBy(all, ({ batchIndex }) => -(batchIndex ?? 0)).slice(0, sampledRowsMax);
  const counts = new Map<string, number>();
  for (const row of newest) {
    if (row.endedAt !== null) continue;
    const state = rootStateOf(row);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const states = [...counts].map(([state, count]) => ({ state, count }));
  return {
    isComplete: all.length === newest.length,
    states: sortedBy(states, ({ state }) => state),
  };
}

function rootStateOf({ status, snapshot }: ExecutionRow): string {
  if (status !== 'RUNNING' || snapshot === null) return '';
  const { root } = decodeSnapshot(snapshot);
  return root === null || isDone(root) ? '' : root.state;
}

function readSeries(
  { figures }: MemoryTables,
  { kind, key, from, to, stepMs, withTook }: SeriesQuery,
): SeriesPoint[] {
  const wanted = key === null ? null : toStorableText(key);
  const bySlot = new Map<string, SeriesRow>();
  for (const row of figures.series.values()) {
    const isWanted = row.kind === kind && (wanted === null || row.key === wanted);
    if (!isWanted || row.at < from || row.at >= to) continue;
    const id = JSON.stringify([row.key, Math.floor((row.at - from) / stepMs)]);
    const before = bySlot.get(id);
    bySlot.set(id, before === undefined ? row : joinSeries({ ...before, at: row.at }, row));
  }
  const points = [...bySlot.values()].map(({ at, took, kind: _, stepMs: __, ...row }) => ({
    ...row,
    slot: Math.floor((at - from) / stepMs),
    took: withTook && took !== null ? [took] : [],
  }));
  return sortedBy(
    sortedBy(points, ({ slot }) => slot),
    (point) => point.key,
  );
}

async function readOverview(
  tables: MemoryTables,
  { listWorkers, listQueueWaits }: OverviewReaders,
): Promise<OverviewFigures> {
  const now = tables.now();
  const hour = readSeries(tables, {
    kind: 'total',
    key: '',
    from: now - seriesSteps.old,
    to: now + 1,
    stepMs: seriesSteps.old + 1,
    withTook: false,
  });
  const { ended = 0, failed = 0, archived = 0 } = hour[0] ?? {};
  const workers = await listWorkers();
  return {
    now,
    batches: listOpenBatches(tables),
    lastHour: { ended, failed, archived },
    archived: Math.min(archiveCountMax, tables.archive.size),
    workers: workers.map(({ about, alive, running }) => ({ about, alive, running })),
    held: countHeld(tables),
    waits: await listQueueWaits(),
    queues: listQueuePoints(tables, now - queuePointsMs),
  };
}

function listOpenBatches({ batches, counters }: MemoryTables): OverviewBatch[] {
  const open = [...batches.values()].filter(
    ({ endedAt, machineId }) => endedAt === null && !machineId.includes('/'),
  );
  const byId = sortedBy(open, ({ id }) => id);
  const newest = sortedBy(byId, ({ createdAt }) => createdAt).reverse();
  return newest.slice(0, overviewBatchesMax).map((batch) => {
    const { id, name, machineId, status, reason, sourceDone, createdAt } = batch;
    const counts = countsOf(counters.get(id));
    return { id, name, machineId, status, reason, sourceDone, createdAt, ...counts };
  });
}

function countHeld({ open }: MemoryTables): OverviewFigures['held'] {
  const counts = new Map<string, number>();
  for (const { queue, workerId } of open) {
    if (workerId !== null) counts.set(queue, (counts.get(queue) ?? 0) + 1);
  }
  return sortedBy(counts, ([queue]) => queue).map(([queue, count]) => ({ queue, count }));
}

function listQueuePoints({ figures }: MemoryTables, from: number): OverviewFigures['queues'] {
  const points = [...figures.series.values()]
    .filter(
      ({ kind, at, stepMs }) => kind === 'queue' && stepMs === seriesSteps.recent && at >= from,
    )
    .map(({ key, at, received, depth }) => ({ queue: key, at, received, depth }));
  return sortedBy(
    sortedBy(points, ({ at }) => at),
    ({ queue }) => queue,
  );
}
