import { messageOf } from '../../errors.ts';
import type { Logger } from '../../ports/logger.ts';
import type { NewSignal, SignalOutcome, SignalStore } from '../../ports/store/signal-store.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';

/** What a {@link SignalRouter} is constructed from. */
export interface SignalRouterDeps {
  readonly store: Pick<SignalStore, 'sendSignals' | 'deliverNotices'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly logger: Logger;
  /** Maximum number of notices delivered at once; the sweeper delivers the rest. @default 1,000 */
  readonly limit?: number;
}

/** Runs executions in this process, and passes their signals to them. */
export interface SignalReceiver {
  /** Passes new signals to those of the executions that it runs. Never throws. */
  takeSignals(executionIds: readonly string[]): Promise<void>;
  /** Aborts those of the executions that it runs. */
  abort?(executionIds: readonly string[]): void;
}

/**
 * Routes signals to executions: stores them, sends the tasks of executions that slept, and notifies
 * executions that run in this process at once. When the process dies in between, the sweeper sends
 * the tasks and heartbeats notify the workers.
 */
export class SignalRouter {
  readonly #deps: Required<SignalRouterDeps>;
  readonly #receivers = new Set<SignalReceiver>();
  #delivery: Promise<void> | null = null;
  #nextDelivery: Promise<void> | null = null;

  constructor(deps: SignalRouterDeps) {
    this.#deps = { limit: 1_000, ...deps };
  }

  /** Notifies `receiver` of signals until it is removed. */
  addReceiver(receiver: SignalReceiver): void {
    this.#receivers.add(receiver);
  }

  removeReceiver(receiver: SignalReceiver): void {
    this.#receivers.delete(receiver);
  }

  /**
   * Sends signals. Returns the executions that got none because they are not RUNNING. Throws what
   * the store throws; whether the signals were sent is then unknown.
   * @param wakeupSent whether tasks that are sent here reach a worker; the sweeper sends them
   *   otherwise
   */
  async send(signals: readonly NewSignal[], wakeupSent = true): Promise<readonly string[]> {
    const outcome = await this.#deps.store.sendSignals(signals, wakeupSent);
    await this.notify(outcome);
    return outcome.refused;
  }

  /** Aborts those of the executions that run in this process; heartbeats tell other workers. */
  abort(executionIds: readonly string[]): void {
    for (const receiver of this.#receivers) receiver.abort?.(executionIds);
  }

  /** Sends the tasks of executions that slept, and notifies executions that run here. */
  async notify({ wakeups, held }: Omit<SignalOutcome, 'refused'>): Promise<void> {
    await this.#deps.dispatcher.dispatch(wakeups);
    if (held.length === 0) return;
    await Promise.all([...this.#receivers].map((receiver) => receiver.takeSignals(held)));
  }

  /**
   * Delivers the signals that ended executions have left for those that wait for them. Calls during
   * a delivery share the next one. Never throws: the sweeper delivers the rest.
   */
  deliverNotices(): Promise<void> {
    if (this.#delivery === null) {
      this.#delivery = this.#deliverOnce().finally(() => {
        this.#delivery = null;
      });
      return this.#delivery;
    }
    this.#nextDelivery ??= this.#delivery.then(() => {
      this.#nextDelivery = null;
      return this.deliverNotices();
    });
    return this.#nextDelivery;
  }

  async #deliverOnce(): Promise<void> {
    const { store, limit, logger } = this.#deps;
    try {
      await this.notify(await store.deliverNotices(limit));
    } catch (error) {
      logger.warn('waiting executions not notified: the sweeper will retry', {
        error: messageOf(error),
      });
    }
  }
}
