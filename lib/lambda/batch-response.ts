/**
 * What a function answers to a batch of messages of SQS. SQS deletes every message that the answer
 * does not name; an answer with another key than this one names none.
 */
import type { SQSBatchResponse } from 'aws-lambda';

/** A record, as far as its answer needs it. */
interface Named {
  readonly messageId: string;
}

/** The answer by which the records in `failed` come again, and all others are done with. */
export function batchResponse(failed: Iterable<Named>): SQSBatchResponse {
  const ids = new Set(Array.from(failed, ({ messageId }) => messageId));
  return { batchItemFailures: Array.from(ids, (itemIdentifier) => ({ itemIdentifier })) };
}
