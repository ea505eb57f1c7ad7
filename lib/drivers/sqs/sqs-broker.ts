/** The broker on Amazon SQS. */
import { MillraceError, messageOf } from '../../errors.ts';
import {
  type Broker,
  brokerLimits,
  type DeadLetter,
  type Delivery,
  type QueueStats,
  type ReceiveRequest,
  type SendRefusal,
  type SendResult,
  type TaskMessage,
} from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { checkCount, checkDuration, checkReceive, findRefusal } from '../shared/broker-checks.ts';
import { type EntryFailure, type EntryOutcome, SqsBatches, unavailable } from './sqs-batches.ts';
import { SqsLongPolls } from './sqs-long-polls.ts';
import {
  parseHandle,
  parseQueueRef,
  toDeadLetter,
  toDelivery,
  toSeconds,
  toSqsEntry,
} from './sqs-message.ts';
import { SqsMover, toEntryError } from './sqs-mover.ts';
import { SqsPauses } from './sqs-pauses.ts';
import { receiveNow, receivePage } from './sqs-receiver.ts';
import {
  openSqsService,
  type SqsQueueRef,
  type SqsService,
  type SqsServiceOptions,
} from './sqs-service.ts';
import { countMessages, readQueueStats } from './sqs-stats.ts';

/** Options of {@link openSqsBroker}. */
export interface SqsBrokerOptions extends SqsServiceOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Outcome of dead-lettering a dead letter. */
const deadAlready: EntryFailure = Object.freeze({ code: 'dead', message: 'already a dead letter' });

/**
 * The broker on Amazon SQS, or a server with its protocol. Each queue of Millrace is two standard
 * queues, the second for its dead letters. Times are whole seconds, counts are approximate, and
 * order is SQS's. A receipt shows which of the two queues it is from. SQS decides whether a receipt
 * is still valid, but it accepts every acknowledgement.
 */
class SqsBroker implements Broker {
  readonly volatile = false;
  readonly #service: SqsService;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #batches: SqsBatches;
  readonly #pauses: SqsPauses;
  readonly #mover: SqsMover;
  readonly #polls: SqsLongPolls;
  #closed = false;

