import { MillraceError, messageOf } from '../../errors.ts';
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
import type { Logger } from '../../ports/logger.ts';
import { waitAtMost } from '../../retry/wait-at-most.ts';
import { checkCount, checkDuration, checkReceive, findRefusal } from '../shared/broker-checks.ts';
import type { Keys } from './keys.ts';
import {
  encodeReason,
  hasNewerLetters,
  type ReceiveReply,
  readDeadLetters,
  readDeliveries,
  readPeeked,
  readStats,
  recordVersion,
} from './message-record.ts';
import type { Argument, RedisClient } from './redis-client.ts';
import { isOutOfMemory } from './redis-errors.ts';
import { toSendPages, toSettleCalls } from './script-calls.ts';
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
import type { WaitingReceive, WakeSource } from './wake-source.ts';

/** What a {@link RedisBroker} is constructed from. */
export interface RedisBrokerDeps {
  readonly client: RedisClient;
  readonly keys: Keys;
  readonly wakeSource: WakeSource;
  readonly clock: Clock;
  /** 1 to 1,000. */
  readonly maxReceiveCount: number;
  readonly logger: Logger;
  /** Closes the connections. */
  close(): Promise<void>;
}

/** Maximum time that `close` waits for calls under way, in milliseconds. */
const closeMsMax = 2_000;

/** Maximum number of dead letters that one call of the redrive script moves. */
const redrivePage = 500;

/**
 * The broker in Redis. It keeps the port's contract by scripts that run whole or not at all, timed
 * by Redis's own clock. It keeps no state in this process, so that any number of processes share
 * the queues. When Redis loses its data, it is an empty broker, and earlier receipts are void.
 *
 * A receive that waits while the connection breaks throws `BROKER_UNAVAILABLE`; the connection is
 * restored in the background.
 */
export class RedisBroker implements Broker {
  readonly volatile = false;
  readonly #deps: RedisBrokerDeps;
  readonly #calls = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;
  #isNewerLogged = false;

  constructor(deps: RedisBrokerDeps) {
    checkCount('maxReceiveCount', deps.maxReceiveCount, 1_000);
    this.#deps = deps;
  }

  async send(queue: string, messages: readonly TaskMessage[]): Promise<SendResult[]> {
    this.#checkOpen();
    const refusals = messages.map(findRefusal);
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
    const waiter = this.#deps.wakeSource.join(queues);
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
    const voidReceipts = await this.#settle(releaseScript, deliveries, [delayMs]);
    for (const queue of new Set(deliveries.map((delivery) => delivery.queue))) {
      this.#deps.wakeSource.notify(queue);
    }
    return voidReceipts;
  }

  async extend(deliveries: readonly Delivery[], visibilityMs: number): Promise<string[]> {
    checkDuration('visibilityMs', visibilityMs, brokerLimits.visibilityMsMax);
    const args = [visibilityMs, brokerLimits.visibilityMsMax];
    return await this.#settle(extendScript, deliveries, args);
  }

  deadLetter(deliveries: readonly Delivery[], reason: string): Promise<string[]> {
    return this.#settle(deadLetterScript, deliveries, [encodeReason(reason)]);
  }

  async receiveDead(queue: string, max: number, visibilityMs: number): Promise<DeadLetter[]> {
    checkCount('max', max, brokerLimits.receiveMax);
    checkDuration('visibilityMs', visibilityMs, brokerLimits.visibilityMsMax);
    const reply = await this.#run<string[]>(receiveDeadScript, [queue], [max, visibilityMs]);
    if (hasNewerLetters(reply)) this.#logNewer();
    return readDeadLetters(queue, reply);
  }

