/** The configuration that a user writes in `millrace.config.ts`. */
import type { MachineType } from '../asl/definition.ts';
import type { JsonObject } from '../asl/json/json.ts';
import type { BatchOptionsInput } from '../batch/batch-options.ts';
import type { EndHook } from '../batch/end-hook.ts';
import type { ItemMapping } from '../batch/item-mapping.ts';
import type { PayloadSchema } from '../batch/payload-schema.ts';
import type { SourceSpec } from '../batch/source-spec.ts';
import type { Handlers, Transformer } from '../drivers/handlers/handler.ts';
import type { Connections } from '../drivers/http/connection.ts';
import type { LoggingConfiguration } from '../engine/execution-log-event.ts';
import type { AlertRules } from '../roles/alerts/alert-rules.ts';
import type { LimitsConfig } from '../roles/limits/limit-rules.ts';
import type { BatchTriggers } from './app-description.ts';
import type { BatchMember } from './batch-member.ts';
import type { DeploymentConfig } from './deployment-config.ts';
import type { ConfigNames } from './typing/typed-config.ts';
import type { WebhooksConfig } from './webhooks-config.ts';

/** A state machine of the app. */
export interface MachineConfig {
  /** The path of the definition (`.json`, `.yaml`), or the definition itself. */
  readonly definition: string | JsonObject;
  /**
   * Names of errors that a redrive cannot fix: the execution goes straight to the archive.
   * @default []
   */
  readonly nonRetryableErrors?: readonly string[];
  /**
   * EXPRESS: executions run in memory for at most five minutes, and only their end is stored. After
   * a crash they start again from the beginning, and handlers may be called again.
   * @default STANDARD
   */
  readonly type?: MachineType;
  /** What executions write to the execution log. @default nothing */
  readonly logging?: LoggingConfiguration;
  /**
   * The schema of inputs, of zod or another library that follows the Standard Schema. An input that
   * does not match is refused when its execution is to be recorded. @default any JSON
   */
  readonly input?: PayloadSchema;
  /** The schema of outputs, which `execute` checks. @default any JSON */
  readonly output?: PayloadSchema;
  /**
   * How many executions may run at once, and how many may start in a time, over all workers; what
   * is more waits and holds no worker. `per` reads a value of the input, and each has a limit of
   * its own. @default no limit
   */
  readonly limits?: LimitsConfig;
  /**
   * Who is notified of each end of an execution: a webhook, or a handler of the app.
   * @default no one
   */
  readonly onEnd?: EndHook;
}

/** A batch that can be started by its name, and by its triggers. */
export interface BatchConfig extends BatchTriggers {
  /** The id of the machine that runs each item. */
  readonly machine: string;
  readonly source: SourceSpec;
  /** Maps an item to a name, a priority and an input. @default named by index, input is the item */
  readonly item?: ItemMapping;
  readonly options?: BatchOptionsInput;
  /**
   * Computes figures of the app from the ended executions, for the summary and `--json`.
   */
  readonly summarize?: (executions: AsyncIterable<BatchMember>) => Promise<object> | object;
}

/** Where new objects arrive; see {@link MillraceConfig.inbox}. */
export interface InboxConfig {
  /** A folder. Its files, and those of its subfolders, are objects; their paths are the keys. */
  readonly folder?: string;
  /**
   * How long a file must not have changed before it counts as complete, in seconds; 0.1 to 3,600.
   * @default 5
   */
  readonly settleSeconds?: number;
  /**
   * URL of an SQS queue with the events of buckets, as S3, EventBridge or SNS sends them. Needs the
   * package `@aws-sdk/client-sqs`.
   */
  readonly queue?: string;
}

/** Where objects are stored; see {@link MillraceConfig.objects}. */
export type ObjectsConfig =
  | {
      readonly driver: 'files';
      /** The folder whose subfolders are the buckets. */
      readonly folder?: string;
    }
  | {
      readonly driver: 's3';
      /** @default the region of the AWS SDK (AWS_REGION, the profile …) */
      readonly region?: string;
      /** A URL. @default Amazon S3 (AWS_ENDPOINT_URL_S3 …) */
      readonly endpoint?: string;
      /** Whether the bucket is part of the path instead of the host. @default false */
      readonly pathStyle?: boolean;
    };

