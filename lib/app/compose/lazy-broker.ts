import { MillraceError } from '../../errors.ts';
import type {
  Broker,
  DeadLetter,
  Delivery,
  QueueStats,
  ReceiveRequest,
  SendResult,
  TaskMessage,
} from '../../ports/broker.ts';
import { Lazy } from './lazy.ts';

/**
 * A broker that is opened by its first call: commands that only read the store neither wait for a
 * queue service nor fail with it.
 */
export class LazyBroker implements Broker {
  readonly volatile: boolean;
  readonly #driver: Lazy<Broker>;
  #isClosed = false;

  constructor(volatile: boolean, openDriver: () => Promise<Broker>) {
    this.volatile = volatile;
    this.#driver = new Lazy(openDriver);
  }

  async send(queue: string, messages: readonly TaskMessage[]): Promise<SendResult[]> {
    return (await this.#open()).send(queue, messages);
  }

  async receive(request: ReceiveRequest): Promise<Delivery[]> {
    return (await this.#open()).receive(request);
  }

  async acknowledge(deliveries: readonly Delivery[]): Promise<string[]> {
    return (await this.#open()).acknowledge(deliveries);
  }

  async release(deliveries: readonly Delivery[], delayMs: number): Promise<string[]> {
    return (await this.#open()).release(deliveries, delayMs);
  }

  async extend(deliveries: readonly Delivery[], visibilityMs: number): Promise<string[]> {
    return (await this.#open()).extend(deliveries, visibilityMs);
  }

  async deadLetter(deliveries: readonly Delivery[], reason: string): Promise<string[]> {
    return (await this.#open()).deadLetter(deliveries, reason);
  }

  async receiveDead(queue: string, max: number, visibilityMs: number): Promise<DeadLetter[]> {
    return (await this.#open()).receiveDead(queue, max, visibilityMs);
  }

  async redrive(queue: string, max: number): Promise<number> {
    return (await this.#open()).redrive(queue, max);
  }

  async stats(queues: readonly string[]): Promise<QueueStats[]> {
    return (await this.#open()).stats(queues);
  }

  async peek(queue: string, max: number): Promise<Delivery[]> {
    return (await this.#open()).peek(queue, max);
  }

  async pause(queue: string): Promise<void> {
    await (await this.#open()).pause(queue);
  }

  async resume(queue: string): Promise<void> {
    await (await this.#open()).resume(queue);
  }

  async purge(queue: string): Promise<number> {
    return (await this.#open()).purge(queue);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await (await this.#driver.current())?.close();
  }

  /** Throws what opening the driver throws, or STOPPED after `close`. */
  async #open(): Promise<Broker> {
    if (this.#isClosed) throw new MillraceError('STOPPED', 'the broker is closed');
    return this.#driver.get();
  }
}
