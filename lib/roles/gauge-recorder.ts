import type { Broker } from '../ports/broker.ts';
import type { BacklogStore } from '../ports/store/backlog-store.ts';
import type { FigureStore, QueueGauge } from '../ports/store/figures/figure-store.ts';
import type { WorkerRecord, WorkerStore } from '../ports/store/worker-store.ts';
import { Role, type RoleOptions } from './role.ts';

/** What a {@link GaugeRecorder} is constructed from, and how often it records. */
export interface GaugeRecorderOptions extends RoleOptions {
  readonly store: Pick<FigureStore, 'recordGauges'> &
    Pick<BacklogStore, 'listQueueWaits'> &
    WorkerStore;
  readonly broker: Pick<Broker, 'stats'>;
  /** The queues of the configuration. */
  readonly queues: readonly string[];
  /** Time between two records, in milliseconds. @default 10,000, the length of a time slot */
  readonly intervalMs?: number;
}

/** Defaults of {@link GaugeRecorderOptions}. */
const gaugeRecorderDefaults = Object.freeze({ intervalMs: 10_000 });

/**
 * Records the depths and waits of queues and the number of workers, for series. Where it records
 * nothing, no leader runs: a chart shows a gap there instead of zeros.
 */
export class GaugeRecorder extends Role {
  readonly name = 'gauge recorder';
  readonly #options: Required<Omit<GaugeRecorderOptions, keyof RoleOptions>>;

  constructor(options: GaugeRecorderOptions) {
    super(options);
    this.#options = { ...gaugeRecorderDefaults, ...options };
  }

  async tick(): Promise<number> {
    const { store, intervalMs } = this.#options;
    const [queues, workers] = await Promise.all([readQueues(this.#options), store.listWorkers()]);
    const alive = workers.filter((worker) => worker.alive && isWorker(worker));
    await store.recordGauges({
      queues,
      workers: alive.length,
      busy: alive.reduce((sum, { running }) => sum + running, 0),
    });
    return intervalMs;
  }
}

async function readQueues({
  store,
  broker,
  queues,
}: Pick<GaugeRecorderOptions, 'store' | 'broker' | 'queues'>): Promise<QueueGauge[]> {
  const [stats, waits] = await Promise.all([broker.stats(queues), store.listQueueWaits()]);
  const oldest = new Map(waits.map(({ queue, oldestMs }) => [queue, oldestMs]));
  return stats.map(({ queue, ready }) => {
    return { queue, depth: ready, oldestMs: oldest.get(queue) ?? 0 };
  });
}

/** Whether the process runs executions; another version may have written its metadata. */
function isWorker({ about }: WorkerRecord): boolean {
  const metadata = JSON.parse(about) as { readonly role?: unknown } | null;
  return metadata?.role === 'worker';
}
