/**
 * Moves messages between a queue and its dead letters: sent there, then deleted here, so that a
 * crash in between leaves two and never none. Who reads dead letters knows them by their task's id.
 */
import { MillraceError } from '../../errors.ts';
import type { Delivery } from '../../ports/broker.ts';
import { type EntryFailure, type Outcome, type SqsBatches, unavailable } from './sqs-batches.ts';
import { deadEntryOf, deliveryOf, entryOf, handleOf, type SqsEntry } from './sqs-message.ts';
import { receiveNow } from './sqs-receiver.ts';
import type { Place, SqsService } from './sqs-service.ts';

/** How long a message is held while it is moved, in seconds. */
const moveSeconds = 60;

/** Most messages that a redrive holds at a time. */
const redrivePage = 80;

/** See this file's head. */
export class SqsMover {
  readonly #service: SqsService;
  readonly #batches: SqsBatches;

  constructor(service: SqsService, batches: SqsBatches) {
    this.#service = service;
    this.#batches = batches;
  }

  /**
   * Makes dead letters of deliveries of one queue. Each is held first, for a void receipt shows in
   * that alone: SQS accepts its deletion.
   */
  async bury(queue: string, deliveries: readonly Delivery[], reason: string): Promise<Outcome[]> {
    const place = { queue, dead: false };
    const outcomes = await this.#batches.hide(place, deliveries.map(handleOf), moveSeconds);
    const held = deliveries.filter((_, index) => outcomes[index] === null);
    const entries = held.map((delivery) => deadEntryOf(delivery, reason));
    await this.#move(place, held, entries);
    return outcomes;
  }

  /** Sends at most `max` of the dead letters that are there now back; how many. */
  async redrive(queue: string, max: number): Promise<number> {
    const place = { queue, dead: true };
    let moved = 0;
    for (;;) {
      const page = Math.min(redrivePage, max - moved);
      const messages = page > 0 ? await receiveNow(this.#service, place, page, moveSeconds) : [];
      if (messages.length === 0) return moved;
      const letters = messages.map((message) => deliveryOf(place, message));
      await this.#move(place, letters, letters.map(anew));
      moved += letters.length;
    }
  }

  async #move(
    from: Place,
    deliveries: readonly Delivery[],
    entries: readonly SqsEntry[],
  ): Promise<void> {
    const outcomes = await this.#batches.send({ ...from, dead: !from.dead }, entries);
    const sent = deliveries.filter((_, index) => outcomes[index] === null);
    const deleted = await this.#batches.delete(from, sent.map(handleOf));
    const failure = [...outcomes, ...deleted].find((outcome) => outcome !== null);
    if (failure !== undefined && failure !== null) throw notDone(from.queue, failure);
  }
}

/** The error of a call that could not do all that it was asked. */
export function notDone(queue: string, { code, message, error }: EntryFailure): unknown {
  if (error !== undefined) return error;
  return new MillraceError(
    'BROKER_UNAVAILABLE',
    `sqs: some messages of the queue ${queue} were left as they are: ${message}`,
    { retryable: code === unavailable, fields: { queue, reason: code } },
  );
}

/** A dead letter as it is sent the second time. */
function anew({ id, body, groupId }: Delivery): SqsEntry {
  return entryOf({ id, body, ...(groupId !== null && { groupId }) });
}
