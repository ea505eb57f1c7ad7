import type { Broker } from '../ports/broker.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { BacklogStore } from '../ports/store/backlog-store.ts';
import type { BatchQueries } from '../ports/store/batch-queries.ts';
import type { WorkerRecord, WorkerStore } from '../ports/store/worker-store.ts';
import { Role, type RoleOptions } from './role.ts';

/** What a {@link QueueMeter} is constructed from, and how often it measures. */
export interface QueueMeterOptions extends RoleOptions {
  readonly store: Pick<BacklogStore, 'listQueueWaits'> &
    Pick<BatchQueries, 'countOpenBatches'> &
    WorkerStore;
  readonly broker: Pick<Broker, 'stats'>;
  readonly metrics: Metrics;
  /** The queues of the configuration. */
  readonly queues: readonly string[];
  /**
   * Time between two measurements, in milliseconds. A quarter of the age at which a value expires,
   * so that one that fails leaves no gap. @default 15,000
   */
  readonly intervalMs?: number;
}

const queueMeterDefaults = Object.freeze({ intervalMs: 15_000 });

/** Maximum of a count of batches. */
const batchesMax = 10_000;

/**
 * Measures queues, open batches and workers for the metrics of a leader process. What it reads
 * costs a few index lookups, and a scrape only reads the values that it left: however often
 * a scraper asks, the database is asked once in an interval.
 */
export class QueueMeter extends Role {
  readonly name = 'queue meter';
  readonly #options: Required<QueueMeterOptions>;

  constructor(options: QueueMeterOptions) {
    super(options);
    this.#options = { ...queueMeterDefaults, ...options };
  }

  async tick(): Promise<number> {
    const measured = await Promise.allSettled([
      measureDepths(this.#options),
      measureWaits(this.#options),
      measureBatches(this.#options),
      measureWorkers(this.#options),
    ]);
    // Thrown only now, so that a broker that does not answer hides no figure of the store.
    for (const result of measured) if (result.status === 'rejected') throw result.reason;
    return this.#options.intervalMs;
  }
}

/** Measures how long the oldest runnable execution of each queue has waited; 0 when none waits. */
export async function measureWaits({
  store,
  metrics,
  queues,
}: {
  readonly store: Pick<BacklogStore, 'listQueueWaits'>;
  readonly metrics: Metrics;
  readonly queues: readonly string[];
}): Promise<void> {
  const waits = new Map((await store.listQueueWaits()).map((wait) => [wait.queue, wait.oldestMs]));
  for (const queue of queues) {
    metrics.gauge('queueOldest', (waits.get(queue) ?? 0) / 1_000, { queue });
  }
}

async function measureDepths({ broker, metrics, queues }: QueueMeterOptions): Promise<void> {
  for (const { queue, ready, delayed, inFlight, dead, paused } of await broker.stats(queues)) {
    metrics.gauge('queueDepth', ready, { queue, state: 'ready' });
    metrics.gauge('queueDepth', delayed, { queue, state: 'delayed' });
    metrics.gauge('queueDepth', inFlight, { queue, state: 'in_flight' });
    metrics.gauge('queueDepth', dead, { queue, state: 'dead' });
    metrics.gauge('queuePaused', Number(paused), { queue });
  }
}

async function measureBatches({ store, metrics }: QueueMeterOptions): Promise<void> {
  const { running, paused } = await store.countOpenBatches(batchesMax);
  metrics.gauge('batches', running, { status: 'RUNNING' });
  metrics.gauge('batches', paused, { status: 'PAUSED' });
}

async function measureWorkers({ store, metrics }: QueueMeterOptions): Promise<void> {
  const workers = await store.listWorkers();
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
