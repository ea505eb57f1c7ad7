import type { ExecutionEvents } from '../ports/event-bus.ts';

/** Settings of a queue on AWS, and of the worker that serves it. */
export interface DeployedQueue {
  /** Maximum number of messages of one invocation. @default 10 for the heaviest, else 100 */
  readonly batchSize?: number;
  /** How long Lambda gathers messages. @default 0 for the heaviest, 5 for the lightest, else 1 */
  readonly windowSeconds?: number;
  /** Maximum number of invocations at once, at least 2. @default by weight */
  readonly maxConcurrency?: number;
  /** Memory of the worker. @default 1,024 */
  readonly memoryMb?: number;
  /** Timeout of the worker, and so of each handler. @default 120 */
  readonly timeoutSeconds?: number;
  /** Number of environments of the worker that are kept started, at a price. @default none */
  readonly provisionedConcurrency?: number;
}

/** What a caller of the hosted dashboard may do. */
export type HostedRole = 'reader' | 'operator' | 'owner';

/** The roles of callers of the HTTP API. */
export const apiRoles = ['activityWorker', 'reader', 'operator', 'owner'] as const;

/**
 * What a caller of the HTTP API may do. An activity worker takes the work of activities and answers
 * it, and nothing else.
 */
export type ApiRole = (typeof apiRoles)[number];

/** The roles of callers of Step Functions' API. */
export const stepFunctionsRoles = ['activityWorker', 'reader', 'owner'] as const;

/** What a caller of Step Functions' API may do; documents are shown whole, as at AWS. */
export type StepFunctionsRole = (typeof stepFunctionsRoles)[number];

/** Step Functions' own API behind a Function URL. */
export interface HostedStepFunctions {
  /**
   * Roles of callers by patterns of their ARNs, in which `*` stands for any text; the first that
   * matches decides, and whom none matches is refused.
   * @default whoever IAM lets call it is an owner
   */
  readonly access?: Readonly<Record<string, StepFunctionsRole>>;
}

/** How people log in to the hosted dashboard, by OpenID Connect with the code flow and PKCE. */
export interface HostedLogin {
  /** The URL of the identity provider, letter for letter as its ID tokens have it. */
  readonly issuer: string;
  readonly clientId: string;
  /** ARN of the secret of Secrets Manager with the client secret, as plain text. */
  readonly clientSecretArn: string;
  /** Scopes besides `openid`. @default ['email', 'profile'] */
  readonly scopes?: readonly string[];
  /** The claim of the ID token with the name in the log of changes. @default email */
  readonly nameClaim?: string;
  /** The claim, a text or a list of texts, that gives a person roles. @default groups */
  readonly roleClaim?: string;
  /** Roles by value of that claim; `*` stands for everyone. Whoever has none is refused. */
  readonly roles: Readonly<Record<string, HostedRole>>;
}

/** The dashboard behind CloudFront. */
export interface HostedDashboard {
  readonly login: HostedLogin;
  /** A domain of yours; requires `certificateArn`. @default the domain of the distribution */
  readonly domainName?: string;
  /** ARN of the domain's certificate, in us-east-1. @default CloudFront's certificate */
  readonly certificateArn?: string;
  /** ARN of a web ACL of AWS WAF for CloudFront, in us-east-1. @default none */
  readonly webAclArn?: string;
}

/** A channel of Slack, in a workspace that the account has authorized once in AWS's console. */
export interface SlackChannel {
  /** Such as `T07EA123LEP`. */
  readonly workspaceId: string;
  /** Such as `C07EZ1ABC23`. */
  readonly channelId: string;
}

/** A channel of Microsoft Teams, in a team that the account has authorized once in the console. */
export interface TeamsChannel {
  readonly tenantId: string;
  readonly teamId: string;
  /** As in the channel's link: `19%3Aab3…%40thread.tacv2`. */
  readonly channelId: string;
}

/** Whom alarms notify. */
export interface AlarmReceivers {
  /** Addresses, each of which has to confirm its subscription. @default [] */
  readonly emails?: readonly string[];
  /** An existing topic, whose policy lets CloudWatch publish. @default a new topic if needed */
  readonly topicArn?: string;
  /** @default none */
  readonly slack?: SlackChannel;
  /** @default none */
  readonly teams?: TeamsChannel;
}

/** A cluster of Aurora PostgreSQL with the Data API, such as one that was restored. */
export interface ExistingDatabase {
  readonly clusterArn: string;
  /** ARN of the secret with the user that owns the schema and its password. */
  readonly secretArn: string;
  /** @default millrace */
  readonly name?: string;
}

/** The network of a new database: subnets of an existing VPC, in at least two zones. */
export interface DatabaseNetwork {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
}

/**
 * The network of the workers, for handlers that call what is in a VPC. The subnets need a way to
 * SQS, the RDS Data API and Secrets Manager: a NAT gateway, or endpoints of the VPC.
 */
