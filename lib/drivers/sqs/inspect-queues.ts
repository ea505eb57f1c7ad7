/** What is wrong with queues that are there, or missing, and how to mend it. Changes nothing. */
import { attributesOf, queueDefaults } from './create-queues.ts';
import {
  openSqsService,
  type Place,
  type SqsService,
  type SqsServiceOptions,
} from './sqs-service.ts';

/** What was found of one queue. */
export interface QueueInspection {
  readonly queue: string;
  /** What AWS calls the queue, and the queue of its dead letters. */
  readonly name: string;
  readonly deadName: string;
  readonly exists: boolean;
  readonly deadExists: boolean;
  /** After how many receives SQS makes a dead letter of a message; null when it never does. */
  readonly maxReceiveCount: number | null;
  /** One sentence each, with the mend; none when all is well. */
  readonly problems: readonly string[];
}

/**
 * Fewest receives that leave room for what uses them up without an attempt at the task: a worker
 * that is killed, a message that comes late.
 */
const maxReceiveCountMin = 5;

/** A queue's attributes, as SQS tells them. */
type Attributes = Readonly<Record<string, string>>;

/** What is looked at: each side is null when it does not exist. */
interface Pair {
  readonly live: Attributes | null;
  readonly dead: Attributes | null;
  readonly name: string;
  readonly deadName: string;
}

/**
 * One entry per queue, in the order asked. Needs the permissions `sqs:GetQueueUrl` and
 * `sqs:GetQueueAttributes`.
 */
export async function inspectQueues(
  options: SqsServiceOptions,
  queues: readonly string[],
): Promise<QueueInspection[]> {
  const service = await openSqsService(options);
  try {
    return await Promise.all(queues.map((queue) => inspect(service, queue)));
  } finally {
    service.close();
  }
}

async function inspect(service: SqsService, queue: string): Promise<QueueInspection> {
  const places: readonly [Place, Place] = [
    { queue, dead: false },
    { queue, dead: true },
  ];
  const [live, dead] = await Promise.all([
    attributesOf(service, places[0]),
    attributesOf(service, places[1]),
  ]);
  const pair = { live, dead, name: service.nameOf(places[0]), deadName: service.nameOf(places[1]) };
  return {
    queue,
    name: pair.name,
    deadName: pair.deadName,
    exists: live !== null,
    deadExists: dead !== null,
    maxReceiveCount: live === null ? null : redrivePolicyOf(live).maxReceiveCount,
    problems: [...missing(pair), ...redriveProblems(pair), ...attributeProblems(pair)],
  };
}

function missing({ live, dead, name, deadName }: Pair): string[] {
  const absent = [...(live === null ? [name] : []), ...(dead === null ? [deadName] : [])];
  return absent.map((each) => `the queue ${each} does not exist: run 'millrace queue create'`);
}

function redriveProblems({ live, dead, name, deadName }: Pair): string[] {
  if (live === null || dead === null) return [];
  const { target, maxReceiveCount } = redrivePolicyOf(live);
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

function attributeProblems({ live, dead, name, deadName }: Pair): string[] {
  const retention = retentionOf(live);
  const deadRetention = retentionOf(dead);
  const isTooShort = live !== null && dead !== null && deadRetention <= retention;
  return [
    ...(isTooShort
      ? [
          `${deadName} keeps messages for ${deadRetention} s and ${name} for ${retention} s, so ` +
            'that a dead letter may be gone on arrival, as it keeps its age: set its ' +
            `MessageRetentionPeriod to ${queueDefaults.deadRetentionSeconds}`,
        ]
      : []),
    ...kindProblems(live, name),
    ...kindProblems(dead, deadName),
  ];
}

function kindProblems(attributes: Attributes | null, name: string): string[] {
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

function retentionOf(attributes: Attributes | null): number {
  return Number(attributes?.MessageRetentionPeriod ?? 0);
}

/** SQS answers only policies that it has checked; one that it did not is none. */
function redrivePolicyOf({ RedrivePolicy }: Attributes): {
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
