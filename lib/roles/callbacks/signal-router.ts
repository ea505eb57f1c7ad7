/**
 * Carries signals to executions: puts them into their inboxes, sends the tasks of those that slept,
 * and tells those that run in this process. What it leaves undone when a process dies in between,
 * the sweep and the heartbeats make up for.
 */
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../ports/logger.ts';
import type { NewSignal, SignalOutcome, SignalStore } from '../../ports/signal-store.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';

export interface SignalRouterOptions {
  readonly store: Pick<SignalStore, 'signal' | 'wakeSignalled'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly logger: Logger;
  /** Signals delivered at once that ends have left; more are the sweep's. @default 1,000 */
  readonly limit?: number;
}

/** Who runs executions in this process. */
export interface SignalTaker {
  /** Takes what executions have not seen, of those that run here. Never throws. */
  takeSignals(executionIds: readonly string[]): Promise<void>;
}

export class SignalRouter {
  readonly #options: Required<SignalRouterOptions>;
  readonly #takers = new Set<SignalTaker>();
  #delivering: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(options: SignalRouterOptions) {
    this.#options = { limit: 1_000, ...options };
  }

  /** From now on `taker` is told of signals, until it leaves. */
  attend(taker: SignalTaker): void {
    this.#takers.add(taker);
  }

  leave(taker: SignalTaker): void {
    this.#takers.delete(taker);
  }

  /**
   * Sends signals; answers the executions that are not under way, which got none. Throws what the
   * store throws: whether they are sent is unknown then.
   * @param wakes whether tasks that are sent here reach a worker; else the sweep sends them
   */
  async send(signals: readonly NewSignal[], wakes = true): Promise<readonly string[]> {
    const outcome = await this.#options.store.signal(signals, wakes);
    await this.carry(outcome);
    return outcome.refused;
  }

  /** Sends the tasks of those that signals reached, and tells those that run here. */
  async carry({ wakeups, held }: Omit<SignalOutcome, 'refused'>): Promise<void> {
    await this.#options.dispatcher.dispatch(wakeups);
    await this.#tell(held);
  }

  /**
   * Delivers what ends have left. Many that ask while one delivery is under way share the next.
   * Never throws: the sweep delivers what was not.
   */
  deliver(): Promise<void> {
    if (this.#delivering === null) {
      this.#delivering = this.#deliverOnce().finally(() => {
        this.#delivering = null;
      });
      return this.#delivering;
    }
    this.#next ??= this.#delivering.then(() => {
      this.#next = null;
      return this.deliver();
    });
    return this.#next;
  }

  async #deliverOnce(): Promise<void> {
    const { store, limit, logger } = this.#options;
    try {
      await this.carry(await store.wakeSignalled(limit));
    } catch (error) {
      logger.warn('ends were not told to who waits for them; the sweep tells them', {
        error: messageOf(error),
      });
    }
  }

  async #tell(held: readonly string[]): Promise<void> {
    if (held.length === 0) return;
    await Promise.all([...this.#takers].map((taker) => taker.takeSignals(held)));
  }
}