/** The delay before a failed execution is redriven; see {@link MillraceConfig.retryDelay}. */
export type RetryDelayConfig =
  | 'exponential'
  | 'asynq'
  | {
      /** Maximum first delay, in seconds; jitter takes off up to half of it. @default 15 */
      readonly firstSeconds?: number;
      /** Multiplier of each further delay, at least 1. @default 2 */
      readonly factor?: number;
      /** Maximum delay, in seconds. @default 3,600 */
      readonly maxSeconds?: number;
    }
  /**
   * Returns the delay in seconds.
   * @param retry number of retries so far: 0 before the first
   * @param error the name of the error, or the status of an execution without one
   */
  | ((retry: number, error: string) => number);

/** How a PostgreSQL is used; see {@link MillraceConfig.postgres}. */
export interface PostgresConfig {
  /** Maximum number of connections of a process. @default POSTGRES_POOL_SIZE, or 10 */
  readonly poolSize?: number;
  /**
   * Whether a pooler in transaction mode (PgBouncer) is in between: nothing is then kept in a
   * session, neither settings nor prepared statements. @default POSTGRES_POOLER, or false
   */
  readonly pooler?: boolean;
  /**
   * A read replica of the server, as a URL: lists, searches and figures of the CLI, the API
   * and the page are read there, everything else from the server. A password belongs into
   * POSTGRES_READER_URL. @default POSTGRES_READER_URL, or the server answers them
   */
  readonly readerUrl?: string;
  /**
   * Maximum time for a statement, in seconds; those that work through many rows have six times as
   * long, a claim twice, a migration an hour. @default a third of the lease, 3 to 15
   */
  readonly statementSeconds?: number;
}

/** A Redis, or a server that speaks its protocol; see {@link MillraceConfig.redis}. */
export interface RedisConfig {
  /**
   * `redis://` or `rediss://` (TLS), with user, password and database: connects over TCP.
   * `redis+sentinel://host,host/master`: asks Sentinels where the master is. `https://`: uses the
   * REST protocol of Upstash. @default REDIS_URL or REDIS_ADDR
   */
  readonly url?: string;
  /** Token of the REST protocol. @default REDIS_TOKEN */
  readonly token?: string;
  /** Prefix of all keys, one for each app that shares a Redis. @default millrace */
  readonly namespace?: string;
  /**
   * Maximum time for an answer, in seconds; the connection is then replaced. @default a third of
   * the lease, 3 to 15
   */
  readonly commandSeconds?: number;
}

/** The queues at Amazon SQS; see {@link MillraceConfig.sqs}. */
export interface SqsConfig {
  /** Prefix of the queues' names at AWS. @default millrace- */
  readonly queuePrefix?: string;
  /** URLs of queues with other names, and of their dead-letter queues. @default by name */
  readonly urls?: Readonly<Record<string, { readonly queue: string; readonly dead: string }>>;
  /** @default the region of the AWS SDK (AWS_REGION, the profile …) */
  readonly region?: string;
  /** A URL. @default Amazon SQS (AWS_ENDPOINT_URL_SQS …) */
  readonly endpoint?: string;
}

/** The Aurora PostgreSQL cluster of the store `rds-data`, with its Data API enabled. */
export interface RdsDataConfig {
  /** @default DATABASE_CLUSTER_ARN */
  readonly clusterArn?: string;
  /** ARN of the secret with the credentials of the database. @default DATABASE_SECRET_ARN */
  readonly secretArn?: string;
  /** @default DATABASE_NAME, or millrace */
  readonly database?: string;
  /** @default the cluster's */
  readonly region?: string;
  /** A URL. @default Amazon RDS (AWS_ENDPOINT_URL_RDS_DATA …) */
  readonly endpoint?: string;
}

/**
 * The configuration of an app: its machines, handlers and batches, and how they are run. Relative
 * paths start at the folder of the configuration file.
 */
