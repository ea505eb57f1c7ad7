import { messageOf } from '../../errors.ts';
import type { Broker, Delivery } from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { RepeatedFailureLogger } from '../../retry/repeated-failure-logger.ts';

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
