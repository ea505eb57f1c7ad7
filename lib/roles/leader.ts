import { type PlanChunk, planChunk } from '../batch/chunks.ts';
import type { BatchStore, LeasedBatch } from '../ports/store/batch-store.ts';
import type { LeaseStore } from '../ports/store/lease-store.ts';
import { BatchLeases, type LeaderScope } from './batch/batch-leases.ts';
import { LedBatch, type LedBatchDeps } from './batch/led-batch.ts';
import { LeftBatches } from './batch/left-batches.ts';
import { Heartbeater } from './delivery/heartbeater.ts';
import { Role, type RoleOptions } from './role.ts';

/** How a {@link Leader} works. */
export interface LeaderOptions {
  /** The batches that it leads. @default every open batch */
  readonly scope?: LeaderScope;
  /** How long its leases last without a tick, in milliseconds. @default 30,000 */
  readonly leaseMs?: number;
  /** Time until the next tick while a batch is open, in milliseconds. @default 100 */
  readonly busyMs?: number;
  /** Time until the next tick while no batch is open, in milliseconds. @default 1,000 */
  readonly idleMs?: number;
  /**
   * Time until the next tick after two ticks in a row that found no open batch, in milliseconds;
   * ignored when less than `idleMs`. @default 1,800
   */
  readonly idleMsMax?: number;
  /**
   * How long one batch is fanned out before the next has its turn, in milliseconds. @default 2,000
   */
  readonly turnMs?: number;
  /**
   * Time between two checks of what the counters of a map run do not show, in milliseconds: whether
   * its parent still waits, and how many items the failed batches had. @default 5,000
   */
  readonly mapRunCheckMs?: number;
  /**
   * How long the files of a map run may be unreachable before it fails, in milliseconds.
   * @default 300,000
   */
  readonly unreachableMsMax?: number;
  /**
   * How long a batch that this leader cannot lead, for want of a transformer, a file or a machine,
   * is left to other leaders before it is paused, in milliseconds. @default 0
   */
  readonly deployGraceMs?: number;
  /**
   * What the leaders before it in this process have left to others, under their `deployGraceMs`.
   * @default nothing
   */
  readonly leftBatches?: LeftBatches | undefined;
  /** Decides how much is recorded next. @default what `maxInFlight` leaves room for */
  readonly planChunk?: PlanChunk;
  /**
   * Whether tasks that an earlier leader dispatched are lost with it: every open execution is then
   * dispatched again. @default false
   */
  readonly redispatchesAll?: boolean;
  /**
   * Metadata that `millrace worker list` shows for this leader, as one JSON text; it is renewed
   * every third of a lease. @default the leader is not listed
   */
  readonly about?: (() => string) | undefined;
}

/** What a {@link Leader} is constructed from. */
export interface LeaderDeps
  extends Omit<RoleOptions, 'metrics'>,
    Omit<LedBatchDeps, keyof LeaderOptions | 'clock' | 'leftBatches' | 'logger' | 'store'> {
  readonly store: LedBatchDeps['store'] &
    Pick<BatchStore, 'leaseBatches' | 'releaseBatch'> &
    LeaseStore;
}

/** Defaults of {@link LeaderOptions}. */
export const leaderDefaults = Object.freeze({
  scope: {},
  leaseMs: 30_000,
  busyMs: 100,
  idleMs: 1_000,
  idleMsMax: 1_800,
  turnMs: 2_000,
  mapRunCheckMs: 5_000,
  unreachableMsMax: 300_000,
  deployGraceMs: 0,
  planChunk,
  redispatchesAll: false,
});

/**
 * Leads batches: at each tick it renews its leases, ends or pauses batches as their counters say,
 * and fans the others out. Any number of leaders may run: a lease has a fence, and a leader that
 * lost its lease records nothing.
 */
export class Leader extends Role {
  readonly name = 'leader';
  /** Identifies its leases. */
  readonly id: string;
  readonly #options: LeaderDeps & Required<Omit<LeaderOptions, 'about' | 'leftBatches'>>;
  readonly #leases: BatchLeases;
  readonly #leftBatches: LeftBatches;
  readonly #batches = new Map<string, LedBatch>();
  /** Lists the leader among the workers; null when it is not listed. */
  readonly #heartbeater: Heartbeater | null;
  #recorded = 0;
  /** Whether the last tick found no open batch. */
  #isIdle = false;

