/**
 * Fans batches out: reads a chunk of a batch's source, records its executions and the new cursor in
 * one transaction, then sends their tasks. It holds back while as many are in flight as may be, and
 * ends a batch when its source is read and all its executions have ended, or when its failures say
 * so. A batch whose files are out of reach for a while waits alone, says so in its reason, and goes
 * on by itself; a map run, for which somebody waits, fails when that lasts.
 *
 * Any number of leaders may run: each batch is led under a lease with a fence, and whoever lost it
 * records nothing.
 */
import { isChildMachine } from '../batch/map-run/map-run-batch.ts';
import { outageFailure } from '../batch/map-run/map-run-failure.ts';
import { assert, hasCode, messageOf } from '../errors.ts';
import type { BatchStore, LeasedBatch } from '../ports/batch-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { EventBus } from '../ports/event-bus.ts';
import type { ExecutionStore } from '../ports/execution-store.ts';
import type { Metrics } from '../ports/metrics.ts';
import { BatchAbort } from './batch/batch-abort.ts';
import { fanOut } from './batch/batch-fan-out.ts';
import { BatchJob, type BatchJobDeps } from './batch/batch-job.ts';
import { changeBatch, judgeBatch } from './batch/batch-progress.ts';
import { MapRunController, type MapRunControllerDeps } from './batch/map-run-controller.ts';
import { SourceBackoff } from './batch/source-backoff.ts';
import type { Dispatcher } from './delivery/dispatcher.ts';
import { Heartbeater } from './delivery/heartbeater.ts';
import { Role, type RoleOptions } from './role.ts';

export interface LeaderOptions extends RoleOptions, BatchJobDeps {
  readonly clock: Clock;
  readonly store: BatchStore &
    BatchJobDeps['store'] &
    MapRunControllerDeps['store'] &
    Pick<ExecutionStore, 'heartbeat' | 'endLease'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly signalRouter: MapRunControllerDeps['signalRouter'];
  readonly entropy: Entropy;
  readonly metrics: Metrics;
  /** Told of the ends of batches, map runs left out. */
  readonly events: EventBus;
  /** How long a batch stays this leader's own without a tick, in milliseconds. @default 30,000 */
  readonly leaseMs?: number;
  /** Time until the next look for batches, in milliseconds, when none is open. @default 1,000 */
  readonly idleMs?: number;
  /** The same when the look before found none either, if it is more. @default 1,800 */
  readonly idleMaxMs?: number;
  /** The same while one is. @default 100 */
  readonly busyMs?: number;
  /**
   * How long one batch may be fanned out before the next has its turn, in milliseconds. @default
   * 2,000
   */
  readonly turnMs?: number;
  /**
   * How often is looked at what the counters of a map run do not tell, in milliseconds: whether its
   * parent still waits, and how many items failed batches had. @default 5,000
   */
  readonly lookMs?: number;
  /**
   * How long the files of a map run may be out of reach before it fails, in milliseconds. @default
   * 300,000
   */
  readonly unreachableMaxMs?: number;
  /** Which of the batches that are open it leads. @default any */
  readonly lease?: BatchStore['leaseBatches'];
  /**
   * Whether what an earlier leader sent is lost with it: all that is open is then sent again.
   * @default false
   */
  readonly sendsAgain?: boolean;
  /**
   * What this leader is, for people: one JSON text, told every third of a lease. @default it is not
   * listed among those who work
   */
  readonly about?: (() => string) | undefined;
}

export const leaderDefaults = Object.freeze({
  leaseMs: 30_000,
  idleMs: 1_000,
  idleMaxMs: 1_800,
  busyMs: 100,
  turnMs: 2_000,
  lookMs: 5_000,
  unreachableMaxMs: 300_000,
  sendsAgain: false,
});

/** Batches led at once at most. */
const batchesMax = 100;

/** A batch in hand. */
interface LedBatch {
  readonly job: BatchJob;
  /** Of the run of a distributed Map; null for every other batch. */
  readonly mapRun: MapRunController | null;
  /** Of the files that it reads and writes. */
  readonly backoff: SourceBackoff;
}

