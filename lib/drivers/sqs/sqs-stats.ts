/** Queue depths on SQS. */
import type { QueueStats } from '../../ports/broker.ts';
import type { SqsQueueRef, SqsService } from './sqs-service.ts';

interface Counts {
  readonly ready: number;
  readonly delayed: number;
  readonly inFlight: number;
}

/** Counts the messages of one SQS queue; SQS counts approximately. */
export async function countMessages(service: SqsService, ref: SqsQueueRef): Promise<Counts> {
  const { Attributes = {} } = await service.call(
    'GetQueueAttributes',
    ref,
    (client, QueueUrl, options) =>
      client.getQueueAttributes(
        {
          QueueUrl,
          AttributeNames: [
            'ApproximateNumberOfMessages',
            'ApproximateNumberOfMessagesDelayed',
            'ApproximateNumberOfMessagesNotVisible',
          ],
        },
        options,
      ),
  );
  return {
    ready: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}

/** Counts a queue and its dead letters. SQS does not report the age of messages. */
export async function readQueueStats(
  service: SqsService,
  queue: string,
  paused: boolean,
): Promise<QueueStats> {
  const [live, dead] = await Promise.all([
    countMessages(service, { queue, dead: false }),
    countMessages(service, { queue, dead: true }),
  ]);
  return {
    queue,
    ...live,
    dead: dead.ready + dead.delayed + dead.inFlight,
    paused,
    oldestMs: null,
  };
}
