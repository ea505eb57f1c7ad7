/** The state of a deployment at once: queues, open batches, workers, archive and alerts. */
import type { QueueStats } from '../../ports/broker.ts';
import type { AlertRecord } from '../../ports/store/alert-store.ts';
import {
  archiveCountMax,
  type OverviewFigures,
  type QueuePoint,
} from '../../ports/store/figures/figure-queries.ts';
import { seriesSteps } from '../../ports/store/figures/step-figures.ts';
import type { AppContext } from '../app-context.ts';
import type { WorkerMetadata } from '../workers.ts';

/** The work of one queue. */
export interface QueueWork {
  readonly queue: string;
  /** Null for a queue that has tasks but is not in the configuration. */
  readonly weight: number | null;
  readonly paused: boolean;
  /** Messages that wait; null when nothing here has seen them. */
  readonly depth: number | null;
  /** How long the oldest runnable execution has waited; null when none waits. */
  readonly oldestMs: number | null;
  /** Executions that workers hold. */
  readonly active: number;
  /** Of the last minute; null when they are not known. */
  readonly inPerSecond: number | null;
  readonly outPerSecond: number | null;
}

/** An open batch. */
export interface OpenBatch {
  readonly id: string;
  readonly name: string;
  readonly machineId: string;
  readonly status: string;
  readonly reason: string | null;
  readonly created: number;
  readonly ended: number;
  /** Executions that ended FAILED, TIMED_OUT or ABORTED. */
  readonly failed: number;
  readonly sourceDone: boolean;
  readonly createdAt: number;
}

/** The state of a deployment. */
export interface OverviewReport {
  /** Milliseconds since 1970. */
  readonly asOf: number;
  readonly queues: readonly QueueWork[];
  /** The newest ones. */
  readonly batches: readonly OpenBatch[];
  readonly lastHour: OverviewFigures['lastHour'];
  readonly archive: { readonly count: number; readonly isMinimum: boolean };
  readonly workers: {
    readonly alive: number;
    readonly lost: number;
    /** How many executions the workers that are alive can run at once. */
    readonly slots: number;
    readonly busy: number;
  };
  /** The open ones. */
  readonly alerts: readonly AlertRecord[];
}

/** Maximum number of alerts. */
const alertsMax = 100;

/** The time over which rates are computed, in milliseconds. */
const rateMs = 60_000;

/**
 * Returns the state of the deployment.
 * @param reachesWorkers whether the broker here is the one that workers take from
 */
export async function getOverview(
  { store, broker, settings }: Pick<AppContext, 'store' | 'broker' | 'settings'>,
  reachesWorkers: boolean,
): Promise<OverviewReport> {
  const [figures, alerts, stats] = await Promise.all([
    store.readOverview(),
    store.listAlerts(alertsMax, true),
    reachesWorkers ? broker.stats(Object.keys(settings.queues)) : [],
  ]);
  return {
    asOf: figures.now,
    queues: describeQueues(figures, new Map(Object.entries(settings.queues)), stats),
    batches: figures.batches.map(({ succeeded, failed, timedOut, aborted, ...batch }) => ({
      ...batch,
      ended: succeeded + failed + timedOut + aborted,
      failed: failed + timedOut + aborted,
    })),
    lastHour: figures.lastHour,
    archive: { count: figures.archived, isMinimum: figures.archived >= archiveCountMax },
    workers: describeWorkers(figures),
    alerts,
  };
}

function describeQueues(
  { now, held, waits, queues: points }: OverviewFigures,
  weights: ReadonlyMap<string, number>,
  stats: readonly QueueStats[],
): QueueWork[] {
  const active = new Map(held.map(({ queue, count }) => [queue, count]));
  const oldest = new Map(waits.map(({ queue, oldestMs }) => [queue, oldestMs]));
  const messages = new Map(stats.map((each) => [each.queue, each]));
  const others = [...active.keys(), ...oldest.keys()];
  return [...new Set([...weights.keys(), ...others])].map((queue) => {
    const own = points.filter((point) => point.queue === queue);
    return {
      queue,
      weight: weights.get(queue) ?? null,
      paused: messages.get(queue)?.paused ?? false,
      depth: messages.get(queue)?.ready ?? findDepths(own).at(-1)?.depth ?? null,
      oldestMs: oldest.get(queue) ?? null,
      active: active.get(queue) ?? 0,
      ...computeRates(own, now),
    };
  });
}

/**
 * Computes the rates of the last complete slots. What comes in is what went out, and what the depth
 * has grown by meanwhile.
 */
function computeRates(
  points: readonly QueuePoint[],
  now: number,
): Pick<QueueWork, 'inPerSecond' | 'outPerSecond'> {
  const { recent } = seriesSteps;
  const end = Math.floor(now / recent) * recent;
  const recorded = points.filter(({ at }) => at >= end - rateMs && at < end);
  if (recorded.length === 0) return { inPerSecond: null, outPerSecond: null };
  const received = recorded.reduce((sum, point) => sum + point.received, 0);
  const outPerSecond = received / (rateMs / 1_000);
  const depths = findDepths(points);
  const [first, last] = [depths[0], depths.at(-1)];
  if (first === undefined || last === undefined || first === last) {
    return { inPerSecond: null, outPerSecond };
  }
  const growth = ((last.depth - first.depth) * 1_000) / (last.at - first.at);
  return { inPerSecond: Math.max(0, outPerSecond + growth), outPerSecond };
}

function findDepths(points: readonly QueuePoint[]) {
  return points.flatMap(({ at, depth }) => (depth === null ? [] : [{ at, depth }]));
}

function describeWorkers({ workers }: OverviewFigures): OverviewReport['workers'] {
  const own = workers.flatMap(({ about, ...worker }) => {
    // Another version may report fewer or more fields.
    const { role, concurrency } = JSON.parse(about) as Partial<WorkerMetadata>;
    return role === 'worker' ? [{ ...worker, concurrency: concurrency ?? 0 }] : [];
  });
  const alive = own.filter((worker) => worker.alive);
  return {
    alive: alive.length,
    lost: own.length - alive.length,
    slots: alive.reduce((sum, { concurrency }) => sum + concurrency, 0),
    busy: alive.reduce((sum, { running }) => sum + running, 0),
  };
}
