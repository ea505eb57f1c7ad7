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
import type { Json } from '../asl/json.ts';
import { createdAmong, planChunk, toExecutions } from '../batch/fan-out.ts';
import { isChildMachine } from '../batch/map-run/map-run-batch.ts';
import { outageFailure } from '../batch/map-run/map-run-failure.ts';
import { assert, hasCode, messageOf } from '../errors.ts';
import type { BatchCounters, BatchStore, LeasedBatch } from '../ports/batch-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { ExecutionStore, Wakeup } from '../ports/execution-store.ts';
import type { Metrics } from '../ports/metrics.ts';
import { BatchAbort } from './batch-abort.ts';
import { BatchJob, type BatchJobParts } from './batch-job.ts';
import { changeBatch, judgeBatch } from './batch-judge.ts';
import type { Dispatcher } from './dispatcher.ts';
import { Heartbeater } from './heartbeater.ts';
import { MapRunJudge, type MapRunJudgeParts } from './map-run-judge.ts';
import { Outage } from './outage.ts';
import { Role, type RoleOptions } from './role.ts';

export interface LeaderOptions extends RoleOptions, BatchJobParts {
  readonly clock: Clock;
  readonly store: BatchStore &
    BatchJobParts['store'] &
    MapRunJudgeParts['store'] &
    Pick<ExecutionStore, 'heartbeat' | 'endLease'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly courier: MapRunJudgeParts['courier'];
  readonly entropy: Entropy;
  readonly metrics: Metrics;
  /** How long a batch stays this leader's own without a tick, in milliseconds. @default 30,000 */
  readonly leaseMs?: number;
  /** Time between two looks for batches, in milliseconds, when none is open. @default 1,000 */
  readonly idleMs?: number;
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
  readonly outageMaxMs?: number;
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
  busyMs: 100,
  turnMs: 2_000,
  lookMs: 5_000,
  outageMaxMs: 300_000,
  sendsAgain: false,
});

/** Batches led at once at most. */
const batchesMax = 100;

/** A batch in hand. */
interface LedBatch {
  readonly job: BatchJob;
  /** Of the run of a distributed Map; null for every other batch. */
  readonly mapRun: MapRunJudge | null;
  /** Of the files that it reads and writes. */
  readonly outage: Outage;
}

export class Leader extends Role {
  readonly name = 'leader';
  readonly #options: Required<Omit<LeaderOptions, 'about'>>;
  readonly #id: string;
  /** Has it listed; it holds no executions, so that there is no other news. */
  readonly #heartbeater: Heartbeater | null;
  readonly #led = new Map<string, LedBatch>();
  readonly #aborts = new Map<string, { readonly abort: BatchAbort; readonly fence: number }>();

