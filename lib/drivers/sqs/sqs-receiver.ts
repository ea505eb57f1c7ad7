/** Receive calls of SQS. */
import type { Message } from '@aws-sdk/client-sqs';
import { requestedAttributes } from './sqs-message.ts';
import { batchCallLimits } from './sqs-pages.ts';
import type { SqsQueueRef, SqsService } from './sqs-service.ts';

/** Maximum number of concurrent receives; it doubles up to here while all pages are full. */
const callsAtOnceMax = 8;

/** Visibility timeout and wait time of a receive, in whole seconds. */
export interface ReceiveTimes {
  readonly hiddenSeconds: number;
  /** 0 to 20. */
  readonly waitSeconds: number;
}

/** Makes one receive call; returns at most ten messages. */
export async function receivePage(
  service: SqsService,
  ref: SqsQueueRef,
  max: number,
  { hiddenSeconds, waitSeconds }: ReceiveTimes,
): Promise<Message[]> {
  const { Messages = [] } = await service.call('ReceiveMessage', ref, (client, QueueUrl, options) =>
    client.receiveMessage(
      {
        QueueUrl,
        MaxNumberOfMessages: Math.min(max, batchCallLimits.entriesMax),
        VisibilityTimeout: hiddenSeconds,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: [...requestedAttributes.MessageSystemAttributeNames],
        MessageAttributeNames: [...requestedAttributes.MessageAttributeNames],
      },
      options,
    ),
  );
  return Messages;
}

/**
 * Receives up to `max` messages without waiting. SQS samples only some of its servers, so fewer may
 * arrive than exist. A failure is thrown only if no message was received: none may be lost.
 */
export async function receiveNow(
  service: SqsService,
  ref: SqsQueueRef,
  max: number,
  hiddenSeconds: number,
): Promise<Message[]> {
  const taken: Message[] = [];
  for (let calls = 1; taken.length < max; calls = Math.min(2 * calls, callsAtOnceMax)) {
    const sizes = divide(max - taken.length, calls);
    const receives = await Promise.allSettled(
      sizes.map((size) => receivePage(service, ref, size, { hiddenSeconds, waitSeconds: 0 })),
    );
    const pages = receives.flatMap((receive) =>
      receive.status === 'fulfilled' ? [receive.value] : [],
    );
    const failure = receives.find((receive) => receive.status === 'rejected');
    taken.push(...pages.flat());
    if (failure !== undefined && taken.length === 0) throw failure.reason;
    if (
      pages.length < sizes.length ||
      pages.some(({ length }, index) => length < (sizes[index] ?? 0))
    )
      break;
  }
  return taken;
}

/** Divides `max` messages among at most `calls` calls; returns the size of each. */
function divide(max: number, calls: number): number[] {
  const needed = Math.min(calls, Math.ceil(max / batchCallLimits.entriesMax));
  return Array.from({ length: needed }, (_, index) =>
    Math.min(batchCallLimits.entriesMax, max - index * batchCallLimits.entriesMax),
  );
}
