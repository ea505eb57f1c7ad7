import { MillraceError } from '../../errors.ts';
import {
  type Broker,
  brokerLimits,
  type DeadLetter,
  type Delivery,
  type QueueStats,
  type ReceiveRequest,
  type SendResult,
  type TaskMessage,
} from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';
import { steadyClock } from '../../retry/steady-clock.ts';
import { checkCount, checkDuration, checkReceive, findRefusal } from '../shared/broker-checks.ts';
import { MessageQueue, type StoredMessage } from './message-queue.ts';
import { ReceiveWaiters } from './receive-waiters.ts';

/** Options of {@link MemoryBroker}. */
export interface MemoryBrokerOptions {
  readonly clock: Clock;
  /**
   * Maximum number of deliveries before the next receive moves a message to the dead letters; at
   * least 1. A task has far fewer retries: this is only a backstop for tasks that keep crashing
   * their worker. @default 16
   */
  readonly maxReceiveCount?: number;
  /**
   * Draws from [0, 1), from a seed: any ready message can then be the next, as on SQS. Tests use it
   * to show that nothing depends on order. @default in order, groups taking turns
   */
  readonly shuffle?: () => number;
}

/** Default options. */
export const memoryBrokerDefaults = Object.freeze({ maxReceiveCount: 16 });

interface QueuePair {
  readonly live: MessageQueue;
  readonly dead: MessageQueue;
}

/** A delivered message and its queue. */
interface Delivered {
  readonly message: StoredMessage;
  readonly queue: MessageQueue;
}

/**
 * The broker in this process's memory: the embedded default, and the reference for other brokers.
 * Counts are exact, times follow the injected clock, and nothing remains of a message once it is
 * acknowledged. Its queues end with the process; the store queues their tasks again.
 */
export class MemoryBroker implements Broker {
  readonly volatile = true;
  readonly #clock: Clock;
  readonly #maxReceiveCount: number;
  readonly #shuffle: (() => number) | undefined;
  readonly #queues = new Map<string, QueuePair>();
  /** Every delivery that can still be acknowledged, by receipt. */
  readonly #delivered = new Map<string, Delivered>();
  readonly #waiters: ReceiveWaiters;
  #receipts = 0;
  #closed = false;

