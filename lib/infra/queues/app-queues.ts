import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  type DeadLetterQueue,
  Queue,
  QueueEncryption,
  type QueueProps,
  type RedriveAllowPolicy,
  RedrivePermission,
} from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { infraDefaults } from '../infra-defaults.ts';
import { physicalName } from '../physical-name.ts';
import type { QueuePlan } from '../queue-plan.ts';

/** Props of {@link AppQueues}. */
export interface AppQueuesProps {
  /** One for each queue of the app, the heaviest first. */
  readonly plans: readonly QueuePlan[];
  readonly queueRetention: Duration;
  readonly deadLetterRetention: Duration;
  readonly encryptionKey?: IKey;
  readonly queueProps?: Partial<QueueProps>;
  readonly deadLetterQueueProps?: Partial<QueueProps>;
}

/** A queue and its dead-letter queue. */
export interface QueuePair {
  readonly queue: Queue;
  readonly dead: Queue;
}

/**
 * The queues: each queue of the app, and the leader's own, with a dead-letter queue. Queues require
 * TLS, and a dead-letter queue only admits messages of its own queue.
 */
export class AppQueues extends Construct {
  /** Queues of the app by name, the heaviest first. */
  readonly pairs: ReadonlyMap<string, QueuePair>;
  /** The queue of the leader's messages to itself. */
  readonly leader: QueuePair;
  readonly #props: AppQueuesProps;

  constructor(scope: Construct, id: string, props: AppQueuesProps) {
    super(scope, id);
    this.#props = props;
    this.pairs = new Map(
      props.plans.map((plan) => {
        const visibility = visibilityTimeout(plan.timeout, plan.window);
        return [plan.queue, this.#createPair(`Queue-${plan.queue}`, visibility)];
      }),
    );
    const { timeout } = infraDefaults.leader;
    this.leader = this.#createPair('Leader', visibilityTimeout(timeout, Duration.seconds(0)));
  }

  #createPair(id: string, visibility: Duration): QueuePair {
    const { queueRetention, deadLetterRetention, queueProps, deadLetterQueueProps } = this.#props;
    const base = baseQueueProps(this.#props.encryptionKey);
    const queueName = physicalName(this, 80, id);
    const dead = new Queue(this, `${id}-dead`, {
      ...base,
      redriveAllowPolicy: this.#allowOnly(id, queueName),
      retentionPeriod: deadLetterRetention,
      // Received by the archiver, with the same rule as for a worker.
      visibilityTimeout: visibilityTimeout(infraDefaults.archiver.timeout, Duration.seconds(5)),
      ...deadLetterQueueProps,
    });
    const deadLetterQueue: DeadLetterQueue = {
      queue: dead,
      maxReceiveCount: infraDefaults.maxReceiveCount,
    };
    const queue = new Queue(this, id, {
      ...base,
      queueName,
      retentionPeriod: queueRetention,
      visibilityTimeout: visibility,
      deadLetterQueue,
      ...queueProps,
    });
    return { queue, dead };
  }

  /** Refers to the queue by name, because two queues that refer to each other cannot be created. */
  #allowOnly(id: string, queueName: string): RedriveAllowPolicy {
    const queueArn = Stack.of(this).formatArn({ service: 'sqs', resource: queueName });
    return {
      redrivePermission: RedrivePermission.BY_QUEUE,
      sourceQueues: [Queue.fromQueueArn(this, `${id}-by-name`, queueArn)],
    };
  }
}

/** Returns the props of every queue: encryption, TLS, and the maximum size of messages. */
export function baseQueueProps(encryptionKey: IKey | undefined): QueueProps {
  return {
    encryption: QueueEncryption.SQS_MANAGED,
    ...(encryptionKey !== undefined && {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: encryptionKey,
    }),
    enforceSSL: true,
    maxMessageSizeBytes: infraDefaults.messageBytesMax,
    // Everything in a queue is also in the database.
    removalPolicy: RemovalPolicy.DESTROY,
  };
}

/** Returns how long messages are invisible while a function with this timeout processes them. */
function visibilityTimeout(timeout: Duration, window: Duration): Duration {
  const { visibilityFactor } = infraDefaults;
  return Duration.seconds(timeout.toSeconds() * visibilityFactor + window.toSeconds());
}
