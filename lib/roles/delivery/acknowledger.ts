import { messageOf } from '../../errors.ts';
import type { Broker, Delivery } from '../../ports/broker.ts';
import {
  RepeatedFailureLogger,
  type RepeatedFailureLoggerDeps,
} from '../../retry/repeated-failure-logger.ts';
import { GroupWriter } from '../execution/group-writer.ts';

/** Maximum number of deliveries in one call to the broker; drivers send smaller pages. */
const groupMax = 500;

interface Settlement {
  readonly delivery: Delivery;
  /** Null: acknowledged. A number: released, to be delivered again after so many milliseconds. */
  readonly delayMs: number | null;
}

/**
 * Acknowledges and releases deliveries, many in one call to the broker. A call that fails does no
 * harm: the deliveries are delivered again, and their claims find that nothing is left to do.
 */
export class Acknowledger {
  readonly #broker: Pick<Broker, 'acknowledge' | 'release'>;
  readonly #failureLogger: RepeatedFailureLogger;
  readonly #writer: GroupWriter<Settlement, undefined>;

  constructor(broker: Pick<Broker, 'acknowledge' | 'release'>, deps: RepeatedFailureLoggerDeps) {
    this.#broker = broker;
    this.#failureLogger = new RepeatedFailureLogger(deps);
    this.#writer = new GroupWriter((group) => this.#settle(group), groupMax);
  }

  /** Acknowledges a delivery: its work is done, or is another worker's by now. */
  acknowledge(delivery: Delivery): void {
    void this.#writer.add({ delivery, delayMs: null });
  }

  /** Releases a delivery, to be delivered again after `delayMs`. */
  release(delivery: Delivery, delayMs: number): void {
    void this.#writer.add({ delivery, delayMs: Math.ceil(delayMs) });
  }

  /** Resolves when everything so far has been sent to the broker. */
  idle(): Promise<void> {
    return this.#writer.idle();
  }

  async #settle(group: readonly Settlement[]): Promise<undefined[]> {
    const byDelay = Map.groupBy(group, ({ delayMs }) => delayMs);
    await Promise.all(
      [...byDelay].map(([delayMs, settlements]) => {
        const deliveries = settlements.map(({ delivery }) => delivery);
        return this.#send(deliveries, delayMs);
      }),
    );
    return group.map(() => undefined);
  }

  async #send(deliveries: readonly Delivery[], delayMs: number | null): Promise<void> {
    try {
      if (delayMs === null) await this.#broker.acknowledge(deliveries);
      else await this.#broker.release(deliveries, delayMs);
      this.#failureLogger.recovered('deliveries settled again');
    } catch (error) {
      const consequence = 'deliveries not settled: they will be delivered again';
      this.#failureLogger.failed('warn', consequence, {
        deliveries: deliveries.length,
        error: messageOf(error),
      });
    }
  }
}
