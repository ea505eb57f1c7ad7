/** Requests the leader, from functions that record work. */
import type { LeaderRequest } from '../../config/event-names.ts';
import type { SettingOverrides } from '../../config/setting-sources.ts';
import { messageOf } from '../../errors.ts';
import type { ContinuationQueue } from '../../ports/continuation-queue.ts';
import type { Logger } from '../../ports/logger.ts';

/**
 * Returns a function that requests a tick of the leader at once. Without it, or when the request is
 * lost, the leader schedule invokes the leader within a minute.
 */
export function leaderRequester(
  { leaderQueueUrl }: SettingOverrides,
  logger: Logger,
): () => Promise<void> {
  if (leaderQueueUrl === undefined) return async () => {};
  const tick: LeaderRequest = { kind: 'tick' };
  let queue: ContinuationQueue | null = null;
  return async () => {
    try {
      // Loaded on demand: most requests start nothing, and need no client of SQS.
      const { SqsContinuationQueue } = await import('../../drivers/sqs/sqs-continuation-queue.ts');
      queue ??= new SqsContinuationQueue(leaderQueueUrl);
      await queue.send(JSON.stringify(tick), 0);
    } catch (error) {
      const message = 'leader request not sent: the leader schedule invokes the leader';
      logger.warn(message, { error: messageOf(error) });
    }
  };
}
