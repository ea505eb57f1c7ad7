import { queueDefaults, readAttributes } from './create-sqs-queues.ts';
import {
  openSqsService,
  type SqsQueueRef,
  type SqsService,
  type SqsServiceOptions,
} from './sqs-service.ts';

/** State of one queue and its dead-letter queue. */
export interface SqsQueueInspection {
  readonly queue: string;
  /** The names of the queue and of its dead-letter queue on SQS. */
  readonly name: string;
  readonly deadName: string;
  readonly exists: boolean;
  readonly deadExists: boolean;
  /** Number of receives after which SQS dead-letters a message; null if it never does. */
  readonly maxReceiveCount: number | null;
  /** One sentence per problem, with the remedy; empty if there is none. */
  readonly problems: readonly string[];
}

/**
 * Minimum of `maxReceiveCount`. It leaves room for receives that never run the task: a worker was
 * killed, a message came late.
 */
const maxReceiveCountMin = 5;

/** A queue's attributes, as SQS returns them. */
type Attributes = Readonly<Record<string, string>>;

/** The attributes of both queues, null for a queue that does not exist. */
interface QueuePair {
  readonly live: Attributes | null;
  readonly dead: Attributes | null;
  readonly name: string;
  readonly deadName: string;
}

/**
 * Finds missing and misconfigured queues; changes nothing. Returns one entry per queue, in the
 * given order. Needs the permissions `sqs:GetQueueUrl` and `sqs:GetQueueAttributes`.
 */
export async function inspectSqsQueues(
  options: SqsServiceOptions,
  queues: readonly string[],
): Promise<SqsQueueInspection[]> {
  const service = await openSqsService(options);
  try {
    return await Promise.all(queues.map((queue) => inspect(service, queue)));
  } finally {
    service.close();
  }
}

async function inspect(service: SqsService, queue: string): Promise<SqsQueueInspection> {
  const refs: readonly [SqsQueueRef, SqsQueueRef] = [
    { queue, dead: false },
    { queue, dead: true },
  ];
  const [live, dead] = await Promise.all([
    readAttributes(service, refs[0]),
    readAttributes(service, refs[1]),
  ]);
  const pair = {
    live,
    dead,
    name: service.toQueueName(refs[0]),
    deadName: service.toQueueName(refs[1]),
  };
  return {
    queue,
    name: pair.name,
    deadName: pair.deadName,
    exists: live !== null,
    deadExists: dead !== null,
    maxReceiveCount: live === null ? null : parseRedrivePolicy(live).maxReceiveCount,
    problems: [
      ...findMissingQueues(pair),
      ...findRedriveProblems(pair),
      ...findAttributeProblems(pair),
    ],
  };
}

function findMissingQueues({ live, dead, name, deadName }: QueuePair): string[] {
  const absent = [...(live === null ? [name] : []), ...(dead === null ? [deadName] : [])];
  return absent.map((each) => `the queue ${each} does not exist: run 'millrace queue create'`);
}

function findRedriveProblems({ live, dead, name, deadName }: QueuePair): string[] {
  if (live === null || dead === null) return [];
  const { target, maxReceiveCount } = parseRedrivePolicy(live);
  if (maxReceiveCount === null || target !== dead.QueueArn) {
    const found = target === null ? 'there is no redrive policy' : `it is ${target}`;
    return [
      `the dead-letter queue of ${name} must be ${deadName}, ${found}: set its RedrivePolicy to ` +
        `{"deadLetterTargetArn":"${dead.QueueArn}",` +
        `"maxReceiveCount":${queueDefaults.maxReceiveCount}}`,
    ];
  }
  if (maxReceiveCount >= maxReceiveCountMin) return [];
  return [
    `${name} makes dead letters after ${maxReceiveCount} receives, which workers that stop ` +
      'use up without an attempt: set maxReceiveCount in its RedrivePolicy to ' +
      `${maxReceiveCountMin} or more (${queueDefaults.maxReceiveCount} is Millrace's)`,
  ];
}

function findAttributeProblems({ live, dead, name, deadName }: QueuePair): string[] {
  const retention = readRetention(live);
  const deadRetention = readRetention(dead);
  const isTooShort = live !== null && dead !== null && deadRetention <= retention;
  return [
    ...(isTooShort
      ? [
          `${deadName} keeps messages for ${deadRetention} s and ${name} for ${retention} s, so ` +
            'that a dead letter may be gone on arrival, as it keeps its age: set its ' +
            `MessageRetentionPeriod to ${queueDefaults.deadRetentionSeconds}`,
        ]
      : []),
    ...findQueueProblems(live, name),
    ...findQueueProblems(dead, deadName),
  ];
}

function findQueueProblems(attributes: Attributes | null, name: string): string[] {
  if (attributes === null) return [];
  const { FifoQueue, MaximumMessageSize } = attributes;
  const problems: string[] = [];
  if (FifoQueue === 'true') {
    problems.push(`${name} is a FIFO queue, and must be a standard one: name another in sqs.urls`);
  }
  if (Number(MaximumMessageSize) < queueDefaults.messageBytesMax) {
    problems.push(
      `${name} takes messages of at most ${MaximumMessageSize} bytes: set its MaximumMessageSize ` +
        `to ${queueDefaults.messageBytesMax}`,
    );
  }
  return problems;
}

function readRetention(attributes: Attributes | null): number {
  return Number(attributes?.MessageRetentionPeriod ?? 0);
}

/** SQS returns only valid policies. */
function parseRedrivePolicy({ RedrivePolicy }: Attributes): {
  readonly target: string | null;
  readonly maxReceiveCount: number | null;
} {
  if (RedrivePolicy === undefined || RedrivePolicy === '') {
    return { target: null, maxReceiveCount: null };
  }
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(RedrivePolicy) as {
    readonly deadLetterTargetArn: string;
    readonly maxReceiveCount: number | string;
  };
  return { target: deadLetterTargetArn, maxReceiveCount: Number(maxReceiveCount) };
}
