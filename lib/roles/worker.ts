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
import { hasCode, messageOf } from '../errors.ts';
import { type Broker, brokerLimits, type Delivery } from '../ports/broker.ts';
import { pause } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type {
  ClaimedExecution,
  ClaimRefusal,
  ClaimResult,
  ExecutionStore,
  Wakeup,
} from '../ports/execution-store.ts';
import { Acknowledger } from './acknowledger.ts';
import { sendsItself } from './checkpoint-plan.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { RunOutcome } from './execution-run.ts';
import type { Executor } from './executor.ts';
import { Heartbeater } from './heartbeater.ts';
import type { PriorityPicker } from './priority-picker.ts';
import { Role, type RoleOptions } from './role.ts';
import { executionOf } from './task-message.ts';

export interface WorkerOptions extends RoleOptions {
  readonly store: Pick<ExecutionStore, 'claim' | 'heartbeat' | 'endLease'>;
  readonly broker: Broker;
  readonly executor: Executor;
  readonly dispatcher: Dispatcher;
  readonly picker: PriorityPicker;
  readonly entropy: Entropy;
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

/** The pauses between the tries of a claim, in milliseconds; each is twice the one before. */
const claimPauseMs = Object.freeze({ first: 50, last: 2_000 });

/**
 * Deliveries after which a task is done with though its execution is held or asleep and goes on:
 * put back over and over it would become a dead letter, and its execution would be taken for
 * hopeless. The sweep sends another task when the holder, or the sleeper's own task, is lost.
 */
const earlyDeliveriesMax = 4;

export class Worker extends Role {
  readonly name = 'worker';
  protected override readonly failurePauseMaxMs = receiveFailurePauseMaxMs;
  readonly #options: Required<Omit<WorkerOptions, 'about'>>;
  readonly #acknowledger: Acknowledger;
  readonly #heartbeater: Heartbeater;
  readonly #runs = new Set<Promise<void>>();
  /** The executions that run here: a claim of these would take them from this worker itself. */
  readonly #running = new Set<string>();
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
      isBusy: () => this.#running.size > 0,
      onAbortRequested: (ids) => this.#options.executor.abort(ids),
      onSignalled: (ids) => void this.#options.executor.takeSignals(ids),
      onLeaseLost: () => this.#startAnew(),
    });
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
    await Promise.all(this.#runs);
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
    await this.#take(deliveries, signal);
    return 0;
  }

  /** Claims what was delivered, in one statement, and begins to run it. */
  async #take(deliveries: readonly Delivery[], signal: AbortSignal): Promise<void> {
    const byExecution = await this.#sort(deliveries);
    if (byExecution.size === 0) return;
    if (signal.aborted) {
      for (const delivery of byExecution.values()) this.#acknowledger.release(delivery, 0);
      return;
    }
    for (const delivery of byExecution.values()) this.#heartbeater.hold(delivery);
    const { claimed, refused } = await this.#claim(byExecution, signal);
    for (const execution of claimed) this.#begin(execution, byExecution.get(execution.id));
    for (const refusal of refused) this.#refuse(refusal, byExecution.get(refusal.id));
  }

  /**
   * Claims until the store answers. A claim whose answer was lost may have handed out what nobody
   * runs while this worker's heart keeps it its own: only the same claim again brings it to light.
   */
  async #claim(
    byExecution: ReadonlyMap<string, Delivery>,
    signal: AbortSignal,
  ): Promise<ClaimResult> {
    const { store, leaseMs, clock } = this.#options;
    for (let tries = 0; ; tries += 1) {
      try {
        return await store.claim(this.#id, leaseMs, [...byExecution.keys()]);
      } catch (error) {
        if (hasCode(error) && error.retryable && !signal.aborted) {
          const pauseMs = claimPauseMs.first * 2 ** tries;
          await pause(clock, Math.min(pauseMs, claimPauseMs.last), signal);
          continue;
        }
        // Whatever was claimed is free again when the lease ends, which a stop does at once.
        for (const delivery of byExecution.values()) this.#letGo(delivery, 1_000);
        throw error;
      }
    }
  }

  /**
   * The deliveries by execution; what is no task of ours goes to the dead letters, a second copy is
   * done with, and one of what runs here comes again when it may have lost its worker.
   */
  async #sort(deliveries: readonly Delivery[]): Promise<Map<string, Delivery>> {
    const byExecution = new Map<string, Delivery>();
    const foreign: Delivery[] = [];
    for (const delivery of deliveries) {
      const id = executionOf(delivery);
      if (id === null) foreign.push(delivery);
      else if (byExecution.has(id)) this.#acknowledger.acknowledge(delivery);
      else if (this.#running.has(id)) this.#putBack(delivery, this.#options.leaseMs);
      else byExecution.set(id, delivery);
    }
    if (foreign.length > 0) {
      await this.#options.broker.deadLetter(foreign, 'not a task that this version knows');
    }
    return byExecution;
  }

  #begin(claimed: ClaimedExecution, delivery: Delivery | undefined): void {
    this.#running.add(claimed.id);
    this.#heartbeater.quicken();
    const run = this.#options.executor
      .run(claimed)
      .finally(() => this.#running.delete(claimed.id))
      .then((outcome) => this.#settle(claimed, delivery, outcome))
      .catch((error: unknown) => this.#leaveToOthers(claimed, delivery, error))
      .finally(() => {
        this.#runs.delete(run);
        this.#slotFreed?.();
      });
    this.#runs.add(run);
  }

  async #settle(
    claimed: ClaimedExecution,
    delivery: Delivery | undefined,
    outcome: RunOutcome,
  ): Promise<void> {
    const wakeup = { executionId: claimed.id, queue: claimed.queue, batchId: claimed.batchId };
    if (outcome.kind === 'suspended' && sendsItself(outcome.dueInMs)) {
      await this.#options.dispatcher.dispatch([wakeup], outcome.dueInMs ?? 0);
    }
    if (delivery === undefined) return;
    if (outcome.kind !== 'released') this.#letGo(delivery, null);
    else this.#letGo(delivery, (await this.#isReplaced(delivery, wakeup)) ? null : 0);
  }

  /**
   * Whether a new task was sent for one that has been handed back often: each shutdown costs it a
   * delivery, and an execution may outlive more of them than the broker delivers a task.
   */
  async #isReplaced({ deliveries }: Delivery, wakeup: Wakeup): Promise<boolean> {
    if (deliveries < earlyDeliveriesMax) return false;
    return (await this.#options.dispatcher.dispatch([wakeup])) === 1;
  }

  /**
   * The store takes nothing: nobody runs the execution any more, and it is held under this worker's
   * lease. So that lease has to run out, whatever else goes on under it.
   */
  #leaveToOthers(claimed: ClaimedExecution, delivery: Delivery | undefined, error: unknown): void {
    this.#options.logger.error('an execution was left to another worker', {
      executionId: claimed.id,
      error: messageOf(error),
    });
    if (delivery !== undefined) this.#letGo(delivery, this.#options.leaseMs);
    this.#startAnew();
  }

  #refuse(refusal: ClaimRefusal, delivery: Delivery | undefined): void {
    if (delivery === undefined) return;
    if (refusal.reason === 'held') {
      this.#putBack(delivery, refusal.ms);
      return;
    }
    const again = refusal.reason === 'notDue' ? refusal.ms : null;
    // What ended or is unknown needs no task; a long sleeper gets one from the sweep when it is
    // due.
    if (again !== null && sendsItself(again)) this.#putBack(delivery, again);
    else this.#letGo(delivery, null);
  }

  /** What comes too early comes again when it may be taken, but not for ever. */
  #putBack(delivery: Delivery, againInMs: number): void {
    this.#letGo(delivery, delivery.deliveries < earlyDeliveriesMax ? againInMs : null);
  }

  /**
   * Ends this worker's hold on a delivery: null, it is done with; a number, it comes again so much
   * later.
   */
  #letGo(delivery: Delivery, againInMs: number | null): void {
    this.#heartbeater.letGo(delivery);
    if (againInMs === null) this.#acknowledger.acknowledge(delivery);
    else void this.#heartbeater.quiet().then(() => this.#acknowledger.release(delivery, againInMs));
  }

  /** How many more executions may run, waiting until one may. */
  async #freeSlots(signal: AbortSignal): Promise<number> {
    while (this.#runs.size >= this.#options.concurrency && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#slotFreed = resolve;
      });
      this.#slotFreed = null;
    }
    return Math.max(0, this.#options.concurrency - this.#runs.size);
  }

  #startAnew(): void {
    this.#options.executor.abandon();
    this.#id = this.#options.entropy.uuid();
  }
}
