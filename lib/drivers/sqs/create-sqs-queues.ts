import { hasCode } from '../../errors.ts';
import { isMissingQueue } from './sqs-errors.ts';
import {
  openSqsService,
  type SqsQueueRef,
  type SqsService,
  type SqsServiceOptions,
} from './sqs-service.ts';

/** Options of {@link createSqsQueues}. */
export interface CreateSqsQueuesOptions extends SqsServiceOptions {
  /**
   * Maximum number of receives before SQS moves a message to the dead letters; 1 to 1,000. A
   * backstop for tasks that keep crashing workers: the store counts a task's retries. @default 16
   */
  readonly maxReceiveCount?: number;
}

/** Attributes of the queues that Millrace creates. */
export const queueDefaults = Object.freeze({
  maxReceiveCount: 16,
  /** 4 days. */
  retentionSeconds: 345_600,
  /**
   * 14 days, SQS's maximum: a dead letter keeps the age of its message, so its queue must keep
   * messages longer.
   */
  deadRetentionSeconds: 1_209_600,
  /** For receives without a visibility timeout; Millrace always sets one. */
  visibilitySeconds: 30,
  /** 1 MiB, SQS's maximum. */
  messageBytesMax: 1_048_576,
});

/**
 * Creates the missing ones of the queues and their dead-letter queues; returns the names created.
 * Existing queues are left unchanged, because they may be configured on purpose:
 * `inspectSqsQueues` reports their problems.
 */
export async function createSqsQueues(
  options: CreateSqsQueuesOptions,
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
  { maxReceiveCount = queueDefaults.maxReceiveCount }: CreateSqsQueuesOptions,
): Promise<string[]> {
  const live = { queue, dead: false };
  const dead = { queue, dead: true };
  const created: string[] = [];
  const create = async (ref: SqsQueueRef, attributes: Record<string, string>) => {
    await service.create(ref, attributes);
    created.push(service.toQueueName(ref));
  };
  if ((await readAttributes(service, dead)) === null) {
    await create(dead, createAttributes(queueDefaults.deadRetentionSeconds));
  }
  if ((await readAttributes(service, live)) === null) {
    const deadLetterTargetArn = (await readAttributes(service, dead))?.QueueArn;
    await create(live, {
      ...createAttributes(queueDefaults.retentionSeconds),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
    });
  }
  return created;
}

/** Reads all attributes of a queue; returns null if it does not exist. */
export async function readAttributes(
  service: SqsService,
  ref: SqsQueueRef,
): Promise<Readonly<Record<string, string>> | null> {
  try {
    const { Attributes = {} } = await service.call(
      'GetQueueAttributes',
      ref,
      (client, QueueUrl, options) =>
        client.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] }, options),
    );
    return Attributes;
  } catch (error) {
    if (hasCode(error) && isMissingQueue(error.cause)) return null;
    throw error;
  }
}

function createAttributes(retentionSeconds: number): Record<string, string> {
  return {
    MessageRetentionPeriod: String(retentionSeconds),
    VisibilityTimeout: String(queueDefaults.visibilitySeconds),
    MaximumMessageSize: String(queueDefaults.messageBytesMax),
  };
}
