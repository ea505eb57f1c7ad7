/** What can be said of a topology, with what holds where nothing is said. */
import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { FunctionProps } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type {
  AuroraPostgresEngineVersion,
  DatabaseClusterProps,
  IDatabaseCluster,
} from 'aws-cdk-lib/aws-rds';
import type { BucketProps, IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { AppDescription, BatchTriggers } from '../config/app-description.ts';
import type { DeploymentConfig } from '../config/deployment-config.ts';
import type { BundlingOptions } from './bundling/bundler.ts';
import type { QueueOptions } from './queue-plan.ts';

/** See this file's head. */
export interface MillraceProps {
  /** The app, as `describeApp` read it off its configuration. */
  readonly app: AppDescription;
  /**
   * What starts batches by themselves, by batch, in the place of what the configuration says; `{}`
   * for nothing. @default as the configuration says
   */
  readonly triggers?: Readonly<Record<string, BatchTriggers>>;

  /** By queue. @default by the rank of the queue's weight */
  readonly queueOptions?: Readonly<Record<string, QueueOptions>>;
  /** Invocations of all workers that run at once; shared out by weight. @default 50 */
  readonly workerConcurrency?: number;
  /**
   * Whether each function has its concurrency set aside. A new account may allow too few for it:
   * AWS keeps 100 for functions without. @default true
   */
  readonly reserveConcurrency?: boolean;
  /** How long a message waits in a queue. @default 4 days */
  readonly queueRetention?: Duration;
  /** How long a dead letter waits; longer than in its queue. @default 14 days */
  readonly deadLetterRetention?: Duration;

  /**
   * The fewest capacity units of the database; 0 lets it pause, and a first call then waits about
   * 15 s. @default 0
   */
  readonly minCapacity?: number;
  /** The most capacity units of the database (about 2 GiB each). @default 8 */
  readonly maxCapacity?: number;
  /** After how long without a call the database pauses, 5 minutes to a day. @default 5 minutes */
  readonly autoPause?: Duration;
  /** @default the newest 17 that the library knows */
  readonly engineVersion?: AuroraPostgresEngineVersion;
  /** @default millrace */
  readonly databaseName?: string;
  /** A cluster with the Data API that was there before; needs `secret`. @default a new one */
  readonly cluster?: IDatabaseCluster;
  /** The user's that Millrace is in `cluster`. @default RDS keeps one */
  readonly secret?: ISecret;
  /** Where a new cluster lies. @default a VPC of its own without a way in or out */
  readonly vpc?: IVpc;
  /** @default the isolated ones */
  readonly vpcSubnets?: SubnetSelection;

  /** A bucket that sends its events to EventBridge. @default a new one */
  readonly bucket?: IBucket;
  /** @default a new one */
  readonly eventBus?: IEventBus;
  /** Of a new bus. @default CloudFormation's choice */
  readonly eventBusName?: string;
  /** Which ends of executions are told on the bus. @default all */
  readonly executionEvents?: Required<DeploymentConfig>['executionEvents'];
  /** What data at rest is encrypted with. @default keys that AWS holds */
  readonly encryptionKey?: IKey;

  /** Whether there are operations over HTTP, for callers that IAM lets in. @default true */
  readonly api?: boolean;
  /** What handlers and integrations of the app may do. @default nothing */
  readonly taskPolicies?: readonly PolicyStatement[];
  readonly bundling?: BundlingOptions;
  /** @default info */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';

  /** How long logs are kept. @default 30 days */
  readonly logRetention?: RetentionDays;
  /** What becomes of database, bucket and logs when they leave the stack. @default RETAIN */
  readonly removalPolicy?: RemovalPolicy;
  /** Whether the database refuses to be deleted. @default true */
  readonly deletionProtection?: boolean;

  /** Who is told of alarms. @default nobody, unless `alarmEmail` is given */
  readonly alarmTopic?: ITopic;
  /** An address for a topic of its own. @default none */
  readonly alarmEmail?: string;

  /** How long work may wait for a worker before there is an alarm. @default 15 minutes */
  readonly oldestRunnable?: Duration;

  /** What AWS is told of the cluster otherwise than Millrace does. @default {} */
  readonly databaseProps?: Partial<DatabaseClusterProps>;
  /** Of every queue, the dead letters' apart. @default {} */
  readonly queueProps?: Partial<QueueProps>;
  /** Of every dead-letter queue. @default {} */
  readonly deadLetterQueueProps?: Partial<QueueProps>;
  /** Of the bucket. @default {} */
  readonly bucketProps?: Partial<BucketProps>;
  /** Of every function. @default {} */
  readonly functionProps?: Partial<FunctionProps>;
}