export interface MillraceConfig {
  /** The JSON Schema of a configuration that is written as JSON, for editors. Ignored. */
  readonly $schema?: string;
  /** Machines by id. */
  readonly machines: Readonly<Record<string, MachineConfig>>;
  /** Handlers by the name in a definition's `Resource`. @default {} */
  readonly handlers?: Handlers;
  /**
   * Handlers of custom tasks by type: 1 to 60 of the characters A–Z, a–z, 0–9, `:`, `.`, `_` and
   * `-`. A process without the handler of a task leaves the task to a process that has it.
   * @default {}
   */
  readonly tasks?: Handlers;
  /**
   * How many calls of a handler may run at once, and how many may begin in a time, over all
   * workers: by the name of the handler, of a Lambda function, or of a type of custom tasks. `per`
   * reads a value of the call's parameters, and each has a limit of its own. @default {}
   */
  readonly limits?: Readonly<Record<string, LimitsConfig>>;
  /** Transformers by the name that item mappings use. @default {} */
  readonly transformers?: Readonly<Record<string, Transformer>>;
  /**
   * What `http:invoke` adds to its requests, such as credentials, and the origins that may receive
   * it, by the name of the connection in the definition's `ConnectionArn`. @default {}
   */
  readonly connections?: Connections;
  /**
   * Hosts that `http:invoke` and `apigateway:invoke` may call over plain `http:`. @default []
   */
  readonly insecureHosts?: readonly string[];
  /**
   * Hosts with a private address, such as this machine, that `http:invoke` and `apigateway:invoke`
   * may call, also over plain `http:`: `localhost`, `10.0.0.7:8443`. Ignored inside Lambda, where
   * no private address is called. @default []
   */
  readonly privateHosts?: readonly string[];
  /**
   * The integrations that Tasks may call, besides handlers and the app's own machines:
   * `sqs:sendMessage`, `aws-sdk:s3:*`, `http:invoke`, `*`. With the store `rds-data`, `rdsdata` and
   * `secretsmanager` have to be named beside `*`. @default ['*']
   */
  readonly integrations?: readonly string[];
  /**
   * Names of activities, whose work external workers poll for (`app.activities.poll`). A handler
   * of the same name takes precedence. @default []
   */
  readonly activities?: readonly string[];
  /** Batches by name. @default {} */
  readonly batches?: Readonly<Record<string, BatchConfig>>;
  /**
   * Where the objects arrive that start batches with `onObject`, outside a deployment to AWS, whose
   * bucket announces them. @default nowhere
   */
  readonly inbox?: InboxConfig;
  /** Weights by queue. @default critical 6, default 3, low 1 */
  readonly queues?: Readonly<Record<string, number>>;
  /**
   * Whether workers always take from the heaviest queue that has tasks.
   * @default false: in proportion to the weights, so that no queue starves
   */
  readonly strictPriority?: boolean;
  /**
   * Where executions are stored. `pglite`: in the folder `data`. `postgres`: on the server at
   * `postgresUrl`. `rds-data`: on the Aurora cluster of `rdsData`, over HTTPS. `memory`: in this
   * process, until it ends. @default postgres with a URL, else pglite
   */
  readonly store?: 'pglite' | 'postgres' | 'rds-data' | 'memory';
  /** @default POSTGRES_URL */
  readonly postgresUrl?: string;
  /** How the server at `postgresUrl` is used. */
  readonly postgres?: PostgresConfig;
  /** Needs the package `@aws-sdk/client-rds-data`. */
  readonly rdsData?: RdsDataConfig;
  /**
   * The region that ARNs name, as in `$$.Execution.Id`. A store belongs to one region and account.
   * @default AWS_REGION, else that of the store, else us-east-1
   */
  readonly region?: string;
  /** The account that ARNs name, twelve digits. @default AWS_ACCOUNT_ID, else that of the store */
  readonly account?: string;
  /** Folder of the embedded database. @default `.millrace` in the current folder */
  readonly data?: string;
  /**
   * Where tasks are queued. `memory`: in this process, which runs both the leader and the worker.
   * `redis` and `sqs`: in a service that any number of processes share.
   * @default redis with a URL, else memory
   */
  readonly broker?: 'memory' | 'redis' | 'sqs';
  readonly redis?: RedisConfig;
  /** Needs the package `@aws-sdk/client-sqs`. */
  readonly sqs?: SqsConfig;
  /**
   * Where the buckets of distributed Maps and of `s3://` paths are. `files`: local folders, one for
   * each bucket. `s3`: Amazon S3, or a server at `endpoint` that speaks its protocol; needs the
   * package `@aws-sdk/client-s3`. @default files, in the folder of the configuration
   */
  readonly objects?: ObjectsConfig;
  /** Maximum number of executions that a worker runs at once. @default 200 */
  readonly concurrency?: number;
  /** How long a worker keeps its executions without a heartbeat, in seconds. @default 30 */
  readonly leaseSeconds?: number;
  /** How long a shutdown waits for running handlers, in seconds. @default 10 */
  readonly graceSeconds?: number;
  /**
   * How long a start waits for a database or a Redis that is starting up, has no connection left or
   * is read-only at the moment, in seconds; 0 does not wait. @default 60
   */
  readonly startWaitSeconds?: number;
  /**
   * How long work that no live process can do waits for one that can, in seconds, as during a
   * rolling deploy: a task whose handler no live worker has, and then fails with
   * `Millrace.UnknownHandler`; a batch whose transformer, file or machine no live leader has, and
   * then is paused. At most a day. Ignored by a process that has the queues in its memory.
   * @default 600
   */
  readonly deployGraceSeconds?: number;
  /** How long ended executions are kept, in days. @default 30 */
  readonly retentionDays?: number;
  /**
   * How long after its end a STANDARD execution keeps its name, in days: at least `retentionDays`.
   * Earlier, a name is free when its execution is deleted.
   * @default 90, or `retentionDays` if longer
   */
  readonly executionNameDays?: number;
  /**
   * Whether figures are kept: how many executions are, failed and were retried in each state,
   * failures by error, and series over time. All processes of a store need the same value.
   * @default on
   */
  readonly measure?: 'on' | 'off';
  /** How long figures are kept, in days. @default 90 */
  readonly measureRetentionDays?: number;
  /** How long orders, other changes and ended alerts are kept, in days. @default 400 */
  readonly auditRetentionDays?: number;
  /**
   * Conditions that open an alert; false turns a rule off. @default see docs/configuration.md
   */
  readonly alerts?: Partial<AlertRules>;
  /** Who receives alerts and the ends of batches as signed requests. @default no one */
  readonly webhooks?: WebhooksConfig;
  /**
   * The delay before a failed execution is redriven. `exponential`: up to 15 s the first time,
   * doubled each time, at most an hour; an object changes these figures. `asynq`: after n retries,
   * n⁴ + 15 s, plus up to 29 × (n + 1) s. @default exponential
   */
  readonly retryDelay?: RetryDelayConfig;
  /** Maximum size of inputs and outputs of executions and states, in bytes. @default 262,144 */
  readonly payloadBytesMax?: number;
  /**
   * Maximum number of events in the history of an execution, at least 2. An execution that needs
   * more fails, as on AWS after 25,000. @default 1,000,000
   */
  readonly historyEventsMax?: number;
  /**
   * Maximum size of the history of an execution, in bytes: its documents, and 200 for each event.
   * An execution that needs more fails, as an endless loop does. @default 536,870,912 (512 MiB)
   */
  readonly historyBytesMax?: number;
  /**
   * Paths of values that people may not see in documents (`$..iban`, `$.card.*`): the HTTP API
   * masks them for everyone but owners. They are in addition to keys that contain `password`,
   * `secret`, `token`, `authorization`, `apiKey` or `cvv`; false masks nothing. @default []
   */
  readonly redact?: readonly string[] | false;
  /** How the app is deployed to AWS. @default see docs/configuration.md */
  readonly deployment?: DeploymentConfig;
  /** File that the execution log is appended to. @default standard error */
  readonly executionLog?: string;
}

/**
 * Returns `config` unchanged; gives editors the types of a configuration. Names that do not exist,
 * such as a batch's machine or its priority, do not compile.
 *
 * @example export default defineConfig({ machines: { order: { definition: './order.asl.json' } },
 * handlers });
 */
export function defineConfig<const Config extends MillraceConfig>(
  config: Config & ConfigNames<Config>,
): Config {
  return config;
}

/**
 * Returns `machine` unchanged; for a machine in a file of its own. Its schemas give `execute` its
 * types.
 *
 * @example export const order = defineMachine({ definition: './order.asl.json', input: schema });
 */
export function defineMachine<const Machine extends MachineConfig>(machine: Machine): Machine {
  return machine;
}
