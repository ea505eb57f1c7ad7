/**
 * Takes tasks from the queues and runs their executions, many at once.
 *
 * Modes: *idle* → `start()` → *working* (takes tasks while slots are free) → `stop()` → *draining*
 * (takes none; handlers that run may answer within the grace) → *abandoning* (handlers are aborted)
 * → *idle*. What is unfinished is handed back to the queue in between; no attempt is spent and
 * nothing is half-written.
 *
 * A worker whose lease ran out (frozen, cut off from the database) abandons what it runs, because
 * others may have taken it over, and goes on under a new id.
 */
import { type Broker, brokerLimits, type Delivery } from '../ports/broker.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { ExecutionStore } from '../ports/execution-store.ts';
import type { Metrics } from '../ports/metrics.ts';
import { Acknowledger } from './delivery/acknowledger.ts';
import { DeliveredTasks, type DeliveryHolder } from './delivery/delivered-tasks.ts';
import type { Dispatcher } from './delivery/dispatcher.ts';
import { Heartbeater } from './delivery/heartbeater.ts';
import type { PriorityPicker } from './delivery/priority-picker.ts';
import type { Executor } from './execution/executor.ts';
import { Role, type RoleOptions } from './role.ts';

export interface WorkerOptions extends RoleOptions {
  readonly store: Pick<ExecutionStore, 'claim' | 'heartbeat' | 'endLease'>;
  readonly broker: Broker;
  readonly executor: Executor;
  readonly dispatcher: Dispatcher;
  readonly picker: PriorityPicker;
  readonly entropy: Entropy;
  readonly metrics: Metrics;
  /** Executions run at once. @default 200 (measured: groups of 200 commit fastest) */
  readonly concurrency?: number;
  /**
   * How long this worker's executions stay its own without a sign of life, in milliseconds.
   * @default 30,000
   */
  readonly leaseMs?: number;
  /**
   * How long an idle worker waits for a task in one call, in milliseconds. @default 20,000 (SQS's
   * longest: each call costs)
   */
  readonly waitMs?: number;
  /**
   * How long running handlers may take to answer when the worker stops, in milliseconds. @default
   * 10,000
   */
  readonly graceMs?: number;
  /**
   * What this worker is, for people: one JSON text, told with each heartbeat. @default it is not
   * listed
   */
  readonly about?: (() => string) | undefined;
}

export const workerDefaults = Object.freeze({
  concurrency: 200,
  leaseMs: 30_000,
  waitMs: 20_000,
  graceMs: 10_000,
});

/**
 * The longest pause of a worker whose queue does not answer, in milliseconds: everything waits for
 * it to see that the queue is back.
 */
const receiveFailurePauseMaxMs = 4_000;

export class Worker extends Role {
  readonly name = 'worker';
  protected override readonly failurePauseMaxMs = receiveFailurePauseMaxMs;
  readonly #options: Required<Omit<WorkerOptions, 'about'>>;
  readonly #acknowledger: Acknowledger;
  readonly #heartbeater: Heartbeater;
  readonly #tasks: DeliveredTasks;
  #id: string;
  #slotFreed: (() => void) | null = null;

  constructor(options: WorkerOptions) {
    super(options);
    this.#options = { ...workerDefaults, ...options };
    this.#id = options.entropy.uuid();
    this.#acknowledger = new Acknowledger(options.broker, options.logger);
    this.#heartbeater = new Heartbeater({
      ...this.#options,
      about: options.about,
      workerId: () => this.#id,
      isBusy: () => this.#tasks.running > 0,
      onAbortRequested: (ids) => this.#options.executor.abort(ids),
      onSignalled: (ids) => void this.#options.executor.takeSignals(ids),
      onLeaseLost: () => this.#startAnew(),
    });
    this.#tasks = new DeliveredTasks(options, this.#holder());
  }

  /** The id under which it holds executions now. */
  get id(): string {
    return this.#id;
  }

  protected override begin(): void {
    this.#options.executor.resume();
    this.#heartbeater.start();
  }

  /** Drains within the grace, then abandons; resolves when everything is handed back and told. */
  override async stop(): Promise<void> {
    const ended = super.stop();
    this.#options.executor.drain();
    this.#slotFreed?.();
    await ended;
  }

  protected override async end(): Promise<void> {
    const { clock, executor, graceMs, store } = this.#options;
    const cancelGrace = clock.after(graceMs, () => executor.abandon());
    await this.#tasks.idle();
    cancelGrace();
    await this.#heartbeater.stop();
    await this.#acknowledger.idle();
    await store.endLease(this.#id);
  }

  async tick(signal: AbortSignal): Promise<number> {
    const free = await this.#freeSlots(signal);
    if (signal.aborted) return 0;
    const deliveries = await this.#options.broker.receive({
      queues: this.#options.picker.order(),
      max: Math.min(free, brokerLimits.receiveMax),
      visibilityMs: this.#options.leaseMs,
      waitMs: this.#options.waitMs,
      signal,
    });
    await this.#tasks.take(deliveries, signal);
    return 0;
  }

  /** What the tasks in this worker's hands ask of it. */
  #holder(): DeliveryHolder {
    const { broker, leaseMs } = this.#options;
    return {
      workerId: () => this.#id,
      leaseMs: () => leaseMs,
      hold: (delivery) => this.#heartbeater.hold(delivery),
      release: (delivery, againInMs) => this.#release(delivery, againInMs),
      deadLetter: async (foreign, reason) => void (await broker.deadLetter(foreign, reason)),
      runBegan: () => this.#heartbeater.quicken(),
      runEnded: () => this.#slotFreed?.(),
      // So that its lease runs out, whatever else goes on here.
      leftToOthers: () => this.#startAnew(),
    };
  }

  #release(delivery: Delivery, againInMs: number | null): void {
    this.#heartbeater.release(delivery);
    if (againInMs === null) this.#acknowledger.acknowledge(delivery);
    else void this.#heartbeater.quiet().then(() => this.#acknowledger.release(delivery, againInMs));
  }

  /** How many more executions may run, waiting until one may. */
  async #freeSlots(signal: AbortSignal): Promise<number> {
    while (this.#tasks.runs >= this.#options.concurrency && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#slotFreed = resolve;
      });
      this.#slotFreed = null;
    }
    return Math.max(0, this.#options.concurrency - this.#tasks.runs);
  }

  #startAnew(): void {
    this.#options.executor.abandon();
    this.#id = this.#options.entropy.uuid();
  }
}
