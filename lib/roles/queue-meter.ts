import type { Broker, QueueStats } from '../ports/broker.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { BacklogStore, QueueWait } from '../ports/store/backlog-store.ts';
import type { BatchQueries, OpenBatchCounts } from '../ports/store/batch-queries.ts';
import type { FigureStore } from '../ports/store/figures/figure-store.ts';
import type { LimitRule, LimitStore, LimitUse } from '../ports/store/limits/limit-store.ts';
import type { WorkerRecord, WorkerStore } from '../ports/store/worker-store.ts';
import { Role, type RoleOptions } from './role.ts';

/** What a {@link QueueMeter} is constructed from, and what it measures. */
export interface QueueMeterOptions extends RoleOptions {
  readonly store: Pick<BacklogStore, 'listQueueWaits'> &
    Pick<BatchQueries, 'countOpenBatches'> &
    Pick<FigureStore, 'recordGauges'> &
    Pick<LimitStore, 'listLimits'> &
    WorkerStore;
  readonly broker: Pick<Broker, 'stats'>;
  readonly metrics: Metrics;
  /** The queues of the configuration. */
  readonly queues: readonly string[];
  /**
   * Which metrics it sets: all, the waits of queues alone (where the others are known otherwise),
   * or none.
   */
  readonly reports: 'all' | 'waits' | 'none';
  /** The limits of the configuration. @default none */
  readonly limits?: readonly LimitRule[];
  /** Whether it records the gauges of series. */
  readonly records: boolean;
  /**
   * Time between two measurements, in milliseconds: the length of a time slot. It is less than a
   * quarter of the age at which a metric expires, so that one that fails leaves no gap.
   * @default 10,000
   */
  readonly intervalMs?: number;
}

const queueMeterDefaults = Object.freeze({ intervalMs: 10_000, limits: [] });

/** Maximum number of permits, and of waiting ones, that are counted at a time. */
const limitRowsMax = 10_000;

/** Maximum of a count of batches. */
const batchesMax = 10_000;

/**
 * Measures queues, open batches and workers, once for the metrics of its process and for the series
 * of the store. What it reads costs a few index lookups, and a scrape only reads the values that it
 * left: however often a scraper asks, the database is asked once in an interval. Where it records
 * nothing, no leader runs: a chart shows a gap there instead of zeros.
 */
export class QueueMeter extends Role {
  readonly name = 'queue meter';
  readonly #options: Required<QueueMeterOptions>;

  constructor(options: QueueMeterOptions) {
    super(options);
    this.#options = { ...queueMeterDefaults, ...options };
  }

  async tick(): Promise<number> {
    const { broker, store, queues, reports, records, intervalMs, limits } = this.#options;
    const isFull = reports === 'all' || records;
    const read = await Promise.allSettled([
      isFull ? broker.stats(queues) : null,
      store.listQueueWaits(),
      isFull ? store.listWorkers() : null,
      reports === 'all' ? store.countOpenBatches(batchesMax) : null,
      reports === 'all' && limits.length > 0 ? store.listLimits(0, limitRowsMax) : null,
    ]);
    const [stats, waits, workers, batches, uses] = read;
    this.#report({
      stats: fulfilled(stats),
      waits: fulfilled(waits),
      workers: fulfilled(workers),
      batches: fulfilled(batches),
      uses: fulfilled(uses),
    });
    // Thrown only now, so that a broker that does not answer hides no figure of the store.
    for (const result of read) if (result.status === 'rejected') throw result.reason;
    if (records) await this.#record(fulfilled(stats), fulfilled(waits), fulfilled(workers));
    return intervalMs;
  }

  #report({ stats, waits, workers, batches, uses }: Measured): void {
    const { metrics, queues, reports, limits } = this.#options;
    if (reports === 'none') return;
    if (waits !== null) reportWaits(metrics, queues, waits);
    if (reports === 'waits') return;
    if (stats !== null) reportDepths(metrics, stats);
    if (workers !== null) reportWorkers(metrics, workers);
    if (batches !== null) reportBatches(metrics, batches);
    if (uses !== null) reportLimits(metrics, limits, uses);
  }

  async #record(
    stats: readonly QueueStats[] | null,
    waits: readonly QueueWait[] | null,
    workers: readonly WorkerRecord[] | null,
  ): Promise<void> {
    const oldest = new Map((waits ?? []).map(({ queue, oldestMs }) => [queue, oldestMs]));
    const alive = (workers ?? []).filter((each) => each.alive && roleOf(each) === 'worker');
    await this.#options.store.recordGauges({
      queues: (stats ?? []).map(({ queue, ready }) => {
        return { queue, depth: ready, oldestMs: oldest.get(queue) ?? 0 };
      }),
      workers: alive.length,
      busy: alive.reduce((sum, { running }) => sum + running, 0),
    });
  }
}

