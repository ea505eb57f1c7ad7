/**
 * The broker on Amazon SQS, or a server that speaks its protocol: two standard queues for each of
 * Millrace's, the second for its dead letters. Times are whole seconds, counts approximate, and
 * order is SQS's. A receipt tells which of the two it is of. SQS itself answers whether it is still
 * good, but accepts every acknowledgement.
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
  type SendRefusal,
  type SendResult,
} from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { checkCount, checkDuration, checkReceive, refusalOf } from '../shared/broker-checks.ts';
import { type EntryFailure, type Outcome, SqsBatches, unavailable } from './sqs-batches.ts';
import { SqsLongPolls } from './sqs-long-polls.ts';
import { deadLetterOf, deliveryOf, entryOf, handleOf, placeOf, secondsOf } from './sqs-message.ts';
import { notDone, SqsMover } from './sqs-mover.ts';
import { SqsPauses } from './sqs-pauses.ts';
import { receiveNow, receivePage } from './sqs-receiver.ts';
import {
  openSqsService,
  type Place,
  type SqsService,
  type SqsServiceOptions,
} from './sqs-service.ts';
import { countsOf, statsOf } from './sqs-stats.ts';

/** Options of {@link openSqsBroker}. */
export interface SqsBrokerOptions extends SqsServiceOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What becomes of a dead letter that is to be one. */
const deadAlready: EntryFailure = Object.freeze({ code: 'dead', message: 'a dead letter already' });

/** See this file's head. */
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
        const place = { queue, dead: false };
        const messages = await receivePage(service, place, max, times);
        return messages.map((message) => deliveryOf(place, message));
      },
      release: (deliveries) => this.#releaseUnwanted(deliveries),
    });
  }

  async send(queue: string, messages: readonly OutgoingMessage[]): Promise<SendResult[]> {
    this.#checkOpen();
    const results = messages.map(
      (message): SendResult => refusalOf(message) ?? { id: message.id, sent: true },
    );
    const good = messages.filter((_, index) => results[index]?.sent);
    const outcomes = await this.#batches.send({ queue, dead: false }, good.map(entryOf));
    const error = outcomes.every((outcome) => outcome?.error) ? outcomes[0]?.error : undefined;
    if (error !== undefined) throw error;
    let place = 0;
    return results.map((result) => {
      const failure = result.sent ? outcomes[place++] : null;
      return failure == null ? result : refusedBy(result.id, failure);
    });
  }

  async receive(request: ReceiveRequest): Promise<Delivery[]> {
    this.#checkOpen();
    checkReceive(request);
    if (request.signal?.aborted) return [];
    const until = this.#clock.now() + request.waitMs;
    const taken = await this.#takeNow(request);
    const isOver = request.signal?.aborted || this.#closed || until <= this.#clock.now();
    return taken.length > 0 || isOver ? taken : this.#polls.wait(request, until);
  }

  async acknowledge(deliveries: readonly Delivery[]): Promise<string[]> {
    this.#checkOpen();
    return this.#each(deliveries, (place, group) =>
      this.#batches.delete(place, group.map(handleOf)),
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
      return this.#mover.bury(queue, group, reason);
    });
  }

  async receiveDead(queue: string, max: number, visibilityMs: number): Promise<DeadLetter[]> {
    this.#checkOpen();
    checkCount('max', max, brokerLimits.receiveMax);
    checkDuration('visibilityMs', visibilityMs, brokerLimits.visibilityMsMax);
    const place = { queue, dead: true };
    const messages = await receiveNow(this.#service, place, max, secondsOf(visibilityMs));
    return messages.map((message) => deadLetterOf(place, message));
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
        statsOf(this.#service, queue, await this.#pauses.isPaused(queue)),
      ),
    );
    return queues.flatMap((queue) => found[unique.indexOf(queue)] ?? []);
  }

  /**
   * Shows nothing: SQS can only show a message by delivering it, which would count against its
   * `maxReceiveCount` and hide it from the workers for a moment.
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

  /** SQS takes up to a minute for it, and refuses another one in that minute. */
  async purge(queue: string): Promise<number> {
    this.#checkOpen();
    const place = { queue, dead: false };
    const { ready, delayed, inFlight } = await countsOf(this.#service, place);
    await this.#service.call('PurgeQueue', place, (client, QueueUrl, options) =>
      client.purgeQueue({ QueueUrl }, options),
    );
    this.#polls.forget(queue);
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
        // What came from the queues before is in our hands: it must be handed out.
        if (taken.length === 0) throw error;
        this.#logger.warn('a queue could not be asked', { queue, error: messageOf(error) });
        break;
      }
    }
    return taken;
  }

  async #takeFrom(queue: string, request: ReceiveRequest, max: number): Promise<Delivery[]> {
    if (await this.#pauses.isPaused(queue)) return [];
    const taken = this.#polls.take(request, queue, max);
    const isAsked = request.waitMs > 0 && this.#polls.isAsking(request, queue);
    if (taken.length > 0 || isAsked) return taken;
    const place = { queue, dead: false };
    const hiddenSeconds = secondsOf(request.visibilityMs);
    const messages = await receiveNow(this.#service, place, max, hiddenSeconds);
    return messages.map((message) => deliveryOf(place, message));
  }

  #hide(deliveries: readonly Delivery[], ms: number): Promise<string[]> {
    return this.#each(deliveries, (place, group) =>
      this.#batches.hide(place, group.map(handleOf), secondsOf(ms)),
    );
  }

  /** Does one thing to the deliveries of each place, and answers the receipts that were void. */
  async #each(
    deliveries: readonly Delivery[],
    act: (place: Place, group: readonly Delivery[]) => Promise<Outcome[]>,
  ): Promise<string[]> {
    const outcomes = new Map<string, Outcome | undefined>();
    const known = deliveries.filter((delivery) => placeOf(delivery) !== null);
    const groups = Map.groupBy(known, ({ queue, receipt }) => `${receipt.slice(0, 4)} ${queue}`);
    await Promise.all(
      [...groups.values()].map(async (group) => {
        const place = group[0] && placeOf(group[0]);
        const ends = place ? await act(place, group) : [];
        for (const [index, { receipt }] of group.entries()) outcomes.set(receipt, ends[index]);
      }),
    );
    for (const { queue, receipt } of known) {
      const outcome = outcomes.get(receipt);
      if (outcome?.code === unavailable) throw notDone(queue, outcome);
    }
    const without = deliveries.filter(({ receipt }) => outcomes.get(receipt) !== null);
    return without.map(({ receipt }) => receipt);
  }

  async #releaseUnwanted(deliveries: readonly Delivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    try {
      await this.#hide(deliveries, 0);
    } catch (error) {
      this.#logger.warn('messages that nobody waited for come back when their visibility is over', {
        messages: deliveries.length,
        error: messageOf(error),
      });
    }
  }
}

/** Opens the broker. Throws `INVALID_CONFIGURATION` when the SDK's client is not installed. */
export async function openSqsBroker(options: SqsBrokerOptions): Promise<Broker> {
  return new SqsBroker(await openSqsService(options), options.clock, options.logger);
}

/** What SQS refused, in the port's words. All that can be checked before has been. */
function refusedBy(id: string, { code, message }: EntryFailure): SendResult {
  const reason: SendRefusal =
    code === unavailable
      ? 'unavailable'
      : code === 'InvalidMessageContents'
        ? 'badBody'
        : 'tooLarge';
  const hint = reason === 'tooLarge' ? ": set the queue's MaximumMessageSize to 1048576" : '';
  return { id, sent: false, reason, message: `SQS answered ${code}: ${message}${hint}` };
}
