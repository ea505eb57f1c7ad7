/**
 * The broker in Redis: what the broker port promises, by scripts that run whole or not at all, in
 * the time of Redis's own clock. It keeps nothing in this process, so any number of processes share
 * the queues; when Redis loses them, it is an empty broker, and receipts from before are void.
 *
 * A receive that waits while the connection breaks throws `BROKER_UNAVAILABLE`; the connection
 * comes back by itself.
 */
import { MillraceError, messageOf } from '../../errors.ts';
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
import type { Keys } from './keys.ts';
import { pagesOf } from './outgoing-pages.ts';
import { callsFor } from './receipt-lines.ts';
import { writeReason } from './record.ts';
import type { Argument, RedisClient } from './redis-client.ts';
import { isFull } from './redis-errors.ts';
import {
  type ReceiveAnswer,
  readDeadLetters,
  readDeliveries,
  readPeeked,
  readStats,
} from './replies.ts';
import {
  pauseScript,
  peekScript,
  purgeScript,
  resumeScript,
  statsScript,
} from './scripts/administration.ts';
import { receiveDeadScript, redriveScript } from './scripts/dead-letters.ts';
import { receiveScript } from './scripts/receive.ts';
import type { Script } from './scripts/script.ts';
import { sendScript } from './scripts/send.ts';
import {
  acknowledgeScript,
  deadLetterScript,
  extendScript,
  releaseScript,
} from './scripts/settle.ts';
import type { Waiter, Waiting } from './waiting.ts';

/** What the broker is made of. */
export interface RedisQueuesDeps {
  readonly client: RedisClient;
  readonly keys: Keys;
  readonly waiting: Waiting;
  readonly clock: Clock;
  /** 1 to 1,000. */
  readonly maxReceiveCount: number;
  /** Lets go of the connections. */
  close(): Promise<void>;
}

/** Most dead letters that one call of the redrive script moves. */
const redrivePage = 500;