export class Leader extends Role {
  readonly name = 'leader';
  readonly #options: Required<Omit<LeaderOptions, 'about'>>;
  /** Under which it leases: each leader has its own. */
  readonly id: string;
  /** Has it listed; it holds no executions, so that there is no other news. */
  readonly #heartbeater: Heartbeater | null;
  #leased: readonly LeasedBatch[] = [];
  #recorded = 0;
  /** Whether the last tick found nothing to lead. */
  #isIdle = false;
  readonly #led = new Map<string, LedBatch>();
  readonly #aborts = new Map<string, { readonly abort: BatchAbort; readonly fence: number }>();

  constructor(options: LeaderOptions) {
    super(options);
    const lease: BatchStore['leaseBatches'] = (...asked) => options.store.leaseBatches(...asked);
    this.#options = { ...leaderDefaults, lease, ...options };
    this.id = options.entropy.uuid();
    const { about } = options;
    this.#heartbeater =
      about === undefined ? null : new Heartbeater({ ...this.#options, ...this.#beat(about) });
  }

  /** How many batches its last tick has found it to lead. */
  get leads(): number {
    return this.#leased.length;
  }

  /** Executions that it has recorded so far. */
  get recorded(): number {
    return this.#recorded;
  }

  #beat(about: () => string) {
    const ignore = () => {};
    return {
      ...{ about, workerId: () => this.id, isBusy: () => false },
      ...{ onAbortRequested: ignore, onSignalled: ignore, onLeaseLost: ignore },
    };
  }

  protected override begin(): void {
    this.#heartbeater?.start();
  }

  protected override async end(): Promise<void> {
    await this.release();
    if (this.#heartbeater === null) return;
    await this.#heartbeater.stop();
    await this.#options.store.endLease(this.id);
  }

  /** Lets go of its batches, so that another leader can go on at once. */
  async release(): Promise<void> {
    const { store } = this.#options;
    const leased = this.#leased;
    await this.#forget();
    await Promise.all(leased.map(({ id, fence }) => store.releaseBatch(id, fence)));
  }

  /**
   * Leaves its batches, for one more lease, to the leader that names this one as its predecessor;
   * answers how many there are. It may still let go of them, and must not be ticked any more.
   */
  async handOver(): Promise<number> {
    const { lease, leaseMs } = this.#options;
    await this.#forget();
    this.#leased = await lease(this.id, leaseMs, batchesMax);
    return this.#leased.length;
  }

  async #forget(): Promise<void> {
    const led = [...this.#led.values()];
    this.#leased = [];
    this.#led.clear();
    this.#aborts.clear();
    await Promise.all(led.map(({ job }) => job.close()));
  }

  async tick(signal: AbortSignal): Promise<number> {
    const { lease, leaseMs } = this.#options;
    const wasIdle = this.#isIdle;
    this.#isIdle = false;
    const batches = await lease(this.id, leaseMs, batchesMax);
    this.#leased = batches;
    await this.#dropOthers(batches);
    const failures: unknown[] = [];
    let hasMore = false;
    for (const batch of batches) {
      if (signal.aborted) return 0;
      const lead = this.#lead(batch, signal);
      hasMore = (await lead.catch((error: unknown) => void failures.push(error))) || hasMore;
    }
    // Only now: a batch that cannot be led at the moment holds up no other.
    if (failures.length > 0) throw failures[0];
    if (hasMore) return 0;
    this.#isIdle = batches.length === 0;
    return this.#pauseMs(wasIdle);
  }

  #pauseMs(wasIdle: boolean): number {
    const { busyMs, idleMs, idleMaxMs } = this.#options;
    if (!this.#isIdle) return busyMs;
    return wasIdle ? Math.max(idleMs, idleMaxMs) : idleMs;
  }

  /** Forgets batches that have ended or that another leader has by now. */
  async #dropOthers(batches: readonly LeasedBatch[]): Promise<void> {
    const mine = new Map(batches.map(({ id, fence }) => [id, fence]));
    for (const [id, { job }] of this.#led) {
      if (mine.get(id) === job.fence) continue;
      this.#led.delete(id);
      await job.close();
    }
    for (const [id, { fence }] of this.#aborts) {
      if (mine.get(id) !== fence) this.#aborts.delete(id);
    }
  }

  /**
   * True when more of it could be fanned out at once. A batch that cannot be led (its file is gone,
   * its transformer unknown) pauses, and says why. Nobody looks at the run of a Map for whom it
   * might pause: it fails.
   */
  async #lead(batch: LeasedBatch, signal: AbortSignal): Promise<boolean> {
    if (batch.abortReason !== null && !isChildMachine(batch.machineId)) {
      await this.#abort(batch);
      return false;
    }
    let led = this.#led.get(batch.id);
    let hasMore = false;
    try {
      led ??= await this.#open(batch);
      if (led.backoff.holds) return false;
      if (await this.#judge(batch, led)) {
        const turn = await fanOut(this.#options, led.job, batch, signal);
        this.#recorded += turn.recorded;
        hasMore = turn.hasMore;
      }
      await this.#getsOn(batch, led);
    } catch (thrown) {
      const error = led === undefined ? thrown : await this.#bear(batch, led, thrown);
      if (error === null) return false;
      if (led !== undefined && led.mapRun !== null) await led.mapRun.fail(batch, error);
      else if (batch.abortReason !== null) await this.#abort(batch);
      else if (!hasCode(error) || error.retryable) throw error;
      else await changeBatch(this.#options, batch, 'PAUSED', messageOf(error));
    }
    return hasMore;
  }

  /** Also one that could not be opened, and whatever its source is at. */
  async #abort(batch: LeasedBatch): Promise<void> {
    const { id, fence } = batch;
    const { abort } = this.#aborts.get(id) ?? { abort: new BatchAbort(this.#options) };
    this.#aborts.set(id, { abort, fence });
    await abort.step(batch, this.#options.clock.now());
  }

  /** Answers what is to be done something about; null for files that may soon be in reach again. */
  async #bear(
    { id }: LeasedBatch,
    { mapRun, backoff }: LedBatch,
    error: unknown,
  ): Promise<unknown> {
    if (!hasCode(error, 'FILE_NOT_READABLE', 'FILE_NOT_WRITABLE') || !error.retryable) return error;
    const { store, logger, unreachableMaxMs } = this.#options;
    const { lastedMs, ...failed } = backoff.failed();
    if (mapRun !== null && lastedMs >= unreachableMaxMs) return outageFailure(error, lastedMs);
    const { message } = error;
    logger.warn('a batch waits for its files', { batchId: id, ...failed, error: message });
    const reason = `it waits for its files: ${message}`;
    await store.transitionBatch({ batchId: id, from: ['RUNNING'], to: 'RUNNING', reason });
    return null;
  }

  async #getsOn({ id, reason }: LeasedBatch, { backoff }: LedBatch): Promise<void> {
    backoff.over();
    if (reason === null) return;
    const { store, logger } = this.#options;
    const change = { batchId: id, from: ['RUNNING'], to: 'RUNNING', reason: null } as const;
    if (await store.transitionBatch(change)) logger.info('a batch gets on again', { batchId: id });
  }

  #judge(batch: LeasedBatch, { job, mapRun }: LedBatch): Promise<boolean> {
    return mapRun === null ? judgeBatch(this.#options, batch, job.options) : mapRun.judge(batch);
  }

  async #open({ id, fence }: LeasedBatch): Promise<LedBatch> {
    const { store, entropy } = this.#options;
    const batch = await store.getBatch(id);
    assert(batch !== null, 'a batch that is led is in the store');
    const job = new BatchJob({ ...batch, fence }, this.#options, entropy);
    const mapRun = job.mapRun && new MapRunController(this.#options, job.mapRun);
    const led = { job, mapRun, backoff: new SourceBackoff(this.#options.clock) };
    this.#led.set(id, led);
    return led;
  }
}
