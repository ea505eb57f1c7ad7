/**
 * Keeps what a worker holds its own: one beat renews the worker's lease in the store and hides its
 * deliveries from other workers. It learns from the store who was asked to abort and who has
 * signals, and notices when the lease was lost.
 */
import { messageOf } from '../errors.ts';
import type { Broker, Delivery } from '../ports/broker.ts';
import type { ExecutionStore } from '../ports/execution-store.ts';
import { Role, type RoleOptions } from './role.ts';

export interface HeartbeaterOptions extends RoleOptions {
  readonly store: Pick<ExecutionStore, 'heartbeat'>;
  /** Where the held deliveries came from; absent when none is ever held. */
  readonly broker?: Pick<Broker, 'extend'>;
  readonly leaseMs: number;
  readonly workerId: () => string;
  readonly onAbortRequested: (executionIds: readonly string[]) => void;
  readonly onSignalled: (executionIds: readonly string[]) => void;
  /** No beat came through for a whole lease: what was held may be another's by now. */
  readonly onLeaseLost: () => void;
}

/** Beats within one lease, so that two may fail. */
const beatsPerLease = 3;

export class Heartbeater extends Role {
  readonly name = 'heartbeater';
  protected override readonly failurePauseMaxMs: number;
  readonly #options: HeartbeaterOptions;
  readonly #held = new Map<string, Delivery>();
  #lastBeatAt: number | null = null;

  constructor(options: HeartbeaterOptions) {
    super(options);
    this.#options = options;
    this.failurePauseMaxMs = options.leaseMs / (2 * beatsPerLease);
  }

  protected override begin(): void {
    this.#lastBeatAt = null;
  }

  /** Keeps a delivery hidden from now on. */
  hold(delivery: Delivery): void {
    this.#held.set(delivery.receipt, delivery);
  }

  /** Leaves a delivery alone from now on; to be called before it is acknowledged or released. */
  letGo(delivery: Delivery): void {
    this.#held.delete(delivery.receipt);
  }

  async tick(): Promise<number> {
    const { clock, store, leaseMs, workerId } = this.#options;
    const beganAt = clock.now();
    if (this.#lastBeatAt !== null && beganAt - this.#lastBeatAt > leaseMs) this.#loseLease();
    const { abortRequested, signalled } = await store.heartbeat(workerId(), leaseMs);
    this.#lastBeatAt = beganAt;
    if (abortRequested.length > 0) this.#options.onAbortRequested(abortRequested);
    if (signalled.length > 0) this.#options.onSignalled(signalled);
    await this.#extend();
    return leaseMs / beatsPerLease;
  }

  async #extend(): Promise<void> {
    const { broker, leaseMs, logger } = this.#options;
    const held = [...this.#held.values()];
    if (broker === undefined || held.length === 0) return;
    try {
      const stale = await broker.extend(held, leaseMs);
      for (const receipt of stale) this.#held.delete(receipt);
    } catch (error) {
      // A delivery that shows up again is refused by its claim: a nuisance, no harm.
      logger.warn('deliveries were not extended', {
        deliveries: held.length,
        error: messageOf(error),
      });
    }
  }

  #loseLease(): void {
    this.#options.logger.warn('the lease ran out; what was held is left to other workers', {
      workerId: this.#options.workerId(),
      deliveries: this.#held.size,
    });
    this.#held.clear();
    this.#lastBeatAt = null;
    this.#options.onLeaseLost();
  }
}
