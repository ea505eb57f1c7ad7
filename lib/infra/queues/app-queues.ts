/**
 * The queues: one with its dead letters for each queue of the app, and the leader's own. Each takes
 * calls over TLS alone, and each dead-letter queue takes messages of its own queue alone.
 */
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

/** What all queues are like. */
export interface AppQueuesProps {
  /** Of the app's queues, the heaviest first. */
  readonly plans: readonly QueuePlan[];
  readonly queueRetention: Duration;
  readonly deadLetterRetention: Duration;
  readonly encryptionKey?: IKey;
  readonly queueProps?: Partial<QueueProps>;
  readonly deadLetterQueueProps?: Partial<QueueProps>;
}

/** A queue and its dead letters. */
export interface QueuePair {
  readonly queue: Queue;
  readonly dead: Queue;
}

/** See this file's head. */
export class AppQueues extends Construct {
  /** By the app's names, the heaviest first. */
  readonly pairs: ReadonlyMap<string, QueuePair>;
  /** What the leader sends itself to go on with later. */
  readonly leader: QueuePair;
  readonly #props: AppQueuesProps;

  constructor(scope: Construct, id: string, props: AppQueuesProps) {
    super(scope, id);
    this.#props = props;
    this.pairs = new Map(
      props.plans.map((plan) => {
        const visibility = visibilityOf(plan.timeout, plan.window);
        return [plan.queue, this.#pair(`Queue-${plan.queue}`, visibility)];
      }),
    );
    const { timeout } = infraDefaults.leader;
    this.leader = this.#pair('Leader', visibilityOf(timeout, Duration.seconds(0)));
  }

  #pair(id: string, visibilityTimeout: Duration): QueuePair {
    const { queueRetention, deadLetterRetention, queueProps, deadLetterQueueProps } = this.#props;
    const shared = sharedProps(this.#props.encryptionKey);
    const queueName = physicalName(this, 80, id);
    const dead = new Queue(this, `${id}-dead`, {
      ...shared,
      redriveAllowPolicy: this.#onlyFrom(id, queueName),
      retentionPeriod: deadLetterRetention,
      // Its reader is the archiver, within the same bounds as a worker.
      visibilityTimeout: visibilityOf(infraDefaults.archiver.timeout, Duration.seconds(5)),
      ...deadLetterQueueProps,
    });
    const deadLetterQueue: DeadLetterQueue = {
      queue: dead,
      maxReceiveCount: infraDefaults.maxReceiveCount,
    };
    const queue = new Queue(this, id, {
      ...shared,
      queueName,
      retentionPeriod: queueRetention,
      visibilityTimeout,
      deadLetterQueue,
      ...queueProps,
    });
    return { queue, dead };
  }

  /** By its name: two queues that point at each other could not be created. */
  #onlyFrom(id: string, queueName: string): RedriveAllowPolicy {
    const queueArn = Stack.of(this).formatArn({ service: 'sqs', resource: queueName });
    return {
      redrivePermission: RedrivePermission.BY_QUEUE,
      sourceQueues: [Queue.fromQueueArn(this, `${id}-by-name`, queueArn)],
    };
  }
}

/** What every queue of Millrace has. */
export function sharedProps(encryptionKey: IKey | undefined): QueueProps {
  return {
    encryption: QueueEncryption.SQS_MANAGED,
    ...(encryptionKey !== undefined && {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: encryptionKey,
    }),
    enforceSSL: true,
    maxMessageSizeBytes: infraDefaults.messageBytesMax,
    // What is in a queue is in the database too.
    removalPolicy: RemovalPolicy.DESTROY,
  };
}

/** How long a message is hidden from others that a function of this timeout works on. */
function visibilityOf(timeout: Duration, window: Duration): Duration {
  const { visibilityFactor } = infraDefaults;
  return Duration.seconds(timeout.toSeconds() * visibilityFactor + window.toSeconds());
}
