/**
 * Creates the queues that are missing, as Millrace wants them. What is there stays as it is: its
 * owner may have reasons, and `inspectQueues` tells what is wrong with it.
 */
import { hasCode } from '../../errors.ts';
import { isMissingQueue } from './sqs-failure.ts';
import {
  openSqsService,
  type Place,
  type SqsService,
  type SqsServiceOptions,
} from './sqs-service.ts';

/** How queues are made. */
export interface CreateQueuesOptions extends SqsServiceOptions {
  /**
   * How often a message may be received before SQS moves it to the dead letters; 1 to 1,000. A
   * backstop for what keeps crashing: the retries of a task are counted in the store. @default 16
   */
  readonly maxReceiveCount?: number;
}

/** The attributes of queues that Millrace makes. */
export const queueDefaults = Object.freeze({
  maxReceiveCount: 16,
  /** 4 days. */
  retentionSeconds: 345_600,
  /**
   * 14 days, SQS's longest: a dead letter keeps the age that it had, so it must be allowed to grow
   * older than a message.
   */
  deadRetentionSeconds: 1_209_600,
  /** Of a receive that does not say; every one of Millrace's does. */
  visibilitySeconds: 30,
  /** 1 MiB, SQS's largest. */
  messageBytesMax: 1_048_576,
});

/** Creates what is missing of the queues and their dead-letter queues; the names created. */
export async function createQueues(
  options: CreateQueuesOptions,
  queues: readonly string[],
): Promise<string[]> {
  const service = await openSqsService(options);
  const created: string[] = [];
  try {
    for (const queue of queues) created.push(...(await createPair(service, queue, options)));
    return created;
  } finally {
    service.close();
  }
}

async function createPair(
  service: SqsService,
  queue: string,
  { maxReceiveCount = queueDefaults.maxReceiveCount }: CreateQueuesOptions,
): Promise<string[]> {
  const live = { queue, dead: false };
  const dead = { queue, dead: true };
  const created: string[] = [];
  const create = async (place: Place, attributes: Record<string, string>) => {
    await service.create(place, attributes);
    created.push(service.nameOf(place));
  };
  if ((await attributesOf(service, dead)) === null) {
    await create(dead, attributesFor(queueDefaults.deadRetentionSeconds));
  }
  if ((await attributesOf(service, live)) === null) {
    const deadLetterTargetArn = (await attributesOf(service, dead))?.QueueArn;
    await create(live, {
      ...attributesFor(queueDefaults.retentionSeconds),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
    });
  }
  return created;
}

/** All attributes of a queue; null when it does not exist. */
export async function attributesOf(
  service: SqsService,
  place: Place,
): Promise<Readonly<Record<string, string>> | null> {
  try {
    const { Attributes = {} } = await service.call(
      'GetQueueAttributes',
      place,
      (client, QueueUrl, options) =>
        client.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] }, options),
    );
    return Attributes;
  } catch (error) {
    if (hasCode(error) && isMissingQueue(error.cause)) return null;
    throw error;
  }
}

function attributesFor(retentionSeconds: number): Record<string, string> {
  return {
    MessageRetentionPeriod: String(retentionSeconds),
    VisibilityTimeout: String(queueDefaults.visibilitySeconds),
    MaximumMessageSize: String(queueDefaults.messageBytesMax),
  };
}