  constructor(options: LeaderOptions) {
    super(options);
    const lease: BatchStore['leaseBatches'] = (...asked) => options.store.leaseBatches(...asked);
    this.#options = { ...leaderDefaults, lease, ...options };
    this.#id = options.entropy.uuid();
    const { about } = options;
    this.#heartbeater =
      about === undefined ? null : new Heartbeater({ ...this.#options, ...this.#beat(about) });
  }

  #beat(about: () => string) {
    const ignore = () => {};
    return {
      ...{ about, workerId: () => this.#id, isBusy: () => false },
      ...{ onAbortRequested: ignore, onSignalled: ignore, onLeaseLost: ignore },
    };
  }

  protected override begin(): void {
    this.#heartbeater?.start();
  }

  /** Lets go of its batches, so that another leader can go on at once. */
  protected override async end(): Promise<void> {
    const { store } = this.#options;
    const led = [...this.#led.values()];
    const aborts = [...this.#aborts];
    this.#led.clear();
    this.#aborts.clear();
    await Promise.all([
      ...led.map(async ({ job }) => {
        await job.close();
        await store.releaseBatch(job.id, job.fence);
      }),
      ...aborts.map(([id, { fence }]) => store.releaseBatch(id, fence)),
    ]);
    if (this.#heartbeater === null) return;
    await this.#heartbeater.stop();
    await store.endLease(this.#id);
  }

  async tick(signal: AbortSignal): Promise<number> {
    const { lease, leaseMs, idleMs, busyMs } = this.#options;
    const batches = await lease(this.#id, leaseMs, batchesMax);
    await this.#dropOthers(batches);
    const failures: unknown[] = [];
    for (const batch of batches) {
      if (signal.aborted) return 0;
      await this.#lead(batch, signal).catch((error: unknown) => failures.push(error));
    }
    // Only now: a batch that cannot be led at the moment holds up no other.
    if (failures.length > 0) throw failures[0];
    return batches.length > 0 ? busyMs : idleMs;
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
   * A batch that cannot be led (its file is gone, its transformer unknown) pauses, and says why.
   * Nobody looks at the run of a Map for whom it might pause: it fails.
   */
  async #lead(batch: LeasedBatch, signal: AbortSignal): Promise<void> {
    if (batch.abortReason !== null && !isChildMachine(batch.machineId)) return this.#abort(batch);
    let led = this.#led.get(batch.id);
    try {
      led ??= await this.#open(batch);
      if (led.outage.holds) return;
      if (await this.#judge(batch, led)) await this.#fanOut(led.job, batch, signal);
      await this.#getsOn(batch, led);
    } catch (thrown) {
      const error = led === undefined ? thrown : await this.#bear(batch, led, thrown);
      if (error === null) return;
      if (led !== undefined && led.mapRun !== null) await led.mapRun.fail(batch, error);
      else if (batch.abortReason !== null) await this.#abort(batch);
      else if (!hasCode(error) || error.retryable) throw error;
      else await changeBatch(this.#options, batch.id, 'PAUSED', messageOf(error));
    }
  }

  /** Also one that could not be opened, and whatever its source is at. */
  async #abort(batch: LeasedBatch): Promise<void> {
    const { id, fence } = batch;
    const { abort } = this.#aborts.get(id) ?? { abort: new BatchAbort(this.#options) };
    this.#aborts.set(id, { abort, fence });
    await abort.step(batch, this.#options.clock.now());
  }

  /** Answers what is to be done something about; null for files that may soon be in reach again. */
  async #bear({ id }: LeasedBatch, { mapRun, outage }: LedBatch, error: unknown): Promise<unknown> {
    if (!hasCode(error, 'FILE_NOT_READABLE', 'FILE_NOT_WRITABLE') || !error.retryable) return error;
    const { store, logger, outageMaxMs } = this.#options;
    const { lastedMs, ...failed } = outage.failed();
    if (mapRun !== null && lastedMs >= outageMaxMs) return outageFailure(error, lastedMs);
    const { message } = error;
    logger.warn('a batch waits for its files', { batchId: id, ...failed, error: message });
    const reason = `it waits for its files: ${message}`;
    await store.transitionBatch({ batchId: id, from: ['RUNNING'], to: 'RUNNING', reason });
    return null;
  }

  async #getsOn({ id, reason }: LeasedBatch, { outage }: LedBatch): Promise<void> {
    outage.over();
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
    const mapRun = job.mapRun && new MapRunJudge(this.#options, job.mapRun);
    const led = { job, mapRun, outage: new Outage(this.#options.clock) };
    this.#led.set(id, led);
    return led;
  }

  async #fanOut(job: BatchJob, batch: LeasedBatch, signal: AbortSignal): Promise<void> {
    const { clock, turnMs } = this.#options;
    await this.#sendUnsent(job, batch);
    const until = clock.now() + turnMs;
    let counters: BatchCounters = batch;
    let cursor = batch.cursor === null ? null : (JSON.parse(batch.cursor) as Json);
    let done = batch.sourceDone;
    while (!done && !signal.aborted && clock.now() < until) {
      const room = planChunk(counters, job.options);
      if (room === 0) return;
      const chunk = await job.source.read(cursor, room);
      const created = await this.#record(job, chunk.items, chunk.cursor, chunk.done);
      if (created === null) return;
      counters = { ...counters, created: counters.created + created };
      cursor = chunk.cursor;
      done = chunk.done;
    }
  }

  /**
   * Records a chunk, then sends its tasks. Answers how many executions are new; null when the lease
   * was lost.
   */
  async #record(
    job: BatchJob,
    items: Parameters<typeof toExecutions>[0],
    cursor: Json,
    sourceDone: boolean,
  ): Promise<number | null> {
    const { store, dispatcher, metrics, logger } = this.#options;
    const executions = toExecutions(items, job.fanOutContext);
    const { id: batchId, fence } = job;
    // Until they are sent: a failure between here and there, an answer that was lost among them.
    job.unsentIsSent = false;
    const results = await store.fanOut({
      batchId,
      fence,
      executions,
      cursor: JSON.stringify(cursor),
      sourceDone,
    });
    if (results === null) return null;
    const created = createdAmong(executions, results);
    if (created.length < results.length) {
      logger.warn(
        'items whose name or source an earlier execution of the machine has were left out',
        {
          batchId,
          items: results.length - created.length,
        },
      );
    }
    const wakeups = created.map(({ id, queue }): Wakeup => ({ executionId: id, queue, batchId }));
    await dispatcher.dispatch(wakeups);
    const last = executions.at(-1)?.batchIndex;
    if (last !== undefined) await store.recordSent(batchId, fence, last + 1);
    job.unsentIsSent = true;
    metrics.count('executionsFannedOut', created.length);
    return created.length;
  }

  /** What a leader before this one recorded and may not have sent any more. */
  async #sendUnsent(job: BatchJob, batch: LeasedBatch): Promise<void> {
    if (job.unsentIsSent) return;
    const { store, dispatcher, sendsAgain } = this.#options;
    const limit = job.options.chunkSize;
    for (let from = sendsAgain ? 0 : batch.sentIndex; ; ) {
      const unsent = await store.listUnsentOfBatch(batch.id, from, limit);
      await dispatcher.dispatch(unsent.map((wakeup) => ({ ...wakeup, batchId: batch.id })));
      const last = unsent.at(-1);
      if (last === undefined) break;
      from = last.index + 1;
      await store.recordSent(batch.id, batch.fence, from);
      if (unsent.length < limit) break;
    }
    job.unsentIsSent = true;
  }
}
