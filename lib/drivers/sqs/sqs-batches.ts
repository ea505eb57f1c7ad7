import type {
  BatchResultErrorEntry,
  ChangeMessageVisibilityBatchResult,
  SQS,
} from '@aws-sdk/client-sqs';
import { hasCode, messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { pause } from '../../retry/pause.ts';
import { type RetryPolicy, retryDelayMs } from '../../retry/retry.ts';
import type { SqsAction } from './sqs-errors.ts';
import { measureEntry, type SqsEntry } from './sqs-message.ts';
import { mapConcurrently, toPages } from './sqs-pages.ts';
import type { SqsQueueRef, SqsService } from './sqs-service.ts';

/** Outcome of an entry: null if it was processed, else why not. */
export type EntryOutcome = EntryFailure | null;

/** Why an entry was not processed. */
export interface EntryFailure {
  /** SQS's error code; {@link unavailable} if the entry may be retried. */
  readonly code: string;
  readonly message: string;
  /** The error of the whole call; absent if only the entry failed. */
  readonly error?: unknown;
}

/** The code of an {@link EntryFailure} that the entry did not cause. */
export const unavailable = 'unavailable';

/** Retries of the entries that SQS failed to process: 50, 150 and 450 ms. */
const entryRetries: RetryPolicy = Object.freeze({
  attemptsMax: 4,
  backoff: { firstMs: 50, maxMs: 450, factor: 3 },
});

/** The part of the result that all batch calls have. */
type BatchResult = Pick<ChangeMessageVisibilityBatchResult, 'Failed'>;

/** Makes one call for a page of items; the entries' ids are their positions in the page. */
type CallPage<Item> = (
  client: SQS,
  QueueUrl: string,
  page: readonly Item[],
  options: { readonly abortSignal: AbortSignal },
) => Promise<BatchResult>;

/**
 * The batch calls of SQS on any number of entries: paged, several pages at once, and retried for
 * the entries that failed on SQS's side. Each call returns the outcomes in the order of the
 * entries.
 */
export class SqsBatches {
  readonly #service: SqsService;
  readonly #clock: Clock;

  constructor(service: SqsService, clock: Clock) {
    this.#service = service;
    this.#clock = clock;
  }

  /** Sends messages. */
  send(ref: SqsQueueRef, entries: readonly SqsEntry[]): Promise<EntryOutcome[]> {
    return this.#each(
      'SendMessage',
      ref,
      entries,
      measureEntry,
      (client, QueueUrl, page, options) =>
        client.sendMessageBatch(
          { QueueUrl, Entries: page.map((entry, index) => ({ Id: String(index), ...entry })) },
          options,
        ),
    );
  }

  /** Deletes received messages. */
  delete(ref: SqsQueueRef, handles: readonly string[]): Promise<EntryOutcome[]> {
    return this.#each('DeleteMessage', ref, handles, zeroBytes, (client, QueueUrl, page, options) =>
      client.deleteMessageBatch({ QueueUrl, Entries: page.map(handleEntry) }, options),
    );
  }

  /** Hides received messages for so many seconds from now. */
  hide(
    ref: SqsQueueRef,
    handles: readonly string[],
    VisibilityTimeout: number,
  ): Promise<EntryOutcome[]> {
    const entry = (ReceiptHandle: string, index: number) => ({
      ...handleEntry(ReceiptHandle, index),
      VisibilityTimeout,
    });
    return this.#each(
      'ChangeMessageVisibility',
      ref,
      handles,
      zeroBytes,
      (client, QueueUrl, page, options) =>
        client.changeMessageVisibilityBatch({ QueueUrl, Entries: page.map(entry) }, options),
    );
  }

  async #each<Item>(
    action: SqsAction,
    ref: SqsQueueRef,
    items: readonly Item[],
    sizeOf: (item: Item) => number,
    callPage: CallPage<Item>,
  ): Promise<EntryOutcome[]> {
    const outcomes = await mapConcurrently(toPages(items, sizeOf), (page) =>
      this.#page(page, (left) =>
        this.#service.call(action, ref, (client, url, options) =>
          callPage(client, url, left, options),
        ),
      ),
    );
    return outcomes.flat();
  }

  async #page<Item>(
    page: readonly Item[],
    call: (left: readonly Item[]) => Promise<BatchResult>,
  ): Promise<EntryOutcome[]> {
    const outcomes: EntryOutcome[] = page.map(() => null);
    let left = page.map((item, index) => ({ item, index }));
    for (let retries = 0; ; retries += 1) {
      const failed = await callForFailures(() => call(left.map(({ item }) => item)), left.length);
      for (const [position, { index }] of left.entries()) {
        outcomes[index] = failed[position] ?? null;
      }
      left = left.filter((_, position) => failed[position]?.code === unavailable);
      // The SDK has already retried a call that failed as a whole.
      if (left.length === 0 || failed[0]?.error !== undefined) return outcomes;
      const delayMs = retryDelayMs(entryRetries, { retries, elapsedMs: 0 }, 0);
      if (delayMs === null) return outcomes;
      await pause(this.#clock, delayMs);
    }
  }
}

/**
 * Makes the call and returns the failures by position. Throws a configuration error, which
 * concerns all entries.
 */
async function callForFailures(
  call: () => Promise<BatchResult>,
  count: number,
): Promise<(EntryFailure | undefined)[]> {
  const failures: (EntryFailure | undefined)[] = new Array(count).fill(undefined);
  try {
    const { Failed = [] } = await call();
    for (const entry of Failed) failures[Number(entry.Id)] = toEntryFailure(entry);
    return failures;
  } catch (error) {
    if (!hasCode(error) || !error.retryable) throw error;
    return failures.fill({ code: unavailable, message: messageOf(error), error });
  }
}

function toEntryFailure({ Code = '', Message, SenderFault }: BatchResultErrorEntry): EntryFailure {
  return { code: SenderFault ? Code : unavailable, message: Message ?? Code };
}

function handleEntry(ReceiptHandle: string, index: number) {
  return { Id: String(index), ReceiptHandle };
}

function zeroBytes(): number {
  return 0;
}
