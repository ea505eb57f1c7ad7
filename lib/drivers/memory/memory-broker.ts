/**
 * The broker in this process's memory: what the embedded default runs on, and the reference that
 * other brokers are compared with. Exact counts, exact times by the injected clock, nothing kept of
 * a message once it is acknowledged. Its queues die with the process; the store queues their tasks
 * again.
 */
import { MillraceError } from '../../errors.ts';
import {
  type Broker,
  brokerLimits,
  type DeadLetter,
  type Delivery,
  type OutgoingMessage,
  type QueueStats,
  type ReceiveRequest,
  type SendResult,
} from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';
import { checkCount, checkDuration, checkReceive, refusalOf } from '../shared/broker-checks.ts';
import { MessageQueue, type StoredMessage } from './memory-broker-queue.ts';
import { Waiters } from './memory-broker-waiters.ts';

/** Options of {@link MemoryBroker}. */
export interface MemoryBrokerOptions {
  readonly clock: Clock;
  /**
   * How often a message may be delivered before the next receive moves it to the dead letters; at
   * least 1. The retries of a task are far fewer: this is only the backstop for what keeps
   * crashing. @default 16
   */
  readonly maxReceiveCount?: number;
  /**
   * Numbers in [0, 1), from a seed: any ready message may then be the next, as on SQS. Tests use it
   * to show that nothing depends on order. @default in order, groups taking turns
   */
  readonly shuffle?: () => number;
}

/** The options not given. */
export const memoryBrokerDefaults = Object.freeze({ maxReceiveCount: 16 });

interface QueuePair {
  readonly live: MessageQueue;
  readonly dead: MessageQueue;
}

/** A message that a receipt names, and where it is. */
interface Named {
  readonly message: StoredMessage;
  readonly queue: MessageQueue;
}

/** See this file's head. */
export class MemoryBroker implements Broker {
  readonly volatile = true;
  readonly #clock: Clock;
  readonly #maxReceiveCount: number;
  readonly #shuffle: (() => number) | undefined;
  readonly #queues = new Map<string, QueuePair>();
  /** By receipt: every delivery that could still be acknowledged. */
  readonly #named = new Map<string, Named>();
  readonly #waiters: Waiters;
  #receipts = 0;
  #closed = false;

  constructor(options: MemoryBrokerOptions) {
    this.#clock = options.clock;
    this.#maxReceiveCount = options.maxReceiveCount ?? memoryBrokerDefaults.maxReceiveCount;
    this.#shuffle = options.shuffle;
    checkCount('maxReceiveCount', this.#maxReceiveCount, 1_000);
    this.#waiters = new Waiters({
      clock: options.clock,
      take: (request) => this.#take(request),
      nextDueAt: (queues) => this.#nextDueAt(queues),
    });
  }

  async send(queue: string, messages: readonly OutgoingMessage[]): Promise<SendResult[]> {
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
      const named = this.#named.get(delivery.receipt);
      if (named === undefined) return false;
      this.#forget(named);
      return true;
    });
  }

  async release(deliveries: readonly Delivery[], delayMs: number): Promise<string[]> {
    checkDuration('delayMs', delayMs, brokerLimits.visibilityMsMax);
    return this.#each(deliveries, (delivery, now) => {
      const named = this.#held(delivery, now);
      if (named === undefined) return false;
      this.#forget(named);
      named.queue.add(named.message, delayMs === 0 ? 0 : now + delayMs);
      return true;
    });
  }

  async extend(deliveries: readonly Delivery[], visibilityMs: number): Promise<string[]> {
    checkDuration('visibilityMs', visibilityMs, brokerLimits.visibilityMsMax);
    return this.#each(deliveries, (delivery, now) => {
      const named = this.#held(delivery, now);
      if (named === undefined) return false;
      const { message, queue } = named;
      if (now + visibilityMs > message.receivedAt + brokerLimits.visibilityMsMax) return false;
      queue.remove(message);
      queue.hold(message, now + visibilityMs);
      return true;
    });
  }

  async deadLetter(deliveries: readonly Delivery[], reason: string): Promise<string[]> {
    return this.#each(deliveries, (delivery, now) => {
      const named = this.#held(delivery, now);
      if (named === undefined || named.queue.dead) return false;
      this.#forget(named);
      this.#bury(named.message, named.queue.name, reason);
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
      letters.push({ ...deliveryOf(dead, message), reason: message.reason });
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
      this.#named.delete(message.receipt);
      Object.assign(message, { receipt: '', reason: '', deliveries: 0, sentAt: now });
      live.add(message, 0);
    }
    this.#waiters.serve();
    return moved;
  }

  async stats(queues: readonly string[]): Promise<QueueStats[]> {
    this.#checkOpen();
    const now = this.#clock.now();
    return queues.map((queue) => statsOf(queue, this.#queues.get(queue), now));
  }

  async peek(queue: string, max: number): Promise<Delivery[]> {
    const { live } = this.#open(queue);
    live.reveal(this.#clock.now());
    return live.peek(max).map((message) => ({ ...deliveryOf(live, message), receipt: '' }));
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
    for (const [receipt, named] of this.#named) {
      if (named.queue === live) this.#named.delete(receipt);
    }
    return live.ready + live.delayed + live.held;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#waiters.end();
    this.#queues.clear();
    this.#named.clear();
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

  /** Does one thing per delivery, and answers the receipts for which it had no effect. */
  #each(
    deliveries: readonly Delivery[],
    act: (delivery: Delivery, now: number) => boolean,
  ): string[] {
    this.#checkOpen();
    const now = this.#clock.now();
    const without = deliveries.filter((delivery) => !act(delivery, now));
    this.#waiters.serve();
    return without.map(({ receipt }) => receipt);
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
          this.#named.delete(message.receipt);
          this.#bury(message, name, 'maxReceiveCount');
          continue;
        }
        message.deliveries += 1;
        this.#handOut(live, message, now, request.visibilityMs);
        deliveries.push(deliveryOf(live, message));
      }
    }
    return deliveries;
  }

  /** Makes the message's earlier receipt void, names this delivery, and hides the message. */
  #handOut(queue: MessageQueue, message: StoredMessage, now: number, visibilityMs: number): void {
    if (message.receipt !== '') this.#named.delete(message.receipt);
    this.#receipts += 1;
    message.receipt = this.#receipts.toString(36);
    message.receivedAt = now;
    queue.hold(message, now + visibilityMs);
    this.#named.set(message.receipt, { message, queue });
  }

  /** What the delivery names, when its visibility has not run out. */
  #held(delivery: Delivery, now: number): Named | undefined {
    const named = this.#named.get(delivery.receipt);
    const held = named?.message.state === 'held' && named.message.dueAt > now;
    return held ? named : undefined;
  }

  #forget({ message, queue }: Named): void {
    this.#named.delete(message.receipt);
    message.receipt = '';
    queue.remove(message);
  }

  #bury(message: StoredMessage, queue: string, reason: string): void {
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

function sendOne(queue: MessageQueue, message: OutgoingMessage, now: number): SendResult {
  const refusal = refusalOf(message);
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

function deliveryOf(queue: MessageQueue, message: StoredMessage): Delivery {
  const { id, body, groupId, receipt, deliveries, sentAt } = message;
  return { queue: queue.name, id, body, groupId, receipt, deliveries, sentAt };
}

function statsOf(queue: string, pair: QueuePair | undefined, now: number): QueueStats {
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
