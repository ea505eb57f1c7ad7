import { messageOf } from '../errors.ts';
import type { NotificationQueue, QueuedNotification } from '../ports/notification-queue.ts';
import { Role, type RoleOptions } from './role.ts';

/** What an {@link EventReader} is constructed from. */
export interface EventReaderOptions extends RoleOptions {
  readonly queue: NotificationQueue;
  /**
   * Starts the batches that an event requests; safe to repeat. Throws what leaves the event in the
   * queue.
   */
  readonly handle: (body: string) => Promise<void>;
}

/**
 * Starts batches for the events in a queue. An event is removed once its batches are recorded. One
 * that fails stays, and comes again as the queue says: until it goes to the queue's dead letters.
 */
export class EventReader extends Role {
  readonly name = 'event reader';
  readonly #options: EventReaderOptions;

  constructor(options: EventReaderOptions) {
    super(options);
    this.#options = options;
  }

  async tick(signal: AbortSignal): Promise<number> {
    const { queue } = this.#options;
    const events = await this.rest(queue.receive(signal));
    for (const event of events) {
      if (signal.aborted) break;
      this.showLife();
      await this.#handle(event);
    }
    return 0;
  }

  async #handle(event: QueuedNotification): Promise<void> {
    const { queue, handle, logger } = this.#options;
    try {
      await handle(event.body);
    } catch (error) {
      const fields = { queue: queue.description, eventId: event.id, error: messageOf(error) };
      logger.error('event not handled: the queue delivers it again', fields);
      return;
    }
    await queue.remove(event);
  }
}
