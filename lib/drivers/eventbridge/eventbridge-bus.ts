/**
 * Events on a bus of Amazon EventBridge, by as few calls as it allows. Best effort, as the port
 * says: what the bus does not take is tried once more, then logged and let go.
 */
import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { messageOf } from '../../errors.ts';
import type { BusEvent, EventBus } from '../../ports/event-bus.ts';
import type { Logger } from '../../ports/logger.ts';

/** Bounds of one call (EventBridge's quotas; sizes as it counts them, in UTF-8 bytes). */
const callLimits = Object.freeze({
  entriesMax: 10,
  bytesMax: 262_144,
});

/** What an entry counts beside its texts: the time that it bears. */
const timeBytes = 14;

/** Time for a connection and for an answer, in milliseconds: an event is not worth more waiting. */
const timeouts = Object.freeze({
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
});

export interface EventBridgeBusOptions {
  /** The bus's name, or its ARN. */
  readonly busName: string;
  /** The `source` of every event. */
  readonly source: string;
  readonly logger: Logger;
}

/** What a call left undone, and why. */
interface Refused {
  readonly entries: readonly PutEventsRequestEntry[];
  readonly reason: string;
}

/** See this file's head. */
export class EventBridgeBus implements EventBus {
  readonly #options: EventBridgeBusOptions;
  readonly #client = new EventBridgeClient({ maxAttempts: 2, requestHandler: timeouts });

  constructor(options: EventBridgeBusOptions) {
    this.#options = options;
  }

  async publish(events: readonly BusEvent[]): Promise<void> {
    const entries = events.map((event) => this.#entryOf(event));
    await Promise.all(pagesOf(entries).map((page) => this.#put(page)));
  }

  async #put(page: readonly PutEventsRequestEntry[]): Promise<void> {
    const first = await this.#try(page);
    const last = first.entries.length === 0 ? first : await this.#try(first.entries);
    if (last.entries.length === 0) return;
    this.#options.logger.warn('events were not taken by the bus and are lost', {
      events: last.entries.length,
      bus: this.#options.busName,
      error: last.reason,
    });
  }

  async #try(page: readonly PutEventsRequestEntry[]): Promise<Refused> {
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

  #entryOf({ type, detail, at }: BusEvent): PutEventsRequestEntry {
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

/** Cuts entries into calls, in order. One that is too large has a call alone, and is refused. */
function pagesOf(entries: readonly PutEventsRequestEntry[]): PutEventsRequestEntry[][] {
  const pages: PutEventsRequestEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const page = pages.at(-1);
    const size = bytesOf(entry);
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

function bytesOf({ Source = '', DetailType = '', Detail = '' }: PutEventsRequestEntry): number {
  return timeBytes + Buffer.byteLength(Source + DetailType + Detail);
}
