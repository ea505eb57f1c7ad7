/** Pages of a history, forwards and backwards. */
import type { HistoryEvent } from '../../engine/history-event.ts';
import type { AppContext } from '../app-context.ts';
import { lastEventId, readEvents } from '../execution-view/history.ts';

/** Which events to return. */
export interface HistoryEventsRequest {
  readonly limit: number;
  /** The `next` of the page before. @default the first page */
  readonly after?: number;
  /** Whether the newest come first. */
  readonly reverse: boolean;
  /** Size at which a page ends early, as JSON in bytes; it has one event at least. @default none */
  readonly bytesMax?: number;
}

/** A page of a history. */
export interface HistoryEvents {
  readonly events: readonly HistoryEvent[];
  /** Where the next page starts; null on the last. */
  readonly next: number | null;
}

/** Chunks that are read at once; each has the events of one checkpoint. */
const chunksMax = 200;

/** Returns the events of an execution. A page is short only when it is the last, or too large. */
export async function readHistoryEvents(
  { store }: Pick<AppContext, 'store'>,
  executionId: string,
  { limit, after, reverse, bytesMax }: HistoryEventsRequest,
): Promise<HistoryEvents> {
  const direction = reverse ? -1 : 1;
  let from = after ?? (reverse ? lastEventId : 1);
  const events: HistoryEvent[] = [];
  const most = Math.min(limit + 1, chunksMax);
  let count = limit;
  while (from >= 1) {
    const read = await readEvents(store, executionId, { from, direction, most });
    events.push(...read.events);
    if (bytesMax !== undefined) count = countFitting(events, limit, bytesMax);
    const last = events.at(-1);
    if (events.length > count || read.isEnd || last === undefined) break;
    from = last.id + direction;
  }
  const next = events[count];
  return { events: events.slice(0, count), next: next?.id ?? null };
}

/** Returns how many of the first events have a place in a page; `limit` when all of them have. */
function countFitting(events: readonly HistoryEvent[], limit: number, bytesMax: number): number {
  let bytes = 0;
  const tooLarge = events.findIndex((event) => {
    bytes += Buffer.byteLength(JSON.stringify(event));
    return bytes > bytesMax;
  });
  return tooLarge === -1 ? limit : Math.min(limit, Math.max(1, tooLarge));
}
