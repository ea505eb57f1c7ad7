import { MillraceError } from '../../errors.ts';
import type { Delivery } from '../../ports/broker.ts';
import {
  type EntryFailure,
  type EntryOutcome,
  type SqsBatches,
  unavailable,
} from './sqs-batches.ts';
import {
  parseHandle,
  type SqsEntry,
  toDeadLetterEntry,
  toDelivery,
  toSqsEntry,
} from './sqs-message.ts';
import { receiveNow } from './sqs-receiver.ts';
import type { SqsQueueRef, SqsService } from './sqs-service.ts';

/** Visibility timeout of a message while it is moved, in seconds. */
const moveSeconds = 60;

/** Maximum number of messages that a redrive holds at a time. */
const redrivePage = 80;

/**
 * Moves messages between a queue and its dead letters: sends to one, then deletes from the other,
 * so that a crash in between leaves two copies and never none. Readers of dead letters recognize
 * the copies by the task's id.
 */
export class SqsMover {
  readonly #service: SqsService;
  readonly #batches: SqsBatches;

  constructor(service: SqsService, batches: SqsBatches) {
    this.#service = service;
    this.#batches = batches;
  }

  /**
   * Moves deliveries of one queue to its dead letters. Each is hidden first, because only that
   * detects a void receipt: SQS accepts its deletion.
   */
  async deadLetter(
    queue: string,
    deliveries: readonly Delivery[],
    reason: string,
  ): Promise<EntryOutcome[]> {
    const ref = { queue, dead: false };
    const outcomes = await this.#batches.hide(ref, deliveries.map(parseHandle), moveSeconds);
    const held = deliveries.filter((_, index) => outcomes[index] === null);
    const entries = held.map((delivery) => toDeadLetterEntry(delivery, reason));
    await this.#move(ref, held, entries);
    return outcomes;
  }

  /** Sends up to `max` of the present dead letters back; returns how many. */
  async redrive(queue: string, max: number): Promise<number> {
    const ref = { queue, dead: true };
    let moved = 0;
    for (;;) {
      const page = Math.min(redrivePage, max - moved);
      const messages = page > 0 ? await receiveNow(this.#service, ref, page, moveSeconds) : [];
      if (messages.length === 0) return moved;
      const letters = messages.map((message) => toDelivery(ref, message));
      await this.#move(ref, letters, letters.map(toFreshEntry));
      moved += letters.length;
    }
  }

  async #move(
    from: SqsQueueRef,
    deliveries: readonly Delivery[],
    entries: readonly SqsEntry[],
  ): Promise<void> {
    const outcomes = await this.#batches.send({ ...from, dead: !from.dead }, entries);
    const sent = deliveries.filter((_, index) => outcomes[index] === null);
    const deleted = await this.#batches.delete(from, sent.map(parseHandle));
    const failure = [...outcomes, ...deleted].find((outcome) => outcome !== null);
    if (failure !== undefined && failure !== null) throw toEntryError(from.queue, failure);
  }
}

/** Converts the failure of one entry to the error of the whole operation. */
export function toEntryError(queue: string, { code, message, error }: EntryFailure): unknown {
  if (error !== undefined) return error;
  return new MillraceError(
    'BROKER_UNAVAILABLE',
    `sqs: some messages of the queue ${queue} were left unchanged: ${message}`,
    { retryable: code === unavailable, fields: { queue, reason: code } },
  );
}

/** Converts a dead letter to a new message. */
function toFreshEntry({ id, body, groupId }: Delivery): SqsEntry {
  return toSqsEntry({ id, body, ...(groupId !== null && { groupId }) });
}
