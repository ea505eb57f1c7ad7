/** The history of an execution, page by page. */
import { decodeHistory } from '../../engine/history/decode-history.ts';
import type { HistoryEvent } from '../../engine/history-event.ts';
import type { Store } from '../../ports/store/store.ts';
import { requireExecution } from '../find-execution.ts';
import type { VisitContext } from './visits.ts';

/** Which part of a history to return. */
export interface HistoryRequest {
  /** Maximum number of events. */
  readonly limit: number;
  /** The id of the first event. @default the first, or the last when the newest come first */
  readonly from?: number;
  /** @default 'asc': the oldest come first */
  readonly order?: 'asc' | 'desc';
  /** `none` leaves inputs and outputs out. @default 'all' */
  readonly documents?: 'all' | 'none';
  /** Only events of visits of this state. @default all */
  readonly state?: string;
  /** Only events of this type. @default all */
  readonly type?: string;
  /** Only failures, timeouts and aborts. @default false */
  readonly failed?: boolean;
}

/** A part of an execution's history. */
export interface HistoryPage {
  readonly executionId: string;
  readonly events: readonly HistoryEvent[];
  /** The `from` of the next page; null on the last. */
  readonly next: number | null;
}

/** Maximum number of stored chunks read at once; a chunk is the events of one checkpoint. */
const chunksMax = 100;

/** Maximum number of such reads for one page; a page with a rare condition may end early. */
const readsMax = 20;

/** An id after those of all events. */
export const lastEventId = 999_999_999;

/**
 * Returns the history of an execution, page by page. An EXPRESS machine has none.
 * @throws UNKNOWN_EXECUTION
 */
export async function getExecutionHistory(
  context: VisitContext,
  name: string,
  request: HistoryRequest,
): Promise<HistoryPage> {
  const execution = await requireExecution(context, name);
  const { limit, order = 'asc', documents = 'all', state } = request;
  const fold = state === undefined ? null : (await context.folds.fold(execution)).fold;
  const isWanted = (event: HistoryEvent) =>
    (request.type === undefined || event.type === request.type) &&
    (!request.failed || failure.test(event.type)) &&
    (fold === null || fold.tree.visitOf(event.id)?.state === state);
  const direction = order === 'asc' ? 1 : -1;
  let from = request.from ?? (order === 'asc' ? 1 : lastEventId);
  const events: HistoryEvent[] = [];
  const page = (next: number | null): HistoryPage => {
    const shown = documents === 'all' ? events : events.map(withoutDocuments);
    return { executionId: execution.id, events: shown, next };
  };
  const most = Math.min(limit, chunksMax);
  for (let reads = 0; reads < readsMax && from >= 1; reads += 1) {
    const read = await readEvents(context.store, execution.id, { from, direction, most });
    for (const event of read.events) {
      from = event.id;
      if (!isWanted(event)) continue;
      if (events.length === limit) return page(event.id);
      events.push(event);
    }
    if (read.isEnd) return page(null);
    from += direction;
  }
  return page(from < 1 ? null : from);
}

/** The types of events that are failures. */
const failure = /(Failed|TimedOut|Aborted)$/;

/** Reads the events of up to `most` stored chunks, from an event on. */
export async function readEvents(
  store: Pick<Store, 'readHistory' | 'readHistoryBack'>,
  executionId: string,
  { from, direction, most }: { from: number; direction: 1 | -1; most: number },
): Promise<{ readonly events: readonly HistoryEvent[]; readonly isEnd: boolean }> {
  const isForward = direction === 1;
  const chunks = await (isForward
    ? store.readHistory(executionId, from, most)
    : store.readHistoryBack(executionId, from, most));
  const events = chunks.flatMap((chunk) => {
    const decoded = decodeHistory(chunk);
    return isForward ? decoded : decoded.reverse();
  });
  return {
    events: events.filter(({ id }) => (isForward ? id >= from : id <= from)),
    isEnd: chunks.length < most,
  };
}

/** The keys of documents in the details of events. */
export const documentKeys: ReadonlySet<string> = new Set(['input', 'output', 'parameters']);

function withoutDocuments(event: HistoryEvent): HistoryEvent {
  const text = JSON.stringify(event, (key, value) =>
    documentKeys.has(key) || key === 'assignedVariables' ? undefined : value,
  );
  return JSON.parse(text) as HistoryEvent;
}
