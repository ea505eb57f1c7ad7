/** Runs of distributed Maps, as Step Functions shows and changes them. */
import { isObject } from '../../asl/json/json.ts';
import { type MapRunBatch, parseMapRun } from '../../batch/map-run/map-run-batch.ts';
import { toExecutionArn } from '../../engine/arn/make-arn.ts';
import type { ExecutionStatus } from '../../engine/status.ts';
import { MillraceError } from '../../errors.ts';
import type { BatchRecord } from '../../ports/store/batch-store.ts';
import type { MapRunCount, MapRunRecord } from '../../ports/store/machines/map-run-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import type { AppContext } from '../app-context.ts';
import { findRedriveStatus } from '../redrive/redrive-status.ts';

/** How many executions, or items, of a map run are where. */
export interface MapRunCounts {
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly total: number;
  /** Those whose results a ResultWriter has written. */
  readonly resultsWritten: number;
  readonly failuresNotRedrivable: number;
  readonly pendingRedrive: number;
}

/** A map run, with what its definition and later changes say. */
export interface MapRunDescription {
  readonly run: MapRunRecord;
  readonly parentArn: string;
  readonly itemCounts: MapRunCounts;
  readonly executionCounts: MapRunCounts;
  readonly limits: {
    /** 0: no limit. */
    readonly maxConcurrency: number;
    readonly toleratedPercentage: number;
    readonly toleratedCount: number;
  };
}

/** What to change of a map run while it runs. */
export interface MapRunChange {
  readonly maxConcurrency?: number;
  readonly toleratedFailurePercentage?: number;
  readonly toleratedFailureCount?: number;
}

/** Lists the map runs of an execution, the newest first. */
export function listMapRuns(
  { store }: Pick<AppContext, 'store'>,
  executionId: string,
  page: PageRequest,
): Promise<Page<MapRunRecord>> {
  return store.listMapRuns(executionId, page);
}

/** Describes a map run. Throws UNKNOWN_MAP_RUN. */
export async function describeMapRun(
  { store, scope, clock }: Pick<AppContext, 'store' | 'scope' | 'clock'>,
  batchId: string,
): Promise<MapRunDescription> {
  const run = await store.getMapRun(batchId);
  const batch = run === null ? null : await store.getBatch(batchId);
  const mapRun = batch === null ? null : parseMapRun(batch);
  if (run === null || batch === null || mapRun === null) throw unknownMapRun(batchId);
  const parent = await store.getExecution(run.parentExecutionId);
  const counts = await store.countMapRunItems(batchId, mapRun.run.batching !== null);
  const { maxConcurrency, tolerated } = mapRun.run;
  const circumstances = { batch, mapRun, now: clock.now() };
  return {
    run,
    parentArn: toExecutionArn(scope, mapRun.parent.machineId, parent?.name ?? ''),
    itemCounts: count(counts, (each) => each.items, circumstances),
    executionCounts: count(counts, (each) => each.executions, circumstances),
    limits: {
      maxConcurrency: run.maxConcurrency ?? maxConcurrency,
      toleratedPercentage: run.toleratedPercentage ?? tolerated.percentage ?? 0,
      toleratedCount: run.toleratedCount ?? tolerated.count ?? 0,
    },
  };
}

/**
 * Changes the limits of a map run; its leader follows them at its next tick.
 * @throws UNKNOWN_MAP_RUN, CONFLICT when it has ended, INVALID_ARGUMENT
 */
export async function updateMapRun(
  { store }: Pick<AppContext, 'store'>,
  batchId: string,
  change: MapRunChange,
): Promise<void> {
  const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = change;
  requireWhole('maxConcurrency', maxConcurrency);
  requireWhole('toleratedFailureCount', toleratedFailureCount);
  const percentage = toleratedFailurePercentage ?? 0;
  if (!(percentage >= 0 && percentage <= 100)) {
    throw invalid('toleratedFailurePercentage', `a number from 0 to 100; found ${percentage}`);
  }
  const limits = {
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    ...(toleratedFailureCount !== undefined && { toleratedCount: toleratedFailureCount }),
    ...(toleratedFailurePercentage !== undefined && { toleratedPercentage: percentage }),
  };
  if (await store.updateMapRunLimits(batchId, limits)) return;
  const run = await store.getMapRun(batchId);
  if (run === null) throw unknownMapRun(batchId);
  throw new MillraceError(
    'CONFLICT',
    `the map run ${batchId} has ended (${run.status}): only one that runs can be changed`,
    { fields: { batchId, status: run.status } },
  );
}

interface CountCircumstances {
  readonly batch: BatchRecord;
  readonly mapRun: MapRunBatch;
  readonly now: number;
}

function count(
  counts: readonly MapRunCount[],
  measure: (count: MapRunCount) => number,
  circumstances: CountCircumstances,
): MapRunCounts {
  const sum = (isCounted: (each: MapRunCount) => boolean) =>
    counts.filter(isCounted).reduce((total, each) => total + measure(each), 0);
  const inStatus = (status: ExecutionStatus) => sum((each) => each.status === status);
  const succeeded = inStatus('SUCCEEDED');
  const [failed, timedOut, aborted] = [
    inStatus('FAILED'),
    inStatus('TIMED_OUT'),
    inStatus('ABORTED'),
  ];
  const { batch, mapRun } = circumstances;
  const writes = mapRun.run.writer !== null && isObject(mapRun.run.writer.parameters);
  return {
    pending: sum((each) => each.status === 'PENDING' && !each.begun),
    running: sum((each) => each.status === 'RUNNING' || (each.status === 'PENDING' && each.begun)),
    succeeded,
    failed,
    timedOut,
    aborted,
    total: sum(() => true),
    resultsWritten: writes && batch.status === 'SUCCEEDED' ? succeeded + failed + timedOut : 0,
    failuresNotRedrivable: isRedrivable(circumstances) ? 0 : failed + timedOut + aborted,
    pendingRedrive: inStatus('PENDING_REDRIVE'),
  };
}

/** Children are redriven with their run, as long after its end as AWS allows. */
function isRedrivable({ batch, mapRun, now }: CountCircumstances): boolean {
  if (batch.endedAt === null) return true;
  const { status } = findRedriveStatus({
    machineId: batch.machineId,
    kind: mapRun.run.executionType,
    status: 'FAILED',
    createdAt: batch.createdAt,
    endedAt: batch.endedAt,
    events: 0,
    now,
  });
  return status === 'REDRIVABLE_BY_MAP_RUN';
}

function requireWhole(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= intMax)) return;
  throw invalid(name, `a whole number of at least 0; found ${value}`);
}

const intMax = 2_147_483_647;

function invalid(argument: string, expected: string): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', `${argument} must be ${expected}`, {
    fields: { argument },
  });
}

function unknownMapRun(batchId: string): MillraceError {
  return new MillraceError('UNKNOWN_MAP_RUN', `the store has no map run '${batchId}'`, {
    fields: { batchId },
  });
}
