/** How full a queue is, as SQS counts: approximately, and without the age of what waits. */
import type { QueueStats } from '../../ports/broker.ts';
import type { Place, SqsService } from './sqs-service.ts';

interface Counts {
  readonly ready: number;
  readonly delayed: number;
  readonly inFlight: number;
}

/** The messages of one queue of SQS. */
export async function countsOf(service: SqsService, place: Place): Promise<Counts> {
  const { Attributes = {} } = await service.call(
    'GetQueueAttributes',
    place,
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

/** A queue and its dead letters. */
export async function statsOf(
  service: SqsService,
  queue: string,
  paused: boolean,
): Promise<QueueStats> {
  const [live, dead] = await Promise.all([
    countsOf(service, { queue, dead: false }),
    countsOf(service, { queue, dead: true }),
  ]);
  return {
    queue,
    ...live,
    dead: dead.ready + dead.delayed + dead.inFlight,
    paused,
    oldestMs: null,
  };
}
