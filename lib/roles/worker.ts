import { type Broker, brokerLimits } from '../ports/broker.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { ClaimStore } from '../ports/store/claim-store.ts';
import type { LeaseStore } from '../ports/store/lease-store.ts';
import { DeliveredTasks } from './delivery/delivered-tasks.ts';
import type { Dispatcher } from './delivery/dispatcher.ts';
import { PollingLease } from './delivery/polling-lease.ts';
import type { PriorityPicker } from './delivery/priority-picker.ts';
import { WokenTasks } from './delivery/woken-tasks.ts';
import type { Executor } from './execution/executor.ts';
import type { PermitClient } from './limits/permit-client.ts';
import { Role, type RoleOptions } from './role.ts';

/** What a {@link Worker} is constructed from, and how it works. */
export interface WorkerOptions extends RoleOptions {
  readonly store: ClaimStore & LeaseStore;
  readonly broker: Broker;
  readonly executor: Executor;
  readonly dispatcher: Dispatcher;
  readonly picker: PriorityPicker;
  readonly entropy: Entropy;
  readonly metrics: Metrics;
  /**
   * Maximum number of executions that run at once. @default 200 (measured: groups of 200 commit
   * fastest)
   */
  readonly concurrency?: number;
  /** How long the worker's lease lasts after a heartbeat, in milliseconds. @default 30,000 */
  readonly leaseMs?: number;
  /**
   * How long an idle worker waits for a task in one call, in milliseconds. @default 20,000 (the
   * maximum of SQS, where each call costs money)
   */
  readonly waitMs?: number;
  /**
   * How long running handlers may take to answer when the worker stops, in milliseconds. @default
   * 10,000
   */
  readonly graceMs?: number;
  /**
   * Returns the metadata that `millrace worker list` shows, as one JSON text. @default the worker
   * is not listed
   */
  readonly about?: (() => string) | undefined;
  /** The permits of its executions. @default nothing is limited */
  readonly permits?: PermitClient | undefined;
}

/** Defaults of {@link WorkerOptions}. */
export const workerDefaults = Object.freeze({
  concurrency: 200,
  leaseMs: 30_000,
  waitMs: 20_000,
  graceMs: 10_000,
});

/**
 * Maximum delay after failed polls, in milliseconds: until the next poll the worker does not notice
 * that its queues are reachable again.
 */
const receiveFailurePauseMaxMs = 4_000;

/**
 * Takes tasks from the queues and runs their executions concurrently.
 *
 * Modes: *idle* → `start()` → *working* (takes tasks while slots are free) → `stop()` → *draining*
 * (takes no tasks; running handlers may answer within the grace) → *abandoning* (handlers are
 * aborted) → *idle*. Unfinished executions are released to the queue, which spends no attempt; each
 * step is written completely or not at all.
 *
 * A worker whose lease expired (it was frozen, or cut off from the database) abandons what other
 * workers have claimed meanwhile, and continues the rest.
 */
export class Worker extends Role {
  readonly name = 'worker';
  protected override readonly failurePauseMaxMs = receiveFailurePauseMaxMs;
  protected override readonly quietMsMax: number;
  readonly #options: Required<Omit<WorkerOptions, 'about' | 'permits'>>;
  readonly #permits: PermitClient | undefined;
  readonly #woken: WokenTasks;
  readonly #lease: PollingLease;
  readonly #tasks: DeliveredTasks;

  constructor(options: WorkerOptions) {
    super(options);
    this.#options = { ...workerDefaults, ...options };
    this.#lease = new PollingLease({ ...this.#options, about: options.about });
    this.#tasks = new DeliveredTasks(options, this.#lease, () => this.showLife());
    this.#permits = options.permits;
    this.#woken = new WokenTasks(this.#options, this.#tasks);
    this.quietMsMax = this.#options.leaseMs + this.#options.waitMs;
  }

  /** The worker id under which it holds executions now. */
  get id(): string {
    return this.#lease.workerId;
  }

  override get loops(): readonly Role[] {
    return [this, this.#lease.heartbeater];
  }

  protected override begin(): void {
    this.#options.executor.resume();
    this.#lease.start();
    this.#permits?.serve((wakeups) => this.#woken.take(wakeups));
  }

  /** Drains within the grace, then abandons. Resolves when everything is released and reported. */
  override async stop(): Promise<void> {
    const stopped = super.stop();
    this.#options.executor.drain();
    await stopped;
  }

  protected override async end(): Promise<void> {
    const { clock, executor, graceMs } = this.#options;
    const cancelGrace = clock.after(graceMs, () => executor.abandon());
    this.#permits?.close();
    await this.#tasks.idle();
    await this.#permits?.idle();
    cancelGrace();
    await this.#lease.stop();
  }

  async tick(signal: AbortSignal): Promise<number> {
    const { broker, picker, concurrency, leaseMs, waitMs } = this.#options;
    const free = await this.rest(this.#tasks.waitForFreeSlots(concurrency, signal));
    if (signal.aborted) return 0;
    const deliveries = await broker.receive({
      queues: picker.order(),
      max: Math.min(free, brokerLimits.receiveMax),
      visibilityMs: leaseMs,
      waitMs,
      signal,
    });
    await this.#tasks.take(deliveries, signal);
    return 0;
  }
}
