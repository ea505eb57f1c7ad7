import type { Broker, Delivery } from '../../ports/broker.ts';
import type { LeaseStore } from '../../ports/store/lease-store.ts';
import { Acknowledger } from './acknowledger.ts';
import { Heartbeater, type HeartbeaterOptions, HeldDeliveries } from './heartbeater.ts';
import type { LeaseHolder } from './lease-holder.ts';

/** What a {@link PollingLease} is constructed from. */
export interface PollingLeaseDeps extends Omit<HeartbeaterOptions, 'deliveries'> {
  readonly store: LeaseStore;
  readonly broker: Pick<Broker, 'extend' | 'acknowledge' | 'release' | 'deadLetter'>;
}

/** The lease of a worker that polls queues: heartbeats renew it for as long as the worker runs. */
export class PollingLease implements LeaseHolder {
  readonly leaseMs: number;
  readonly hasTime = true;
  readonly #deps: PollingLeaseDeps;
  readonly #deliveries: HeldDeliveries;
  /** Renews the lease. */
  readonly heartbeater: Heartbeater;
  readonly #acknowledger: Acknowledger;

  constructor(deps: PollingLeaseDeps) {
    this.leaseMs = deps.leaseMs;
    this.#deps = deps;
    this.#deliveries = new HeldDeliveries(deps);
    this.heartbeater = new Heartbeater({ ...deps, deliveries: this.#deliveries });
    this.#acknowledger = new Acknowledger(deps.broker, deps);
  }

  get workerId(): string {
    return this.heartbeater.workerId;
  }

  /** Starts the heartbeats. */
  start(): void {
    this.heartbeater.start();
  }

  /** Stops the heartbeats, settles all deliveries and ends the lease. */
  async stop(): Promise<void> {
    await this.heartbeater.stop();
    await this.#acknowledger.idle();
    await this.#deps.store.endLease(this.workerId);
  }

  hold(delivery: Delivery): void {
    this.#deliveries.add(delivery);
  }

  acknowledge(delivery: Delivery): void {
    this.#deliveries.delete(delivery);
    this.#acknowledger.acknowledge(delivery);
  }

  release(delivery: Delivery, delayMs: number): void {
    this.#deliveries.delete(delivery);
    void this.#deliveries.idle().then(() => this.#acknowledger.release(delivery, delayMs));
  }

  async deadLetter(deliveries: readonly Delivery[], reason: string): Promise<void> {
    await this.#deps.broker.deadLetter(deliveries, reason);
  }

  runStarted(): void {
    this.heartbeater.pollFast();
  }

  abandon(): void {
    this.heartbeater.abandon();
  }
}
