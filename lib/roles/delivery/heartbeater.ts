import { messageOf } from '../../errors.ts';
import type { Broker, Delivery } from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { Logger } from '../../ports/logger.ts';
import type { LeaseStore } from '../../ports/store/lease-store.ts';
import { RepeatedFailureLogger } from '../../retry/repeated-failure-logger.ts';
import type { Executor } from '../execution/executor.ts';
import { Role, type RoleOptions } from '../role.ts';

/** What a {@link Heartbeater} is constructed from. */
export interface HeartbeaterOptions extends RoleOptions {
  readonly store: Pick<LeaseStore, 'heartbeat' | 'listHeld'>;
  readonly entropy: Pick<Entropy, 'uuid'>;
  /** The lease that each heartbeat renews, in milliseconds. */
  readonly leaseMs: number;
  /** The worker id of the lease. @default a new UUID */
  readonly workerId?: string;
  /** Returns metadata about the worker as one JSON text. @default the worker is not listed */
  readonly about?: (() => string) | undefined;
  /** Runs the executions under the lease. @default the lease holds no executions */
  readonly executor?: Pick<
    Executor,
    'runningCount' | 'runningIds' | 'abort' | 'takeSignals' | 'abandon' | 'abandonLost'
  >;
  /** The deliveries under the lease. @default the lease holds no deliveries */
  readonly deliveries?: HeldDeliveries;
}

/** Number of heartbeats per lease: two of them may fail. */
const heartbeatsPerLease = 3;

/** Time between two heartbeats of a busy worker, in milliseconds. */
const busyIntervalMs = 2_000;

/**
 * Renews a worker's lease by heartbeats. A heartbeat also lists the worker with its metadata, and
 * returns control updates: which executions are to be aborted, and which have signals.
 *
 * There are two paces: *idle*, three heartbeats in a lease; *busy*, a heartbeat every two seconds,
 * so that running executions can be aborted that soon. A heartbeat costs one small row, an
 * extension one message to the broker per delivery: so deliveries are extended at the idle pace. A
 * heartbeat does not wait for an extension, so a slow broker never costs the lease.
 *
 * When no heartbeat has succeeded for a whole lease, because the process stood still or was cut off
 * from the store, other workers may have claimed executions: these are abandoned. Often no worker
 * has, and then they continue: the fence of each checkpoint decides, not the time that has passed.
 */
export class Heartbeater extends Role {
  readonly name = 'heartbeater';
  protected override readonly failurePauseMaxMs: number;
  protected override readonly quietMsMax: number;
  readonly #options: HeartbeaterOptions;
  #workerId: string;
  /** By the monotonic clock. */
  #lastHeartbeatMs: number | null = null;
  /** Whether the lease has lapsed, and what is left of it is not known yet. */
  #hasLapsed = false;
  #lastExtensionMs = Number.NEGATIVE_INFINITY;
  #pace: 'idle' | 'busy' = 'idle';
  /** Whether an execution has started since the last heartbeat. */
  #hasStarted = false;

  constructor(options: HeartbeaterOptions) {
    super(options);
    this.#options = options;
    this.#workerId = options.workerId ?? options.entropy.uuid();
    this.failurePauseMaxMs = options.leaseMs / (2 * heartbeatsPerLease);
    this.quietMsMax = options.leaseMs;
  }

  /** The worker id of the lease; it changes when the lease is abandoned. */
  get workerId(): string {
    return this.#workerId;
  }

  protected override begin(): void {
    this.#lastHeartbeatMs = null;
    this.#lastExtensionMs = Number.NEGATIVE_INFINITY;
    this.#hasLapsed = false;
  }

  protected override async end(): Promise<void> {
    await this.#options.deliveries?.idle();
  }

