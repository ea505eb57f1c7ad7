import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { DistributionProps } from 'aws-cdk-lib/aws-cloudfront';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { FunctionProps, ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type {
  AuroraPostgresEngineVersion,
  DatabaseClusterProps,
  IDatabaseCluster,
} from 'aws-cdk-lib/aws-rds';
import type { BucketProps, IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { AppDescription, BatchTriggers } from '../config/app-description.ts';
import type {
  ApiRole,
  DeploymentConfig,
  HostedDashboard,
  HostedStepFunctions,
} from '../config/deployment-config.ts';
import type { BundlingOptions } from './bundling/bundler.ts';
import type { WorkerNetworkProps } from './compute/worker-construct.ts';
import type { AlarmTargets } from './observability/alarm-topic.ts';
import type { QueueOptions } from './queue-plan.ts';

/** Props of the topology; only `app` is required. */
export interface MillraceProps {
  /** The result of `describeApp`. */
  readonly app: AppDescription;
  /**
   * Triggers by batch, which replace those in the configuration; `{}` removes them.
   * @default the triggers in the configuration
   */
  readonly triggers?: Readonly<Record<string, BatchTriggers>>;

  /** Options by queue. @default by the rank of the queue's weight */
  readonly queueOptions?: Readonly<Record<string, QueueOptions>>;
  /** Maximum number of invocations of all workers at once, divided by weight. @default 50 */
  readonly workerConcurrency?: number;
  /**
   * Whether each function reserves its concurrency, so that other functions of the account cannot
   * take it. The quota of a new account is too small: AWS keeps 100 for functions without a
   * reservation. @default false
   */
  readonly reserveConcurrency?: boolean;
  /** How long a queue keeps a message. @default 4 days */
  readonly queueRetention?: Duration;
  /** How long a dead letter is kept; must exceed `queueRetention`. @default 14 days */
  readonly deadLetterRetention?: Duration;

  /**
   * Minimum capacity of the database, in ACUs. With 0 it pauses when idle, and the next call waits
   * about 15 s. @default 0
   */
  readonly minCapacity?: number;
  /** Maximum capacity of the database, in ACUs of about 2 GiB. @default 8 */
  readonly maxCapacity?: number;
  /** Idle time after which the database pauses, 5 minutes to a day. @default 5 minutes */
  readonly autoPause?: Duration;
  /** @default the newest 17 in aws-cdk-lib */
  readonly engineVersion?: AuroraPostgresEngineVersion;
  /** @default millrace */
  readonly databaseName?: string;
  /** An existing cluster with the Data API; requires `secret`. @default a new cluster */
  readonly cluster?: IDatabaseCluster;
  /** The secret of Millrace's user in `cluster`. @default a secret that RDS manages */
  readonly secret?: ISecret;
  /** The VPC of a new cluster. @default a new VPC without routes to other networks */
  readonly vpc?: IVpc;
  /** @default the isolated subnets */
  readonly vpcSubnets?: SubnetSelection;
  /** Zones of a new VPC. @default the first two of the region */
  readonly zones?: readonly string[];
  /** Number of readers of a new cluster, of which one takes over a failed writer. @default 0 */
  readonly readers?: number;

  /** A bucket that sends its events to EventBridge. @default a new bucket */
  readonly bucket?: IBucket;
  /** @default a new event bus */
  readonly eventBus?: IEventBus;
  /** How long objects of a new bucket are kept, by prefix of their keys. @default for ever */
  readonly objectExpirations?: Readonly<Record<string, Duration>>;
  /** Name of a new event bus. @default chosen by CloudFormation */
  readonly eventBusName?: string;
  /** Which ends of executions are published on the event bus, each for a price. @default none */
  readonly executionEvents?: Required<DeploymentConfig>['executionEvents'];
  /** Key that encrypts data at rest. @default keys managed by AWS */
  readonly encryptionKey?: IKey;

  /** Whether the HTTP API is deployed, for callers that IAM authorizes. @default true */
  readonly api?: boolean;
  /**
   * Roles of callers of the API by patterns of their ARNs, the first that matches; whom none
   * matches is refused. @default whoever IAM lets call it is an owner
   */
  readonly apiAccess?: Readonly<Record<string, ApiRole>>;
  /**
   * Step Functions' own API behind a Function URL, for callers that IAM authorizes; `true` for one
   * without roles. @default not deployed
   */
  readonly stepFunctions?: boolean | HostedStepFunctions;
  /** Whether new versions of workers and API first get a tenth of the work. @default false */
  readonly canary?: boolean;
  /** A layer of ADOT, which sends the spans of executions to X-Ray. @default none */
  readonly tracingLayer?: ILayerVersion;
  /** The dashboard behind CloudFront. @default not hosted: `millrace dashboard` on a laptop */
  readonly dashboard?: HostedDashboard;
  /** IAM permissions of handlers and service integrations. @default none */
  readonly taskPolicies?: readonly PolicyStatement[];
  /**
   * Reasons for wildcards in `taskPolicies`, by wildcard: `{ 'arn:aws:s3:::reports/*': '…' }`.
   * They acknowledge the findings of cdk-nag about them. @default {}
   */
  readonly taskWildcards?: Readonly<Record<string, string>>;
  /** The role in which Tasks call AWS services. @default that of the worker */
  readonly taskRoleArn?: string;
  /** The network of the workers. @default none */
  readonly workerNetwork?: WorkerNetworkProps;
  /** Variables in the environment of handlers. @default {} */
  readonly handlerEnvironment?: Readonly<Record<string, string>>;
  /** ARNs of secrets and of parameters of SSM by the variables of handlers. @default {} */
  readonly handlerSecrets?: Readonly<Record<string, string>>;
  /** Layers of the functions that load the app. @default [] */
  readonly layers?: readonly ILayerVersion[];
  readonly bundling?: BundlingOptions;
  /** @default info */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';

  /** How long logs are kept. @default 30 days */
  readonly logRetention?: RetentionDays;
  /** What happens to database, bucket and logs when their stack is deleted. @default kept */
  readonly removalPolicy?: RemovalPolicy;
  /** Whether the database is protected from deletion. @default unless it is thrown away */
  readonly deletionProtection?: boolean;

  /** Whom alarms notify. @default no one */
  readonly alarms?: AlarmTargets;

  /** How long an execution may wait for a worker before an alarm. @default 15 minutes */
  readonly oldestRunnable?: Duration;

  /** Overrides of a new database cluster. @default {} */
  readonly databaseProps?: Partial<DatabaseClusterProps>;
  /** Overrides of every queue but the dead-letter queues. @default {} */
  readonly queueProps?: Partial<QueueProps>;
  /** Overrides of every dead-letter queue. @default {} */
  readonly deadLetterQueueProps?: Partial<QueueProps>;
  /** Overrides of a new bucket. @default {} */
  readonly bucketProps?: Partial<BucketProps>;
  /** Overrides of the distribution of the dashboard. @default {} */
  readonly distributionProps?: Partial<DistributionProps>;
  /** Overrides of every function. @default {} */
  readonly functionProps?: Partial<FunctionProps>;
}
