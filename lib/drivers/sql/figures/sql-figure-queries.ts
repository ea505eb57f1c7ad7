import type { HistogramText } from '../../../engine/figures/duration-histogram.ts';
import { assert } from '../../../errors.ts';
import {
  archiveCountMax,
  type FailureList,
  type FiguredBatch,
  type FigureQueries,
  type OverviewFigures,
  overviewBatchesMax,
  queuePointsMs,
  type ScopeFigures,
  type SeriesPoint,
  type SeriesQuery,
  type StateSample,
  sampledRowsMax,
  seriesKeysMax,
} from '../../../ports/store/figures/figure-queries.ts';
import { type FigureScope, seriesSteps } from '../../../ports/store/figures/step-figures.ts';
import { goneWorkerListedMs } from '../../../ports/store/worker-store.ts';
import { toStorableText } from '../../shared/storable.ts';
import type { SqlSession } from '../sql-session.ts';
import { sampleBatchStates } from '../statements/figures/sample-batch-states.ts';
import { selectFailures } from '../statements/figures/select-failures.ts';
import { selectOverview } from '../statements/figures/select-overview.ts';
import { selectSeries } from '../statements/figures/select-series.ts';
import { selectStateFigures } from '../statements/figures/select-state-figures.ts';

/** Reads figures from SQL. */
export function createSqlFigureQueries(session: SqlSession): FigureQueries {
  return {
    readStateFigures: (scope) => readStates(session, scope),
    readFailures: (scope, limit) => readFailures(session, scope, limit),
    sampleStates: (batchId) => sampleStates(session, batchId),
    readSeries: (query) => readSeries(session, query),
    readOverview: () => readOverview(session),
  };
}

/** A state's row; `state` is null when there is none, and `machineId` without a batch. */
interface StateRow {
  readonly machineId: string | null;
  readonly machineVersion: number;
  readonly created: number;
  readonly succeeded: number;
  readonly batchFailed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly state: string | null;
  readonly current: number;
  readonly entered: number;
  readonly failed: number;
  readonly caught: number;
  readonly retried: number;
  readonly took: string | null;
}

async function readStates(session: SqlSession, scope: FigureScope): Promise<ScopeFigures> {
  const rows = await session.call<StateRow>(selectStateFigures, { scope: toStorableText(scope) });
  return {
    batch: toBatch(rows[0]),
    states: rows.flatMap(({ state, current, entered, failed, caught, retried, took }) => {
      if (state === null) return [];
      return [{ state, current, entered, failed, caught, retried, took: splitLines(took) }];
    }),
  };
}

function toBatch(row: StateRow | undefined): FiguredBatch | null {
  if (row === undefined || row.machineId === null) return null;
  const { machineId, machineVersion, created, succeeded, batchFailed, timedOut, aborted } = row;
  return { machineId, machineVersion, created, succeeded, failed: batchFailed, timedOut, aborted };
}

/** A failure's row; `error` is null when there is none. */
interface FailureSumRow {
  readonly isKnown: boolean;
  readonly error: string | null;
  readonly state: string;
  readonly count: number;
  readonly total: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly sampleId: string | null;
  readonly sampleName: string | null;
  readonly sampleCause: string | null;
}

async function readFailures(
  session: SqlSession,
  scope: FigureScope,
  limit: number,
): Promise<FailureList> {
  const document = { scope: toStorableText(scope), limit };
  const rows = await session.call<FailureSumRow>(selectFailures, document);
  return {
    rows: rows.flatMap(({ error, state, count, firstAt, lastAt, ...sample }) => {
      if (error === null) return [];
      return [{ error, state, count, firstAt, lastAt, sample: toSample(sample) }];
    }),
    total: rows[0]?.total ?? 0,
    isKnown: rows[0]?.isKnown ?? false,
  };
}

function toSample({
  sampleId,
  sampleName,
  sampleCause,
}: Pick<FailureSumRow, 'sampleId' | 'sampleName' | 'sampleCause'>) {
  if (sampleId === null) return null;
  return { executionId: sampleId, name: sampleName ?? '', cause: sampleCause };
}

async function sampleStates(session: SqlSession, batchId: string): Promise<StateSample> {
  const rows = await session.call<{
    readonly isComplete: boolean;
    readonly state: string | null;
    readonly count: number;
  }>(sampleBatchStates, { batchId: toStorableText(batchId), rowsMax: sampledRowsMax });
  return {
    isComplete: rows[0]?.isComplete ?? true,
    states: rows.flatMap(({ state, count }) => (state === null ? [] : [{ state, count }])),
  };
}

interface SeriesPointRow extends Omit<SeriesPoint, 'took'> {
  readonly took: string | null;
}

async function readSeries(
  session: SqlSession,
  { key, ...query }: SeriesQuery,
): Promise<SeriesPoint[]> {
  const filter = key === null ? {} : { key: toStorableText(key) };
  const rows = await session.call<SeriesPointRow>(selectSeries(filter), {
    ...query,
    ...filter,
    keysMax: seriesKeysMax,
  });
  return rows.map(({ took, ...row }) => ({ ...row, took: splitLines(took) }));
}

/** The lists are JSON texts. */
interface OverviewRow {
  readonly now: number;
  readonly batches: string;
  readonly lastHour: string;
  readonly archived: number;
  readonly workers: string;
  readonly held: string;
  readonly waits: string;
  readonly queues: string;
}

async function readOverview(session: SqlSession): Promise<OverviewFigures> {
  const [row] = await session.call<OverviewRow>(selectOverview, {
    batchesMax: overviewBatchesMax,
    goneMs: goneWorkerListedMs,
    hourMs: seriesSteps.old,
    pointsMs: queuePointsMs,
    archiveMax: archiveCountMax,
  });
  assert(row !== undefined, 'an overview is one row');
  return {
    now: row.now,
    archived: row.archived,
    batches: JSON.parse(row.batches),
    lastHour: JSON.parse(row.lastHour),
    workers: JSON.parse(row.workers),
    held: JSON.parse(row.held),
    waits: JSON.parse(row.waits),
    queues: JSON.parse(row.queues),
  };
}

function splitLines(took: string | null): HistogramText[] {
  return took === null ? [] : took.split('\n');
}