  constructor({ about, leftBatches, ...options }: LeaderDeps & LeaderOptions) {
    super(options);
    this.#options = { ...leaderDefaults, ...options };
    this.id = options.entropy.uuid();
    this.#leases = new BatchLeases(this.#options, this.id);
    this.#leftBatches = leftBatches ?? new LeftBatches(this.#options);
    this.#heartbeater =
      about === undefined ? null : new Heartbeater({ ...this.#options, about, workerId: this.id });
  }

  /** Number of batches that its last tick leased. */
  get batchesLed(): number {
    return this.#leases.count;
  }

  /** Number of executions that it has recorded so far. */
  get recorded(): number {
    return this.#recorded;
  }

  override get loops(): readonly Role[] {
    return this.#heartbeater === null ? [this] : [this, this.#heartbeater];
  }

  protected override begin(): void {
    this.#heartbeater?.start();
  }

  protected override async end(): Promise<void> {
    try {
      await this.release();
    } finally {
      // Also when the store does not answer: heartbeats would keep the process alive.
      await this.#heartbeater?.stop();
    }
    if (this.#heartbeater !== null) await this.#options.store.endLease(this.id);
  }

  /**
   * Releases its batches, so that another leader can continue at once: those that were paused a
   * moment ago as well.
   */
  async release(): Promise<void> {
    const batches = [...this.#batches];
    await this.#closeAll();
    await this.#leases.release();
    for (const [id, { fence }] of batches) await this.#options.store.releaseBatch(id, fence);
  }

  /**
   * Keeps its batches leased for one more lease, for the leader that names this one as its
   * predecessor. Returns how many there are. The only call allowed afterwards is {@link release}.
   */
  async handOver(): Promise<number> {
    await this.#closeAll();
    return (await this.#leases.renew()).length;
  }

  async tick(signal: AbortSignal): Promise<number> {
    const wasIdle = this.#isIdle;
    this.#isIdle = false;
    const leased = await this.#leases.renew(this.#leftBatches.listAway());
    await this.#closeOthers(leased);
    const failures: unknown[] = [];
    let hasMore = false;
    for (const batch of leased) {
      if (signal.aborted) return 0;
      try {
        hasMore = (await this.#step(batch, signal)) || hasMore;
      } catch (error) {
        failures.push(error);
      }
    }
    // Thrown only now, so that one batch that cannot be led does not block the others.
    if (failures.length > 0) throw failures[0];
    if (hasMore) return 0;
    this.#isIdle = leased.length === 0;
    return this.#pauseMs(wasIdle);
  }

  async #step(batch: LeasedBatch, signal: AbortSignal): Promise<boolean> {
    const deps = { ...this.#options, leftBatches: this.#leftBatches };
    const led = this.#batches.get(batch.id) ?? new LedBatch(deps, batch);
    this.#batches.set(batch.id, led);
    const { recorded, hasMore } = await led.step(batch, signal);
    this.#recorded += recorded;
    return hasMore;
  }

  #pauseMs(wasIdle: boolean): number {
    const { busyMs, idleMs, idleMsMax } = this.#options;
    if (!this.#isIdle) return busyMs;
    return wasIdle ? Math.max(idleMs, idleMsMax) : idleMs;
  }

  /**
   * Closes batches that have ended, are paused, are left to other leaders, or belong to one by now.
   * Their leases are let go: a paused batch may be resumed at any time, and led by any leader.
   */
  async #closeOthers(leased: readonly LeasedBatch[]): Promise<void> {
    const fences = new Map(leased.map(({ id, fence }) => [id, fence]));
    for (const [id, led] of this.#batches) {
      if (fences.get(id) === led.fence) continue;
      this.#batches.delete(id);
      await led.close();
      await this.#options.store.releaseBatch(id, led.fence);
    }
  }

  async #closeAll(): Promise<void> {
    const batches = [...this.#batches.values()];
    this.#batches.clear();
    await Promise.all(batches.map((led) => led.close()));
  }
}
