import { messageOf } from '../../errors.ts';
import type { Broker, Delivery } from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { LeaseStore } from '../../ports/store/lease-store.ts';
import { pause } from '../../retry/pause.ts';
import type { Executor } from '../execution/executor.ts';
import { Acknowledger } from './acknowledger.ts';
import type { LeaseHolder } from './lease-holder.ts';

/** What an {@link InvocationLease} is constructed from. */
export interface InvocationLeaseDeps {
  readonly store: LeaseStore;
  readonly broker: Pick<Broker, 'acknowledge' | 'release' | 'deadLetter'>;
  readonly executor: Pick<Executor, 'runningCount' | 'abort' | 'takeSignals'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly workerId: string;
  /** Time until the invocation must have answered, in milliseconds. */
  readonly remainingMs: number;
}

/** How much longer than the deadline the lease lasts, in milliseconds. */
const leaseMarginMs = 5_000;

/**
 * The lease of one invocation of a function: it outlasts the deadline, so that no heartbeat has to
 * renew it, and deliveries stay hidden without extensions for as long as the function may run.
 *
 * Acknowledged deliveries are not reported to the broker: the invocation's answer names the others.
 */
export class InvocationLease implements LeaseHolder {
  readonly #deps: InvocationLeaseDeps;
  /** By the monotonic clock. */
  readonly #deadlineMs: number;
  readonly #acknowledger: Acknowledger;
  readonly #acknowledged = new Set<Delivery>();
  #isAbandoned = false;
  #ending: Promise<void> | null = null;

  constructor(deps: InvocationLeaseDeps) {
    this.#deps = deps;
    this.#deadlineMs = deps.clock.monotonicMs() + deps.remainingMs;
    this.#acknowledger = new Acknowledger(deps.broker, deps);
  }

  get workerId(): string {
    return this.#deps.workerId;
  }

  get leaseMs(): number {
    return this.#leftMs + leaseMarginMs;
  }

  get hasTime(): boolean {
    return this.#leftMs > this.#deps.remainingMs / 2;
  }

  get #leftMs(): number {
    return this.#deadlineMs - this.#deps.clock.monotonicMs();
  }

  /** Whether an execution is still held that does not run any more. */
  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  /** Whether the delivery needs no further delivery. */
  isAcknowledged(delivery: Delivery): boolean {
    return this.#acknowledged.has(delivery);
  }

  hold(): void {}

  acknowledge(delivery: Delivery): void {
    this.#acknowledged.add(delivery);
  }

  release(delivery: Delivery, delayMs: number): void {
    this.#deps.metrics.count('tasksReleased', 1, { queue: delivery.queue });
    // In whole seconds, as SQS counts them: releases with the same delay share one call.
    this.#acknowledger.release(delivery, Math.ceil(delayMs / 1_000) * 1_000);
  }

  /** Messages that could not be moved are delivered again, and not recognized again. */
  async deadLetter(deliveries: readonly Delivery[], reason: string): Promise<void> {
    const { broker, logger } = this.#deps;
    try {
      const stale = new Set(await broker.deadLetter(deliveries, reason));
      for (const delivery of deliveries) {
        if (!stale.has(delivery.receipt)) this.#acknowledged.add(delivery);
      }
    } catch (error) {
      logger.warn('messages not dead-lettered: they will be delivered again', {
        messages: deliveries.length,
        error: messageOf(error),
      });
    }
  }

  runStarted(): void {}

  abandon(): void {
    this.#isAbandoned = true;
  }

  /** Resolves when every release so far has been sent to the broker. */
  async idle(): Promise<void> {
    await this.#acknowledger.idle();
  }

  /**
   * Every `intervalMs` while an execution runs, renews the lease and passes control updates to the
   * executor, until `signal` aborts.
   */
  async pollUpdates(intervalMs: number, signal: AbortSignal): Promise<void> {
    const { clock, store, executor, logger } = this.#deps;
    for (;;) {
      await pause(clock, intervalMs, signal);
      if (signal.aborted) return;
      if (executor.runningCount === 0) continue;
      try {
        const updates = await store.heartbeat(this.workerId, this.leaseMs);
        executor.abort(updates.abortRequested);
        await executor.takeSignals(updates.signalled);
      } catch (error) {
        logger.warn('heartbeat failed: retrying', { error: messageOf(error) });
      }
    }
  }

  /**
   * Ends the lease, so that what it still holds can be claimed at once. When the store does not
   * answer, the lease expires by itself.
   */
  end(): Promise<void> {
    this.#ending ??= this.#endOnce();
    return this.#ending;
  }

  async #endOnce(): Promise<void> {
    const { store, logger } = this.#deps;
    try {
      await store.endLease(this.workerId);
    } catch (error) {
      const { workerId } = this;
      logger.warn('lease not released: it will expire', { workerId, error: messageOf(error) });
    }
  }
}
