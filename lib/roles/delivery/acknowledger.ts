/**
 * Tells the broker what became of deliveries, many per call. A call that fails is no loss: the
 * delivery comes again, and its claim finds that nothing is left to do.
 */
import { messageOf } from '../../errors.ts';
import type { Broker, Delivery } from '../../ports/broker.ts';
import type { Logger } from '../../ports/logger.ts';
import { GroupWriter } from '../execution/group-writer.ts';

/** Deliveries told to the broker in one call at most; drivers page below it. */
const groupMax = 500;

interface Verdict {
  readonly delivery: Delivery;
  /** Null: done with. A number: to be delivered again in so many milliseconds. */
  readonly againInMs: number | null;
}

export class Acknowledger {
  readonly #broker: Broker;
  readonly #logger: Logger;
  readonly #writer: GroupWriter<Verdict, undefined>;

  constructor(broker: Broker, logger: Logger) {
    this.#broker = broker;
    this.#logger = logger;
    this.#writer = new GroupWriter((group) => this.#tell(group), groupMax);
  }

  /** The delivery's work is done, or is somebody else's by now. */
  acknowledge(delivery: Delivery): void {
    void this.#writer.add({ delivery, againInMs: null });
  }

  /** The delivery is to be handed out again in `delayMs`. */
  release(delivery: Delivery, delayMs: number): void {
    void this.#writer.add({ delivery, againInMs: Math.ceil(delayMs) });
  }

  /** Resolves when all that was said has been told. */
  idle(): Promise<void> {
    return this.#writer.idle();
  }

  async #tell(group: readonly Verdict[]): Promise<undefined[]> {
    const byVerdict = Map.groupBy(group, ({ againInMs }) => againInMs);
    await Promise.all(
      [...byVerdict].map(([againInMs, verdicts]) => {
        const deliveries = verdicts.map(({ delivery }) => delivery);
        return this.#tellAlike(deliveries, againInMs);
      }),
    );
    return group.map(() => undefined);
  }

  async #tellAlike(deliveries: readonly Delivery[], againInMs: number | null): Promise<void> {
    try {
      if (againInMs === null) await this.#broker.acknowledge(deliveries);
      else await this.#broker.release(deliveries, againInMs);
    } catch (error) {
      this.#logger.warn('the broker was not told about deliveries; they come again', {
        deliveries: deliveries.length,
        error: messageOf(error),
      });
    }
  }
}
