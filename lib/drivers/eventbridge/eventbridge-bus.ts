import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { messageOf } from '../../errors.ts';
import type { BusEvent, EventBus } from '../../ports/event-bus.ts';
import type { Logger } from '../../ports/logger.ts';

/** Limits of one call (EventBridge's quotas; it counts UTF-8 bytes). */
const callLimits = Object.freeze({
  entriesMax: 10,
  bytesMax: 262_144,
});

/** Bytes that EventBridge counts for the time of an entry. */
const timeBytes = 14;

/** Timeouts for connecting and for the response, in milliseconds: events are best effort. */
const timeouts = Object.freeze({
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
});

/** Options of {@link EventBridgeBus}. */
export interface EventBridgeBusOptions {
  /** The bus's name, or its ARN. */
  readonly busName: string;
  /** The `source` of every event. */
  readonly source: string;
  readonly logger: Logger;
}

/** Entries that a call did not publish, and why. */
interface Rejection {
  readonly entries: readonly PutEventsRequestEntry[];
  readonly reason: string;
}

/**
 * Publishes events on a bus of Amazon EventBridge, in as few calls as its quotas allow. Best
 * effort, as the port says: entries that the bus refuses are sent one more time, then logged
 * and dropped.
 */
export class EventBridgeBus implements EventBus {
  readonly #options: EventBridgeBusOptions;
  readonly #client = new EventBridgeClient({ maxAttempts: 2, requestHandler: timeouts });

  constructor(options: EventBridgeBusOptions) {
    this.#options = options;
  }

  async publish(events: readonly BusEvent[]): Promise<void> {
    const entries = events.map((event) => this.#toEntry(event));
    await Promise.all(toPages(entries).map((page) => this.#put(page)));
  }

  async #put(page: readonly PutEventsRequestEntry[]): Promise<void> {
    const first = await this.#try(page);
    const last = first.entries.length === 0 ? first : await this.#try(first.entries);
    if (last.entries.length === 0) return;
    this.#options.logger.warn('events not published: dropped', {
      events: last.entries.length,
      bus: this.#options.busName,
      error: last.reason,
    });
  }

  async #try(page: readonly PutEventsRequestEntry[]): Promise<Rejection> {
    try {
      const { Entries = [] } = await this.#client.send(
        new PutEventsCommand({ Entries: [...page] }),
      );
      const failed = Entries.find(({ ErrorCode }) => ErrorCode !== undefined);
      return {
        entries: page.filter((_, index) => Entries[index]?.ErrorCode !== undefined),
        reason: `${failed?.ErrorCode}: ${failed?.ErrorMessage}`,
      };
    } catch (error) {
      return { entries: page, reason: messageOf(error) };
    }
  }

  #toEntry({ type, detail, at }: BusEvent): PutEventsRequestEntry {
    const { busName, source } = this.#options;
    return {
      EventBusName: busName,
      Source: source,
      DetailType: type,
      Detail: JSON.stringify(detail),
      Time: new Date(at),
    };
  }
}

/**
 * Splits entries into calls, in order. An entry that is too large has its own call, and is refused.
 */
function toPages(entries: readonly PutEventsRequestEntry[]): PutEventsRequestEntry[][] {
  const pages: PutEventsRequestEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const page = pages.at(-1);
    const size = measureBytes(entry);
    const fits = bytes + size <= callLimits.bytesMax;
    if (page !== undefined && fits && page.length < callLimits.entriesMax) {
      page.push(entry);
      bytes += size;
    } else {
      pages.push([entry]);
      bytes = size;
    }
  }
  return pages;
}

function measureBytes({
  Source = '',
  DetailType = '',
  Detail = '',
}: PutEventsRequestEntry): number {
  return timeBytes + Buffer.byteLength(Source + DetailType + Detail);
}
