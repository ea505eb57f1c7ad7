/** Takes messages from a place of SQS by calls that do not wait; nothing taken is ever dropped. */
import type { Message } from '@aws-sdk/client-sqs';
import { attributesAsked } from './sqs-message.ts';
import { pageLimits } from './sqs-pages.ts';
import type { Place, SqsService } from './sqs-service.ts';

/** Receives made at once: doubled as long as every one comes back full. */
const callsAtOnceMax = 8;

/** How a receive hides what it takes, and how long it waits, in whole seconds. */
export interface ReceiveTimes {
  readonly hiddenSeconds: number;
  /** 0 to 20. */
  readonly waitSeconds: number;
}

/** One call of SQS: at most ten messages. */
export async function receivePage(
  service: SqsService,
  place: Place,
  max: number,
  { hiddenSeconds, waitSeconds }: ReceiveTimes,
): Promise<Message[]> {
  const { Messages = [] } = await service.call(
    'ReceiveMessage',
    place,
    (client, QueueUrl, options) =>
      client.receiveMessage(
        {
          QueueUrl,
          MaxNumberOfMessages: Math.min(max, pageLimits.entriesMax),
          VisibilityTimeout: hiddenSeconds,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: [...attributesAsked.MessageSystemAttributeNames],
          MessageAttributeNames: [...attributesAsked.MessageAttributeNames],
        },
        options,
      ),
  );
  return Messages;
}

/**
 * Up to `max` messages that are there now. SQS asks some of its servers only, so that fewer may
 * come than there are. Throws when nothing could be taken.
 */
export async function receiveNow(
  service: SqsService,
  place: Place,
  max: number,
  hiddenSeconds: number,
): Promise<Message[]> {
  const taken: Message[] = [];
  for (let calls = 1; taken.length < max; calls = Math.min(2 * calls, callsAtOnceMax)) {
    const sizes = sizesOf(max - taken.length, calls);
    const answers = await Promise.allSettled(
      sizes.map((size) => receivePage(service, place, size, { hiddenSeconds, waitSeconds: 0 })),
    );
    const pages = answers.flatMap((answer) =>
      answer.status === 'fulfilled' ? [answer.value] : [],
    );
    const failure = answers.find((answer) => answer.status === 'rejected');
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

/** What each of at most `calls` calls asks for, so that they ask for `max` together if they can. */
function sizesOf(max: number, calls: number): number[] {
  const needed = Math.min(calls, Math.ceil(max / pageLimits.entriesMax));
  return Array.from({ length: needed }, (_, index) =>
    Math.min(pageLimits.entriesMax, max - index * pageLimits.entriesMax),
  );
}