  /** Changes to the busy pace, because an execution has started. */
  pollFast(): void {
    this.#hasStarted = true;
    if (this.#pace === 'idle') this.wake();
  }

  /** Aborts what runs under the lease, and continues under a new worker id. */
  abandon(): void {
    const { executor, entropy } = this.#options;
    if (executor === undefined) return;
    executor.abandon();
    this.#workerId = entropy.uuid();
  }

  async tick(): Promise<number> {
    const { clock, leaseMs } = this.#options;
    const idleIntervalMs = leaseMs / heartbeatsPerLease;
    const startedMs = clock.monotonicMs();
    if (this.#lastHeartbeatMs !== null && startedMs - this.#lastHeartbeatMs > leaseMs) {
      this.#hasLapsed = true;
    }
    this.#updatePace();
    await this.#sendHeartbeat();
    this.#lastHeartbeatMs = startedMs;
    if (this.#hasLapsed) await this.#abandonLost();
    if (startedMs - this.#lastExtensionMs >= idleIntervalMs) this.#extendDeliveries(startedMs);
    return this.#pace === 'busy' ? Math.min(busyIntervalMs, idleIntervalMs) : idleIntervalMs;
  }

  /** A run that started and ended between two heartbeats counts too: else each would cause one. */
  #updatePace(): void {
    const running = this.#options.executor?.runningCount ?? 0;
    this.#pace = this.#hasStarted || running > 0 ? 'busy' : 'idle';
    this.#hasStarted = false;
  }

  async #sendHeartbeat(): Promise<void> {
    const { store, executor, leaseMs, about } = this.#options;
    const reply = await store.heartbeat(this.#workerId, leaseMs, about?.());
    const { abortRequested, signalled } = reply;
    if (abortRequested.length > 0) executor?.abort(abortRequested);
    if (signalled.length > 0) void executor?.takeSignals(signalled);
  }

  #extendDeliveries(nowMs: number): void {
    if (this.#options.deliveries?.startExtension()) this.#lastExtensionMs = nowMs;
  }

  /**
   * Abandons what other workers have claimed since the lease lapsed. The heartbeat before has
   * renewed it: from now on, no other worker can claim the rest.
   */
  async #abandonLost(): Promise<void> {
    const { store, executor, logger, metrics } = this.#options;
    // Asked before the store is: what starts meanwhile is held, and not in its answer.
    const running = executor?.runningIds() ?? [];
    const held = running.length === 0 ? [] : await store.listHeld(this.#workerId);
    const kept = new Set(held);
    const lost = running.filter((id) => !kept.has(id));
    this.#hasLapsed = false;
    metrics?.count('leasesExpired');
    logger.warn('lease lapsed: executions that other workers have claimed are abandoned', {
      workerId: this.#workerId,
      abandoned: lost.length,
      kept: running.length - lost.length,
    });
    executor?.abandonLost(lost);
  }
}

/** What {@link HeldDeliveries} is constructed from. */
export interface HeldDeliveriesDeps {
  readonly broker: Pick<Broker, 'extend'>;
  /** How long an extension hides deliveries, in milliseconds. */
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The deliveries that a worker works on: extensions keep them hidden from other workers. */
export class HeldDeliveries {
  readonly #deps: HeldDeliveriesDeps;
  readonly #failureLogger: RepeatedFailureLogger;
  readonly #byReceipt = new Map<string, Delivery>();
  /** Null when no extension is in progress. */
  #extension: Promise<void> | null = null;

  constructor(deps: HeldDeliveriesDeps) {
    this.#deps = deps;
    this.#failureLogger = new RepeatedFailureLogger(deps);
  }

  get size(): number {
    return this.#byReceipt.size;
  }

  /** Extends the delivery from now on. */
  add(delivery: Delivery): void {
    this.#byReceipt.set(delivery.receipt, delivery);
  }

  /** Stops extending the delivery; to be called before it is acknowledged or released. */
  delete(delivery: Delivery): void {
    this.#byReceipt.delete(delivery.receipt);
  }

  /** Stops extending all deliveries. */
  clear(): void {
    this.#byReceipt.clear();
  }

  /**
   * Resolves when no extension is in progress: one that the broker executes after a release would
   * undo its delay.
   */
  idle(): Promise<void> {
    return this.#extension ?? Promise.resolve();
  }

  /** Starts to extend all deliveries; returns false when an extension is still in progress. */
  startExtension(): boolean {
    if (this.#extension !== null) return false;
    this.#extension = this.#extend().finally(() => {
      this.#extension = null;
    });
    return true;
  }

  async #extend(): Promise<void> {
    const { broker, leaseMs } = this.#deps;
    const deliveries = [...this.#byReceipt.values()];
    if (deliveries.length === 0) return;
    try {
      const stale = await broker.extend(deliveries, leaseMs);
      for (const receipt of stale) this.#byReceipt.delete(receipt);
      this.#failureLogger.recovered('deliveries extended again');
    } catch (error) {
      // Harmless: the claim of a delivery that is delivered to another worker is refused.
      this.#failureLogger.failed('warn', 'deliveries not extended: they may be delivered again', {
        deliveries: deliveries.length,
        error: messageOf(error),
      });
    }
  }
}