  async redrive(queue: string, max: number): Promise<number> {
    let moved = 0;
    while (moved < max) {
      const page = Math.min(max - moved, redrivePage);
      const reply = await this.#run<number[]>(redriveScript, [queue], [page]);
      const [sent = 0, seen = 0, newer = 0] = reply;
      if (newer > 0) this.#logNewer();
      moved += sent;
      if (seen < page) break;
    }
    if (moved > 0) this.#deps.wakeSource.notify(queue);
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
    this.#deps.wakeSource.notify(queue);
  }

  async purge(queue: string): Promise<number> {
    return await this.#run<number>(purgeScript, [queue], []);
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #shutDown(): Promise<void> {
    await this.#deps.wakeSource.close();
    // A call without a reply ends only with its deadline.
    await waitAtMost(this.#deps.clock, Promise.allSettled(this.#calls), closeMsMax);
    await this.#deps.close();
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) {
      throw new MillraceError('STOPPED', 'the Redis broker is closed');
    }
  }

  async #run<Reply>(
    script: Script,
    queues: readonly string[],
    args: readonly Argument[],
  ): Promise<Reply> {
    this.#checkOpen();
    const { client, keys } = this.#deps;
    const allKeys = queues.flatMap((queue) => keys.forQueue(queue));
    const call = client.run<Reply>(script, allKeys, args);
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
    }
  }

  /**
   * Sends page after page and stops at one that fails. Returns the reason for each message that was
   * not sent. It throws only if no message was sent: an error would hide which ones were.
   */
  async #sendPages(
    queue: string,
    messages: readonly TaskMessage[],
  ): Promise<Map<TaskMessage, string>> {
    let sent = 0;
    for (const { args, count } of toSendPages(messages)) {
      try {
        await this.#run(sendScript, [queue], args);
      } catch (error) {
        if (sent === 0 && !isOutOfMemory(error)) throw error;
        const reason = messageOf(error);
        return new Map(messages.slice(sent).map((message) => [message, reason]));
      } finally {
        this.#deps.wakeSource.notify(queue);
      }
      sent += count;
    }
    return new Map();
  }

  async #takeOrWait(request: ReceiveRequest, waiter: WaitingReceive): Promise<Delivery[]> {
    const { clock, wakeSource } = this.#deps;
    const endsAt = clock.monotonicMs() + request.waitMs;
    for (;;) {
      waiter.beginPoll();
      const { deliveries, dueInMs } = await this.#take(request);
      for (const { queue } of deliveries.slice(0, 1)) wakeSource.notify(queue);
      const leftMs = endsAt - clock.monotonicMs();
      if (deliveries.length > 0 || leftMs <= 0 || this.#isOver(request)) return deliveries;
      await waiter.sleep(Math.min(leftMs, dueInMs));
      if (clock.monotonicMs() >= endsAt || this.#isOver(request)) return [];
    }
  }

  #isOver({ signal }: ReceiveRequest): boolean {
    return this.#closed !== undefined || signal?.aborted === true;
  }

  async #take({ queues, max, visibilityMs }: ReceiveRequest) {
    const args = [max, visibilityMs, this.#deps.maxReceiveCount];
    const result = readDeliveries(
      queues,
      await this.#run<ReceiveReply>(receiveScript, queues, args),
    );
    if (result.hasNewer) this.#logNewer();
    return result;
  }

  #logNewer(): void {
    if (this.#isNewerLogged) return;
    this.#isNewerLogged = true;
    this.#deps.logger.warn('messages of a newer release found: left for its processes', {
      knownVersion: recordVersion,
    });
  }

  /** Returns the receipts that had no effect. */
  async #settle(
    script: Script,
    deliveries: readonly Delivery[],
    settings: readonly Argument[],
  ): Promise<string[]> {
    this.#checkOpen();
    const voidReceipts = await Promise.all(
      toSettleCalls(deliveries).map(async ({ queues, args, receipts }) => {
        const positions = await this.#run<number[]>(script, queues, [...settings, ...args]);
        return positions.flatMap((position) => receipts[position - 1] ?? []);
      }),
    );
    return voidReceipts.flat();
  }
}
