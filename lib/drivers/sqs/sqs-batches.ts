/**
 * The batch calls of SQS on any number of entries: paged, several pages at once, and asked again
 * for the entries that failed by SQS's own fault. What became of each entry is told in the order
 * given.
 */
import type {
  BatchResultErrorEntry,
  ChangeMessageVisibilityBatchResult,
  SQS,
} from '@aws-sdk/client-sqs';
import { hasCode, messageOf } from '../../errors.ts';
import { type Clock, pause } from '../../ports/clock.ts';
import type { SqsAction } from './sqs-failure.ts';
import { bytesOf, type SqsEntry } from './sqs-message.ts';
import { atOnce, pagesOf } from './sqs-pages.ts';
import type { Place, SqsService } from './sqs-service.ts';

/** What became of an entry: null when it was done, else why not. */
export type Outcome = EntryFailure | null;

/** Why an entry was not done. */
export interface EntryFailure {
  /** SQS's word for it; {@link unavailable} when it may be tried again. */
  readonly code: string;
  readonly message: string;
  /** The error of the whole call; absent when the entry alone failed. */
  readonly error?: unknown;
}

/** The code of an {@link EntryFailure} that was not the entry's fault. */
export const unavailable = 'unavailable';

/** Pauses before an entry is asked again, in milliseconds: the whole takes well under a second. */
const pausesMs = [50, 150, 450] as const;

/** What all batch calls answer. */
type BatchResult = Pick<ChangeMessageVisibilityBatchResult, 'Failed'>;

/** One call for a page of items, whose places in the page are the entries' ids. */
type CallPage<Item> = (
  client: SQS,
  QueueUrl: string,
  page: readonly Item[],
  options: { readonly abortSignal: AbortSignal },
) => Promise<BatchResult>;

/** See this file's head. */
export class SqsBatches {
  readonly #service: SqsService;
  readonly #clock: Clock;

  constructor(service: SqsService, clock: Clock) {
    this.#service = service;
    this.#clock = clock;
  }

  /** Sends messages. */
  send(place: Place, entries: readonly SqsEntry[]): Promise<Outcome[]> {
    return this.#each('SendMessage', place, entries, bytesOf, (client, QueueUrl, page, options) =>
      client.sendMessageBatch(
        { QueueUrl, Entries: page.map((entry, index) => ({ Id: String(index), ...entry })) },
        options,
      ),
    );
  }

  /** Deletes what was received. */
  delete(place: Place, handles: readonly string[]): Promise<Outcome[]> {
    return this.#each('DeleteMessage', place, handles, noBytes, (client, QueueUrl, page, options) =>
      client.deleteMessageBatch({ QueueUrl, Entries: page.map(entryOfHandle) }, options),
    );
  }

  /** Hides what was received for so many seconds from now. */
  hide(place: Place, handles: readonly string[], VisibilityTimeout: number): Promise<Outcome[]> {
    const entry = (ReceiptHandle: string, index: number) => ({
      ...entryOfHandle(ReceiptHandle, index),
      VisibilityTimeout,
    });
    return this.#each(
      'ChangeMessageVisibility',
      place,
      handles,
      noBytes,
      (client, QueueUrl, page, options) =>
        client.changeMessageVisibilityBatch({ QueueUrl, Entries: page.map(entry) }, options),
    );
  }

  async #each<Item>(
    action: SqsAction,
    place: Place,
    items: readonly Item[],
    sizeOf: (item: Item) => number,
    callPage: CallPage<Item>,
  ): Promise<Outcome[]> {
    const outcomes = await atOnce(pagesOf(items, sizeOf), (page) =>
      this.#page(page, (left) =>
        this.#service.call(action, place, (client, url, options) =>
          callPage(client, url, left, options),
        ),
      ),
    );
    return outcomes.flat();
  }

  async #page<Item>(
    page: readonly Item[],
    ask: (left: readonly Item[]) => Promise<BatchResult>,
  ): Promise<Outcome[]> {
    const outcomes: Outcome[] = page.map(() => null);
    let left = page.map((item, index) => ({ item, index }));
    for (const pauseMs of [...pausesMs, null]) {
      const failed = await failuresOf(() => ask(left.map(({ item }) => item)), left.length);
      for (const [place, { index }] of left.entries()) outcomes[index] = failed[place] ?? null;
      left = left.filter((_, place) => failed[place]?.code === unavailable);
      // A call that failed as a whole has been made again by the SDK already.
      if (left.length === 0 || pauseMs === null || failed[0]?.error !== undefined) break;
      await pause(this.#clock, pauseMs);
    }
    return outcomes;
  }
}

/** What failed, by its place in the call. A fault of the set-up is thrown: it fails all alike. */
async function failuresOf(
  ask: () => Promise<BatchResult>,
  count: number,
): Promise<(EntryFailure | undefined)[]> {
  const failures: (EntryFailure | undefined)[] = new Array(count).fill(undefined);
  try {
    const { Failed = [] } = await ask();
    for (const entry of Failed) failures[Number(entry.Id)] = failureOf(entry);
    return failures;
  } catch (error) {
    if (!hasCode(error) || !error.retryable) throw error;
    return failures.fill({ code: unavailable, message: messageOf(error), error });
  }
}

function failureOf({ Code = '', Message, SenderFault }: BatchResultErrorEntry): EntryFailure {
  return { code: SenderFault ? Code : unavailable, message: Message ?? Code };
}

function entryOfHandle(ReceiptHandle: string, index: number) {
  return { Id: String(index), ReceiptHandle };
}

function noBytes(): number {
  return 0;
}