/** See this file's head. */
export class RedisQueues implements Broker {
  readonly volatile = false;
  readonly #parts: RedisQueuesDeps;
  readonly #calls = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(parts: RedisQueuesDeps) {
    checkCount('maxReceiveCount', parts.maxReceiveCount, 1_000);
    this.#parts = parts;
  }

  async send(queue: string, messages: readonly OutgoingMessage[]): Promise<SendResult[]> {
    this.#checkOpen();
    const refusals = messages.map(refusalOf);
    const unsent = await this.#sendPages(
      queue,
      messages.filter((_, index) => refusals[index] === null),
    );
    return messages.map((message, index) => {
      const { id } = message;
      const reason = unsent.get(message);
      if (reason !== undefined) return { id, sent: false, reason: 'unavailable', message: reason };
      return refusals[index] ?? { id, sent: true };
    });
  }

  async receive(request: ReceiveRequest): Promise<Delivery[]> {
    this.#checkOpen();
    checkReceive(request);
    const { queues, waitMs, signal } = request;
    if (signal?.aborted || queues.length === 0) return [];
    if (waitMs === 0) return (await this.#take(request)).deliveries;
    const waiter = this.#parts.waiting.join(queues);
    const onAbort = () => waiter.end();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await this.#takeOrWait(request, waiter);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      waiter.leave();
    }
  }

  acknowledge(deliveries: readonly Delivery[]): Promise<string[]> {
    return this.#settle(acknowledgeScript, deliveries, []);
  }

  async release(deliveries: readonly Delivery[], delayMs: number): Promise<string[]> {
    checkDuration('delayMs', delayMs, brokerLimits.visibilityMsMax);
    const without = await this.#settle(releaseScript, deliveries, [delayMs]);
    for (const queue of new Set(deliveries.map((delivery) => delivery.queue))) {
      this.#parts.waiting.stir(queue);
    }
    return without;
  }

  async extend(deliveries: readonly Delivery[], visibilityMs: number): Promise<string[]> {
    checkDuration('visibilityMs', visibilityMs, brokerLimits.visibilityMsMax);
    const told = [visibilityMs, brokerLimits.visibilityMsMax];
    return await this.#settle(extendScript, deliveries, told);
  }

  deadLetter(deliveries: readonly Delivery[], reason: string): Promise<string[]> {
    return this.#settle(deadLetterScript, deliveries, [writeReason(reason)]);
  }

  async receiveDead(queue: string, max: number, visibilityMs: number): Promise<DeadLetter[]> {
    checkCount('max', max, brokerLimits.receiveMax);
    checkDuration('visibilityMs', visibilityMs, brokerLimits.visibilityMsMax);
    const told = [max, visibilityMs];
    return readDeadLetters(queue, await this.#run<string[]>(receiveDeadScript, [queue], told));
  }

  async redrive(queue: string, max: number): Promise<number> {
    let moved = 0;
    while (moved < max) {
      const page = Math.min(max - moved, redrivePage);
      const answer = await this.#run<number[]>(redriveScript, [queue], [page]);
      const [sent = 0, seen = 0] = answer;
      moved += sent;
      if (seen < page) break;
    }
    if (moved > 0) this.#parts.waiting.stir(queue);
    return moved;
  }

  async stats(queues: readonly string[]): Promise<QueueStats[]> {
    this.#checkOpen();
    if (queues.length === 0) return [];
    return readStats(queues, await this.#run<number[]>(statsScript, queues, []));
  }

  async peek(queue: string, max: number): Promise<Delivery[]> {
    return readPeeked(queue, await this.#run<string[]>(peekScript, [queue], [max]));
  }

  async pause(queue: string): Promise<void> {
    await this.#run(pauseScript, [queue], []);
  }

  async resume(queue: string): Promise<void> {
    await this.#run(resumeScript, [queue], []);
    this.#parts.waiting.stir(queue);
  }

  async purge(queue: string): Promise<number> {
    return await this.#run<number>(purgeScript, [queue], []);
  }

  close(): Promise<void> {
    this.#closed ??= this.#letGo();
    return this.#closed;
  }

  async #letGo(): Promise<void> {
    await this.#parts.waiting.close();
    await Promise.allSettled(this.#calls);
    await this.#parts.close();
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) {
      throw new MillraceError('STOPPED', 'the Redis broker is closed');
    }
  }

  async #run<Answer>(
    script: Script,
    queues: readonly string[],
    args: readonly Argument[],
  ): Promise<Answer> {
    this.#checkOpen();
    const { client, keys } = this.#parts;
    const allKeys = queues.flatMap((queue) => keys.ofQueue(queue));
    const call = client.run<Answer>(script, allKeys, args);
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
    }
  }

  /**
   * Sends page after page, and stops at one that fails; answers why, for each message that was not
   * sent. Only a send of which nothing arrived is an error: the others' fate would be lost with it.
   */
  async #sendPages(
    queue: string,
    messages: readonly OutgoingMessage[],
  ): Promise<Map<OutgoingMessage, string>> {
    let sent = 0;
    for (const { args, count } of pagesOf(messages)) {
      try {
        await this.#run(sendScript, [queue], args);
      } catch (error) {
        if (sent === 0 && !isFull(error)) throw error;
        const reason = messageOf(error);
        return new Map(messages.slice(sent).map((message) => [message, reason]));
      } finally {
        this.#parts.waiting.stir(queue);
      }
      sent += count;
    }
    return new Map();
  }

  async #takeOrWait(request: ReceiveRequest, waiter: Waiter): Promise<Delivery[]> {
    const { clock, waiting } = this.#parts;
    const endsAt = clock.now() + request.waitMs;
    for (;;) {
      waiter.look();
      const { deliveries, dueInMs } = await this.#take(request);
      for (const { queue } of deliveries.slice(0, 1)) waiting.stir(queue);
      const leftMs = endsAt - clock.now();
      if (deliveries.length > 0 || leftMs <= 0 || this.#isOver(request)) return deliveries;
      await waiter.sleep(Math.min(leftMs, dueInMs));
      if (clock.now() >= endsAt || this.#isOver(request)) return [];
    }
  }

  #isOver({ signal }: ReceiveRequest): boolean {
    return this.#closed !== undefined || signal?.aborted === true;
  }

  async #take({ queues, max, visibilityMs }: ReceiveRequest) {
    const told = [max, visibilityMs, this.#parts.maxReceiveCount];
    return readDeliveries(queues, await this.#run<ReceiveAnswer>(receiveScript, queues, told));
  }

  /** Answers the receipts that had no effect. */
  async #settle(
    script: Script,
    deliveries: readonly Delivery[],
    told: readonly Argument[],
  ): Promise<string[]> {
    this.#checkOpen();
    const answers = await Promise.all(
      callsFor(deliveries).map(async ({ queues, args, receipts }) => {
        const places = await this.#run<number[]>(script, queues, [...told, ...args]);
        return places.flatMap((place) => receipts[place - 1] ?? []);
      }),
    );
    return answers.flat();
  }
}
