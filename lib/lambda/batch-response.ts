import type { SQSBatchResponse } from 'aws-lambda';

/**
 * Returns the response to an SQS batch after which the messages in `failed` are delivered again and
 * all others are deleted. SQS deletes every message that the response does not name, so a response
 * with a misspelled key would delete them all.
 */
export function batchResponse(failed: Iterable<{ readonly messageId: string }>): SQSBatchResponse {
  const ids = new Set(Array.from(failed, ({ messageId }) => messageId));
  return { batchItemFailures: Array.from(ids, (itemIdentifier) => ({ itemIdentifier })) };
}