  constructor(options: MemoryBrokerOptions) {
    // Delays and ages are durations: they must not follow a clock that steps.
    this.#clock = steadyClock(options.clock);
    this.#maxReceiveCount = options.maxReceiveCount ?? memoryBrokerDefaults.maxReceiveCount;
    this.#shuffle = options.shuffle;
    checkCount('maxReceiveCount', this.#maxReceiveCount, 1_000);
    this.#waiters = new ReceiveWaiters({
      clock: this.#clock,
      take: (request) => this.#take(request),
      nextDueAt: (queues) => this.#nextDueAt(queues),
    });
  }

  async send(queue: string, messages: readonly TaskMessage[]): Promise<SendResult[]> {
    const { live } = this.#open(queue);
    const now = this.#clock.now();
    const results = messages.map((message) => sendOne(live, message, now));
    this.#waiters.serve();
    return results;
  }

  async receive(request: ReceiveRequest): Promise<Delivery[]> {
    this.#checkOpen();
    checkReceive(request);
    if (request.signal?.aborted) return [];
    const deliveries = this.#take(request);
    if (deliveries.length > 0 || request.waitMs === 0) {
      this.#waiters.serve();
      return deliveries;
    }
    return this.#waiters.wait(request);
  }

  async acknowledge(deliveries: readonly Delivery[]): Promise<string[]> {
    return this.#each(deliveries, (delivery) => {
      const delivered = this.#delivered.get(delivery.receipt);
      if (delivered === undefined) return false;
      this.#remove(delivered);
      return true;
    });
  }

  async release(deliveries: readonly Delivery[], delayMs: number): Promise<string[]> {
    checkDuration('delayMs', delayMs, brokerLimits.visibilityMsMax);
    return this.#each(deliveries, (delivery, now) => {
      const delivered = this.#findHeld(delivery, now);
      if (delivered === undefined) return false;
      this.#remove(delivered);
      delivered.queue.add(delivered.message, delayMs === 0 ? 0 : now + delayMs);
      return true;
    });
  }

  async extend(deliveries: readonly Delivery[], visibilityMs: number): Promise<string[]> {
    checkDuration('visibilityMs', visibilityMs, brokerLimits.visibilityMsMax);
    return this.#each(deliveries, (delivery, now) => {
      const delivered = this.#findHeld(delivery, now);
      if (delivered === undefined) return false;
      const { message, queue } = delivered;
      if (now + visibilityMs > message.receivedAt + brokerLimits.visibilityMsMax) return false;
      queue.remove(message);
      queue.hold(message, now + visibilityMs);
      return true;
    });
  }

  async deadLetter(deliveries: readonly Delivery[], reason: string): Promise<string[]> {
    return this.#each(deliveries, (delivery, now) => {
      const delivered = this.#findHeld(delivery, now);
      if (delivered === undefined || delivered.queue.dead) return false;
      this.#remove(delivered);
      this.#addDeadLetter(delivered.message, delivered.queue.name, reason);
      return true;
    });
  }

  async receiveDead(queue: string, max: number, visibilityMs: number): Promise<DeadLetter[]> {
    checkCount('max', max, brokerLimits.receiveMax);
    checkDuration('visibilityMs', visibilityMs, brokerLimits.visibilityMsMax);
    const { dead } = this.#open(queue);
    const now = this.#clock.now();
    dead.reveal(now);
    const letters: DeadLetter[] = [];
    while (letters.length < max) {
      const message = dead.next();
      if (message === undefined) break;
      this.#handOut(dead, message, now, visibilityMs);
      letters.push({ ...toDelivery(dead, message), reason: message.reason });
    }
    return letters;
  }

  async redrive(queue: string, max: number): Promise<number> {
    const { live, dead } = this.#open(queue);
    const now = this.#clock.now();
    dead.reveal(now);
    let moved = 0;
    for (; moved < max; moved += 1) {
      const message = dead.next();
      if (message === undefined) break;
      this.#delivered.delete(message.receipt);
      Object.assign(message, { receipt: '', reason: '', deliveries: 0, sentAt: now });
      live.add(message, 0);
    }
    this.#waiters.serve();
    return moved;
  }

  async stats(queues: readonly string[]): Promise<QueueStats[]> {
    this.#checkOpen();
    const now = this.#clock.now();
    return queues.map((queue) => toStats(queue, this.#queues.get(queue), now));
  }

  async peek(queue: string, max: number): Promise<Delivery[]> {
    const { live } = this.#open(queue);
    live.reveal(this.#clock.now());
    return live.peek(max).map((message) => ({ ...toDelivery(live, message), receipt: '' }));
  }

  async pause(queue: string): Promise<void> {
    this.#open(queue).live.paused = true;
  }

  async resume(queue: string): Promise<void> {
    this.#open(queue).live.paused = false;
    this.#waiters.serve();
  }

  async purge(queue: string): Promise<number> {
    const { live, dead } = this.#open(queue);
    const fresh = new MessageQueue(queue, false, this.#shuffle);
    fresh.paused = live.paused;
    this.#queues.set(queue, { live: fresh, dead });
    for (const [receipt, delivered] of this.#delivered) {
      if (delivered.queue === live) this.#delivered.delete(receipt);
    }
    return live.ready + live.delayed + live.held;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#waiters.end();
    this.#queues.clear();
    this.#delivered.clear();
  }

  #checkOpen(): void {
    if (this.#closed) throw new MillraceError('STOPPED', 'the memory broker is closed');
  }

  #open(name: string): QueuePair {
    this.#checkOpen();
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const pair = {
      live: new MessageQueue(name, false, this.#shuffle),
      dead: new MessageQueue(name, true, this.#shuffle),
    };
    this.#queues.set(name, pair);
    return pair;
  }

  /** Calls `act` for each delivery, and returns the receipts for which it had no effect. */
  #each(
    deliveries: readonly Delivery[],
    act: (delivery: Delivery, now: number) => boolean,
  ): string[] {
    this.#checkOpen();
    const now = this.#clock.now();
    const withoutEffect = deliveries.filter((delivery) => !act(delivery, now));
    this.#waiters.serve();
    return withoutEffect.map(({ receipt }) => receipt);
  }

  #take(request: ReceiveRequest): Delivery[] {
    const now = this.#clock.now();
    const deliveries: Delivery[] = [];
    for (const name of request.queues) {
      const { live } = this.#open(name);
      if (live.paused) continue;
      live.reveal(now);
      while (deliveries.length < request.max) {
        const message = live.next();
        if (message === undefined) break;
        if (message.deliveries >= this.#maxReceiveCount) {
          this.#delivered.delete(message.receipt);
          this.#addDeadLetter(message, name, 'maxReceiveCount');
          continue;
        }
        message.deliveries += 1;
        this.#handOut(live, message, now, request.visibilityMs);
        deliveries.push(toDelivery(live, message));
      }
    }
    return deliveries;
  }

  /** Voids the message's earlier receipt, issues a new one, and hides the message. */
  #handOut(queue: MessageQueue, message: StoredMessage, now: number, visibilityMs: number): void {
    if (message.receipt !== '') this.#delivered.delete(message.receipt);
    this.#receipts += 1;
    message.receipt = this.#receipts.toString(36);
    message.receivedAt = now;
    queue.hold(message, now + visibilityMs);
    this.#delivered.set(message.receipt, { message, queue });
  }

  /** Returns the delivered message when its visibility timeout has not expired. */
  #findHeld(delivery: Delivery, now: number): Delivered | undefined {
    const delivered = this.#delivered.get(delivery.receipt);
    const isHeld = delivered?.message.state === 'held' && delivered.message.dueAt > now;
    return isHeld ? delivered : undefined;
  }

  #remove({ message, queue }: Delivered): void {
    this.#delivered.delete(message.receipt);
    message.receipt = '';
    queue.remove(message);
  }

  #addDeadLetter(message: StoredMessage, queue: string, reason: string): void {
    message.receipt = '';
    message.reason = reason;
    this.#open(queue).dead.add(message, 0);
  }

  #nextDueAt(queues: readonly string[]): number | null {
    let dueAt: number | null = null;
    for (const name of queues) {
      const live = this.#queues.get(name)?.live;
      const next = live === undefined || live.paused ? null : live.nextDueAt;
      if (next !== null && (dueAt === null || next < dueAt)) dueAt = next;
    }
    return dueAt;
  }
}