/** What was read; null for what was not, or could not be. */
interface Measured {
  readonly stats: readonly QueueStats[] | null;
  readonly waits: readonly QueueWait[] | null;
  readonly workers: readonly WorkerRecord[] | null;
  readonly batches: OpenBatchCounts | null;
  readonly uses: readonly LimitUse[] | null;
}

function fulfilled<Value>(result: PromiseSettledResult<Value | null>): Value | null {
  return result.status === 'fulfilled' ? result.value : null;
}

/** Reports how long the oldest runnable execution of each queue has waited; 0 when none waits. */
function reportWaits(
  metrics: Metrics,
  queues: readonly string[],
  found: readonly QueueWait[],
): void {
  const waits = new Map(found.map(({ queue, oldestMs }) => [queue, oldestMs]));
  for (const queue of queues) {
    metrics.gauge('queueOldest', (waits.get(queue) ?? 0) / 1_000, { queue });
  }
}

function reportDepths(metrics: Metrics, stats: readonly QueueStats[]): void {
  for (const { queue, ready, delayed, inFlight, dead, paused } of stats) {
    metrics.gauge('queueDepth', ready, { queue, state: 'ready' });
    metrics.gauge('queueDepth', delayed, { queue, state: 'delayed' });
    metrics.gauge('queueDepth', inFlight, { queue, state: 'in_flight' });
    metrics.gauge('queueDepth', dead, { queue, state: 'dead' });
    metrics.gauge('queuePaused', Number(paused), { queue });
  }
}

function reportBatches(metrics: Metrics, { running, paused }: OpenBatchCounts): void {
  metrics.gauge('batches', running, { status: 'RUNNING' });
  metrics.gauge('batches', paused, { status: 'PAUSED' });
}

/** Limits that nothing uses are reported too: as 0. */
function reportLimits(
  metrics: Metrics,
  limits: readonly LimitRule[],
  uses: readonly LimitUse[],
): void {
  for (const { scope, rule, intervalMs } of limits) {
    const use = uses.find((each) => each.scope === scope && each.rule === rule);
    const labels = { limit: `${scope} ${rule}` };
    if (intervalMs === null) metrics.gauge('limitInUse', use?.inUse ?? 0, labels);
    metrics.gauge('limitWaiting', use?.waiting ?? 0, labels);
    metrics.gauge('limitOldest', (use?.oldestMs ?? 0) / 1_000, labels);
  }
}

function reportWorkers(metrics: Metrics, workers: readonly WorkerRecord[]): void {
  for (const role of ['leader', 'worker'] as const) {
    const own = workers.filter((worker) => roleOf(worker) === role);
    const alive = own.filter((worker) => worker.alive).length;
    metrics.gauge('workers', alive, { role, state: 'alive' });
    metrics.gauge('workers', own.length - alive, { role, state: 'lost' });
  }
}

/** Returns the role in the metadata of a process, which another version may have written. */
function roleOf({ about }: WorkerRecord): unknown {
  const metadata = JSON.parse(about) as { readonly role?: unknown } | null;
  return metadata?.role;
}
