/**
 * A broker that is opened by its first call: commands that only look into the store neither wait
 * for a queue service nor fail with it. An opening that failed is tried again by the next call.
 */
import { MillraceError } from '../../errors.ts';
import type {
  Broker,
  DeadLetter,
  Delivery,
  OutgoingMessage,
  QueueStats,
  ReceiveRequest,
  SendResult,
} from '../../ports/broker.ts';

/** See this file's head. */
export class OnDemandBroker implements Broker {
  readonly volatile: boolean;
  readonly #openDriver: () => Promise<Broker>;
  #opening: Promise<Broker> | null = null;
  #closed = false;

  constructor(volatile: boolean, openDriver: () => Promise<Broker>) {
    this.volatile = volatile;
    this.#openDriver = openDriver;
  }

  /** The driver, open. Throws what opening it throws, or STOPPED after `close`. */
  open(): Promise<Broker> {
    if (this.#closed) throw new MillraceError('STOPPED', 'the broker is closed');
    this.#opening ??= this.#openDriver().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async send(queue: string, messages: readonly OutgoingMessage[]): Promise<SendResult[]> {
    return (await this.open()).send(queue, messages);
  }

  async receive(request: ReceiveRequest): Promise<Delivery[]> {
    return (await this.open()).receive(request);
  }

  async acknowledge(deliveries: readonly Delivery[]): Promise<string[]> {
    return (await this.open()).acknowledge(deliveries);
  }

  async release(deliveries: readonly Delivery[], delayMs: number): Promise<string[]> {
    return (await this.open()).release(deliveries, delayMs);
  }

  async extend(deliveries: readonly Delivery[], visibilityMs: number): Promise<string[]> {
    return (await this.open()).extend(deliveries, visibilityMs);
  }

  async deadLetter(deliveries: readonly Delivery[], reason: string): Promise<string[]> {
    return (await this.open()).deadLetter(deliveries, reason);
  }

  async receiveDead(queue: string, max: number, visibilityMs: number): Promise<DeadLetter[]> {
    return (await this.open()).receiveDead(queue, max, visibilityMs);
  }

  async redrive(queue: string, max: number): Promise<number> {
    return (await this.open()).redrive(queue, max);
  }

  async stats(queues: readonly string[]): Promise<QueueStats[]> {
    return (await this.open()).stats(queues);
  }

  async peek(queue: string, max: number): Promise<Delivery[]> {
    return (await this.open()).peek(queue, max);
  }

  async pause(queue: string): Promise<void> {
    await (await this.open()).pause(queue);
  }

  async resume(queue: string): Promise<void> {
    await (await this.open()).resume(queue);
  }

  async purge(queue: string): Promise<number> {
    return (await this.open()).purge(queue);
  }

  /** What was never opened needs no closing. */
  async close(): Promise<void> {
    this.#closed = true;
    const opened = await this.#opening?.catch(() => null);
    await opened?.close();
  }
}