function sendOne(queue: MessageQueue, message: TaskMessage, now: number): SendResult {
  const refusal = findRefusal(message);
  if (refusal !== null) return refusal;
  const { id, body, delayMs = 0, groupId = null } = message;
  const stored: StoredMessage = {
    id,
    body,
    groupId,
    sentAt: now,
    state: 'ready',
    deliveries: 0,
    receipt: '',
    receivedAt: 0,
    reason: '',
    dueAt: 0,
    place: -1,
  };
  queue.add(stored, delayMs === 0 ? 0 : now + delayMs);
  return { id, sent: true };
}

function toDelivery(queue: MessageQueue, message: StoredMessage): Delivery {
  const { id, body, groupId, receipt, deliveries, sentAt } = message;
  return { queue: queue.name, id, body, groupId, receipt, deliveries, sentAt };
}

function toStats(queue: string, pair: QueuePair | undefined, now: number): QueueStats {
  if (pair === undefined) {
    return { queue, ready: 0, delayed: 0, inFlight: 0, dead: 0, paused: false, oldestMs: 0 };
  }
  const { live, dead } = pair;
  live.reveal(now);
  const oldest = live.oldestSentAt();
  return {
    queue,
    ready: live.ready,
    delayed: live.delayed,
    inFlight: live.held,
    dead: dead.ready + dead.held + dead.delayed,
    paused: live.paused,
    oldestMs: oldest === null ? 0 : now - oldest,
  };
}