  constructor(service: SqsService, clock: Clock, logger: Logger) {
    this.#service = service;
    this.#clock = clock;
    this.#logger = logger;
    this.#batches = new SqsBatches(service, clock);
    this.#pauses = new SqsPauses(service, clock);
    this.#mover = new SqsMover(service, this.#batches);
    this.#polls = new SqsLongPolls({
      clock,
      isPaused: (queue) => this.#pauses.isPaused(queue),
      poll: async (queue, max, times) => {
        const ref = { queue, dead: false };
        const messages = await receivePage(service, ref, max, times);
        return messages.map((message) => toDelivery(ref, message));
      },
      release: (deliveries) => this.#releaseUnclaimed(deliveries),
    });
  }

  async send(queue: string, messages: readonly TaskMessage[]): Promise<SendResult[]> {
    this.#checkOpen();
    const results = messages.map(
      (message): SendResult => findRefusal(message) ?? { id: message.id, sent: true },
    );
    const good = messages.filter((_, index) => results[index]?.sent);
    const outcomes = await this.#batches.send({ queue, dead: false }, good.map(toSqsEntry));
    const error = outcomes.every((outcome) => outcome?.error) ? outcomes[0]?.error : undefined;
    if (error !== undefined) throw error;
    let position = 0;
    return results.map((result) => {
      const failure = result.sent ? outcomes[position++] : null;
      return failure == null ? result : toRefusal(result.id, failure);
    });
  }

  async receive(request: ReceiveRequest): Promise<Delivery[]> {
    this.#checkOpen();
    checkReceive(request);
    if (request.signal?.aborted) return [];
    const until = this.#clock.monotonicMs() + request.waitMs;
    const taken = await this.#takeNow(request);
    const isOver = request.signal?.aborted || this.#closed || until <= this.#clock.monotonicMs();
    return taken.length > 0 || isOver ? taken : this.#polls.wait(request, until);
  }

  async acknowledge(deliveries: readonly Delivery[]): Promise<string[]> {
    this.#checkOpen();
    return this.#each(deliveries, (ref, group) =>
      this.#batches.delete(ref, group.map(parseHandle)),
    );
  }

  async release(deliveries: readonly Delivery[], delayMs: number): Promise<string[]> {
    this.#checkOpen();
    checkDuration('delayMs', delayMs, brokerLimits.visibilityMsMax);
    return this.#hide(deliveries, delayMs);
  }

  async extend(deliveries: readonly Delivery[], visibilityMs: number): Promise<string[]> {
    this.#checkOpen();
    checkDuration('visibilityMs', visibilityMs, brokerLimits.visibilityMsMax);
    return this.#hide(deliveries, visibilityMs);
  }

  async deadLetter(deliveries: readonly Delivery[], reason: string): Promise<string[]> {
    this.#checkOpen();
    return this.#each(deliveries, async ({ queue, dead }, group) => {
      if (dead) return group.map(() => deadAlready);
      return this.#mover.deadLetter(queue, group, reason);
    });
  }

  async receiveDead(queue: string, max: number, visibilityMs: number): Promise<DeadLetter[]> {
    this.#checkOpen();
    checkCount('max', max, brokerLimits.receiveMax);
    checkDuration('visibilityMs', visibilityMs, brokerLimits.visibilityMsMax);
    const ref = { queue, dead: true };
    const messages = await receiveNow(this.#service, ref, max, toSeconds(visibilityMs));
    return messages.map((message) => toDeadLetter(ref, message));
  }

  async redrive(queue: string, max: number): Promise<number> {
    this.#checkOpen();
    return this.#mover.redrive(queue, max);
  }

  async stats(queues: readonly string[]): Promise<QueueStats[]> {
    this.#checkOpen();
    const unique = [...new Set(queues)];
    const found = await Promise.all(
      unique.map(async (queue) =>
        readQueueStats(this.#service, queue, await this.#pauses.isPaused(queue)),
      ),
    );
    return queues.flatMap((queue) => found[unique.indexOf(queue)] ?? []);
  }

  /**
   * Returns nothing: SQS can show a message only by delivering it, which would count against its
   * `maxReceiveCount` and hide it from the workers.
   */
  async peek(): Promise<Delivery[]> {
    this.#checkOpen();
    return [];
  }

  async pause(queue: string): Promise<void> {
    this.#checkOpen();
    await this.#pauses.set(queue, true);
  }

  async resume(queue: string): Promise<void> {
    this.#checkOpen();
    await this.#pauses.set(queue, false);
    this.#polls.resume(queue);
  }

  /** SQS takes up to a minute to purge, and refuses another purge in that minute. */
  async purge(queue: string): Promise<number> {
    this.#checkOpen();
    const ref = { queue, dead: false };
    const { ready, delayed, inFlight } = await countMessages(this.#service, ref);
    await this.#service.call('PurgeQueue', ref, (client, QueueUrl, options) =>
      client.purgeQueue({ QueueUrl }, options),
    );
    this.#polls.clearBuffer(queue);
    return ready + delayed + inFlight;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#polls.close();
    this.#service.close();
  }

  #checkOpen(): void {
    if (this.#closed) throw new MillraceError('STOPPED', 'the sqs broker is closed');
  }

  async #takeNow(request: ReceiveRequest): Promise<Delivery[]> {
    const taken: Delivery[] = [];
    for (const queue of request.queues) {
      if (taken.length === request.max) break;
      try {
        taken.push(...(await this.#takeFrom(queue, request, request.max - taken.length)));
      } catch (error) {
        if (this.#closed) break;
        // The messages received from the queues before must still be returned.
        if (taken.length === 0) throw error;
        this.#logger.warn('queue not polled: returning the messages received so far', {
          queue,
          error: messageOf(error),
        });
        break;
      }
    }
    return taken;
  }

  async #takeFrom(queue: string, request: ReceiveRequest, max: number): Promise<Delivery[]> {
    if (await this.#pauses.isPaused(queue)) return [];
    const taken = this.#polls.takeBuffered(request, queue, max);
    const isPolled = request.waitMs > 0 && this.#polls.isPolling(request, queue);
    if (taken.length > 0 || isPolled) return taken;
    const ref = { queue, dead: false };
    const hiddenSeconds = toSeconds(request.visibilityMs);
    const messages = await receiveNow(this.#service, ref, max, hiddenSeconds);
    return messages.map((message) => toDelivery(ref, message));
  }

  #hide(deliveries: readonly Delivery[], ms: number): Promise<string[]> {
    return this.#each(deliveries, (ref, group) =>
      this.#batches.hide(ref, group.map(parseHandle), toSeconds(ms)),
    );
  }

  /** Applies `act` to the deliveries of each SQS queue; returns the receipts that had no effect. */
  async #each(
    deliveries: readonly Delivery[],
    act: (ref: SqsQueueRef, group: readonly Delivery[]) => Promise<EntryOutcome[]>,
  ): Promise<string[]> {
    const outcomes = new Map<string, EntryOutcome | undefined>();
    const known = deliveries.filter((delivery) => parseQueueRef(delivery) !== null);
    const groups = Map.groupBy(known, ({ queue, receipt }) => `${receipt.slice(0, 4)} ${queue}`);
    await Promise.all(
      [...groups.values()].map(async (group) => {
        const ref = group[0] && parseQueueRef(group[0]);
        const groupOutcomes = ref ? await act(ref, group) : [];
        for (const [index, { receipt }] of group.entries())
          outcomes.set(receipt, groupOutcomes[index]);
      }),
    );
    for (const { queue, receipt } of known) {
      const outcome = outcomes.get(receipt);
      if (outcome?.code === unavailable) throw toEntryError(queue, outcome);
    }
    const voidDeliveries = deliveries.filter(({ receipt }) => outcomes.get(receipt) !== null);
    return voidDeliveries.map(({ receipt }) => receipt);
  }

  async #releaseUnclaimed(deliveries: readonly Delivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    try {
      await this.#hide(deliveries, 0);
    } catch (error) {
      this.#logger.warn(
        'unclaimed messages not released: they return after their visibility timeout',
        {
          messages: deliveries.length,
          error: messageOf(error),
        },
      );
    }
  }
}

/** Opens the broker. Throws `INVALID_CONFIGURATION` when the SDK's client is not installed. */
export async function openSqsBroker(options: SqsBrokerOptions): Promise<Broker> {
  return new SqsBroker(await openSqsService(options), options.clock, options.logger);
}

/** Converts a refusal of SQS. Everything that can be checked before the call has been. */
function toRefusal(id: string, { code, message }: EntryFailure): SendResult {
  const reason: SendRefusal =
    code === unavailable
      ? 'unavailable'
      : code === 'InvalidMessageContents'
        ? 'badBody'
        : 'tooLarge';
  const hint = reason === 'tooLarge' ? ": set the queue's MaximumMessageSize to 1048576" : '';
  return { id, sent: false, reason, message: `SQS returned ${code}: ${message}${hint}` };
}
