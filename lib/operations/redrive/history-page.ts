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
}

/** A page of a history. */
export interface HistoryEvents {
  readonly events: readonly HistoryEvent[];
  /** Where the next page starts; null on the last. */
  readonly next: number | null;
}

/** Chunks that are read at once; each has the events of one checkpoint. */
const chunksMax = 200;

/** Returns the events of an execution. A page is short only when it is the last. */
export async function readHistoryEvents(
  { store }: Pick<AppContext, 'store'>,
  executionId: string,
  { limit, after, reverse }: HistoryEventsRequest,
): Promise<HistoryEvents> {
  const direction = reverse ? -1 : 1;
  let from = after ?? (reverse ? lastEventId : 1);
  const events: HistoryEvent[] = [];
  const most = Math.min(limit + 1, chunksMax);
  while (from >= 1) {
    const read = await readEvents(store, executionId, { from, direction, most });
    events.push(...read.events);
    const last = events.at(-1);
    if (events.length > limit || read.isEnd || last === undefined) break;
    from = last.id + direction;
  }
  const next = events[limit];
  return { events: events.slice(0, limit), next: next?.id ?? null };
}