export interface WorkerNetwork {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/**
 * The deployment to AWS, as far as the configuration can change it without a CDK app. Plain data;
 * the construct `Millrace` of `millrace/infra` has more options.
 */
export interface DeploymentConfig extends DeploymentSettings {
  /**
   * Settings by stage, such as `dev` and `prod`, each of which replaces the setting of the same
   * name beside it. A deploy then names its stage. @default one deployment
   */
  readonly stages?: Readonly<Record<string, DeploymentSettings>>;
}

/** The settings of a deployment, or of one of its stages. */
export interface DeploymentSettings {
  /** Prefix of the names of the stacks. @default millrace; of a stage, millrace-STAGE */
  readonly name?: string;
  /** The only account that is deployed to. @default that of the credentials */
  readonly account?: string;
  /** The only region that is deployed to. @default that of the credentials */
  readonly region?: string;
  /** Capacity units of the database. @default { min: 0, max: 8, pauseAfterSeconds: 300 } */
  readonly capacity?: {
    readonly min?: number;
    readonly max?: number;
    /** Only used if `min` is 0. */
    readonly pauseAfterSeconds?: number;
    /** Number of readers, in other zones; one takes over a failed writer. @default 0 */
    readonly readers?: number;
  };
  /** Zones of a new VPC, if Aurora is not in the first two. @default the region's first two */
  readonly zones?: readonly string[];
  /** The network of a new database. @default a new VPC without routes to other networks */
  readonly databaseNetwork?: DatabaseNetwork;
  /** The network of the workers. @default none: they reach the internet, and no VPC */
  readonly workerNetwork?: WorkerNetwork;
  /** Version of Aurora PostgreSQL, such as `17.9`. @default the newest 17 in aws-cdk-lib */
  readonly engineVersion?: string;
  /** Settings by queue. @default by weight */
  readonly queues?: Readonly<Record<string, DeployedQueue>>;
  /** Maximum number of invocations at once, of all workers together. @default 50 */
  readonly workerConcurrency?: number;
  /** Whether each function reserves its concurrency, if the quota suffices. @default false */
  readonly reserveConcurrency?: boolean;
  /** Whether the HTTP API is deployed. @default true */
  readonly api?: boolean;
  /**
   * Roles of callers of the API by patterns of their ARNs, in which `*` stands for any text; the
   * first that matches decides, and whom none matches is refused.
   * @default whoever IAM lets call it is an owner
   */
  readonly apiAccess?: Readonly<Record<string, ApiRole>>;
  /**
   * Step Functions' own API behind a Function URL, for callers that IAM authorizes; `true` for one
   * without roles. @default not deployed
   */
  readonly stepFunctions?: boolean | HostedStepFunctions;
  /**
   * Whether a new version of the workers and of the API first gets a tenth of the work for five
   * minutes, and is taken back if its errors raise an alarm. @default false
   */
  readonly canary?: boolean;
  /**
   * ARN of a layer of ADOT (the AWS Distro for OpenTelemetry for JavaScript), which sends the spans
   * of executions to X-Ray. @default segments of the functions only
   */
  readonly tracingLayerArn?: string;
  /** The dashboard, hosted behind CloudFront. @default not hosted */
  readonly dashboard?: HostedDashboard;
  /** Which ends of executions are published on the event bus, each for a price. @default none */
  readonly executionEvents?: ExecutionEvents;
  /** IAM permissions of handlers and service integrations. @default [] */
  readonly taskPolicies?: readonly {
    readonly actions: readonly string[];
    readonly resources: readonly string[];
    /** Why wildcards are needed, which acknowledges the findings of cdk-nag about them. */
    readonly reason?: string;
  }[];
  /**
   * ARN of the role in which Tasks call AWS services, instead of that of the worker.
   * @default the role of the worker, with `taskPolicies`
   */
  readonly taskRoleArn?: string;
  /** Variables in the environment of handlers. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Variables of handlers whose values are secrets of Secrets Manager or parameters of SSM, by
   * their ARNs. They are read when a function starts. @default {}
   */
  readonly secrets?: Readonly<Record<string, string>>;
  /** ARNs of versions of layers that functions load. @default [] */
  readonly layers?: readonly string[];
  /** Packages that are not bundled because a layer contains them. @default [] */
  readonly externalPackages?: readonly string[];
  /** Whom alarms notify. @default no one */
  readonly alarms?: AlarmReceivers;
  /** ARN of the key of KMS that encrypts data at rest. @default keys managed by AWS */
  readonly encryptionKeyArn?: string;
  /** An existing cluster instead of a new one. @default a new cluster */
  readonly database?: ExistingDatabase;
  /** An existing bucket, which sends its events to EventBridge. @default a new bucket */
  readonly bucketName?: string;
  /** Days after which objects of a new bucket are deleted, by prefix of their keys. @default {} */
  readonly expireObjects?: Readonly<Record<string, number>>;
  /** ARN of an existing event bus. @default a new event bus */
  readonly eventBusArn?: string;
  /** How long logs are kept: a number of days that CloudWatch supports. @default 30 */
  readonly logRetentionDays?: number;
  /**
   * Whether database, bucket and logs are kept when their stacks are deleted. Otherwise all of it
   * is deleted, with the objects of the bucket. @default true
   */
  readonly retain?: boolean;
  /** Whether the database and its stack are protected from deletion. @default `retain` */
  readonly deletionProtection?: boolean;
  /** Tags of every resource. @default {} */
  readonly tags?: Readonly<Record<string, string>>;
}
