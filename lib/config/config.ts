/**
 * The handler app: what a user writes in `millrace.config.ts`. Machines, handlers, batches, and how
 * they are run. Paths in it are relative to the file itself.
 */
import type { MachineType } from '../asl/definition.ts';
import type { JsonObject } from '../asl/json/json.ts';
import type { BatchOptionsInput } from '../batch/batch-options.ts';
import type { ItemMapping } from '../batch/item-mapping.ts';
import type { SourceSpec } from '../batch/source-spec.ts';
import type { Handlers, Transformer } from '../drivers/handlers/handler.ts';
import type { Connections } from '../drivers/http/connection.ts';
import type { LoggingConfiguration } from '../engine/execution-log-event.ts';
import type { BatchTriggers } from './app-description.ts';
import type { BatchMember } from './batch-member.ts';
import type { DeploymentConfig } from './deployment-config.ts';

/** A state machine of the app. */
export interface MachineConfig {
  /** A file with the definition (`.json`, `.yaml`), or the definition itself. */
  readonly definition: string | JsonObject;
  /**
   * Error names for which running the execution again is pointless: they go straight to the
   * archive. @default []
   */
  readonly nonRetryableErrors?: readonly string[];
  /**
   * EXPRESS: run in memory from start to end, five minutes at most, its end alone written; after a
   * crash it begins again from the start, and its handlers may be called again. @default STANDARD
   */
  readonly type?: MachineType;
  /** What its executions write to the execution log. @default nothing */
  readonly logging?: LoggingConfiguration;
}

/** A batch that can be started by its name; on AWS, by its triggers too. */
export interface BatchConfig extends BatchTriggers {
  /** The id of the machine that runs each item. */
  readonly machine: string;
  readonly source: SourceSpec;
  /** An item's name, priority and input. @default the item itself as input, names by index */
  readonly item?: ItemMapping;
  readonly options?: BatchOptionsInput;
  /**
   * Figures of the app's own, read off the ended executions; shown in the summary and in `--json`.
   */
  readonly summarize?: (executions: AsyncIterable<BatchMember>) => Promise<object> | object;
}

/** Where objects are kept; see {@link MillraceConfig.objects}. */
export type ObjectsConfig =
  | {
      readonly driver: 'files';
      /** The folder whose sub-folders are the buckets. */
      readonly folder?: string;
    }
  | {
      readonly driver: 's3';
      /** @default as AWS's tools find it (AWS_REGION, the profile …) */
      readonly region?: string;
      /** A URL. @default Amazon's own (AWS_ENDPOINT_URL_S3 …) */
      readonly endpoint?: string;
      /** Whether buckets are named in the path instead of the host. @default false */
      readonly pathStyle?: boolean;
    };

/** How long a failed execution waits; see {@link MillraceConfig.retryDelay}. */
export type RetryDelayConfig =
  | 'exponential'
  | 'asynq'
  | {
      /** The longest first delay, in seconds; half of it at least. @default 15 */
      readonly firstSeconds?: number;
      /** By how much each delay is longer than the one before, at least 1. @default 2 */
      readonly factor?: number;
      /** The longest delay, in seconds. @default 3,600 */
      readonly maxSeconds?: number;
    }
  /**
   * Seconds to wait.
   * @param retry retries made so far: 0 before the first
   * @param error the name of the error, or the status where there is none
   */
  | ((retry: number, error: string) => number);

/** Which Redis, or server that speaks its protocol; see {@link MillraceConfig.redis}. */
export interface RedisConfig {
  /**
   * `redis://` or `rediss://` (TLS) with user, password and database in it: over TCP. `https://`:
   * over the REST protocol of Upstash. @default the environment's REDIS_URL or REDIS_ADDR
   */
  readonly url?: string;
  /** What the REST protocol is asked with. @default the environment's REDIS_TOKEN */
  readonly token?: string;
  /** What all keys begin with: apps that share a Redis need one each. @default millrace */
  readonly namespace?: string;
}

/** Which queues of Amazon SQS; see {@link MillraceConfig.sqs}. */
export interface SqsConfig {
  /** What queues' names begin with at AWS. @default millrace- */
  readonly queuePrefix?: string;
  /** The URLs of queues that are named otherwise, and of their dead letters. @default by name */
  readonly urls?: Readonly<Record<string, { readonly queue: string; readonly dead: string }>>;
  /** @default as AWS's tools find it (AWS_REGION, the profile …) */
  readonly region?: string;
  /** A URL. @default Amazon's own (AWS_ENDPOINT_URL_SQS …) */
  readonly endpoint?: string;
}

/** The Aurora PostgreSQL of the store `rds-data`, whose Data API is on. */
export interface RdsDataConfig {
  /** @default the environment's DATABASE_CLUSTER_ARN */
  readonly clusterArn?: string;
  /** Of the secret with the database's user. @default the environment's DATABASE_SECRET_ARN */
  readonly secretArn?: string;
  /** @default the environment's DATABASE_NAME, else millrace */
  readonly database?: string;
  /** @default the cluster's */
  readonly region?: string;
  /** A URL. @default Amazon's own (AWS_ENDPOINT_URL_RDS_DATA …) */
  readonly endpoint?: string;
}

/** The handler app. */
export interface MillraceConfig {
  /** By id. */
  readonly machines: Readonly<Record<string, MachineConfig>>;
  /** By the name that a definition's `Resource` uses. @default {} */
  readonly handlers?: Handlers;
  /**
   * The work of custom tasks, by type: 1 to 60 of the characters A–Z, a–z, 0–9, `:`, `.`, `_` and
   * `-`. A process without the handler of a task leaves it to one that has it. @default {}
   */
  readonly tasks?: Handlers;
  /** By the name that an item mapping uses. @default {} */
  readonly transformers?: Readonly<Record<string, Transformer>>;
  /**
   * What `http:invoke` adds to its requests (secrets, above all), by the name of the connection in
   * the definition's `ConnectionArn`. A function is asked at each call. @default {}
   */
  readonly connections?: Connections;
  /**
   * Hosts that `http:invoke` and `apigateway:invoke` may call over plain `http:`, beside this
   * machine. @default []
   */
  readonly insecureHosts?: readonly string[];
  /**
   * Names of activities whose work is done by workers outside (`getActivityTask`), unless a handler
   * has the name. @default []
   */
  readonly activities?: readonly string[];
  /** By name. @default {} */
  readonly batches?: Readonly<Record<string, BatchConfig>>;
  /** Queues and their weights. @default critical 6, default 3, low 1 */
  readonly queues?: Readonly<Record<string, number>>;
  /**
   * Whether a heavier queue is always emptied first. @default false: by weight, so that none
   * starves
   */
  readonly strictPriority?: boolean;
  /**
   * Where executions are kept. `pglite`: in the folder `data`. `postgres`: the server at
   * `postgresUrl`. `rds-data`: on the Aurora cluster of `rdsData`, over HTTPS. `memory`: nowhere,
   * gone with the process. @default postgres when a URL is given, else pglite
   */
  readonly store?: 'pglite' | 'postgres' | 'rds-data' | 'memory';
  /** @default none; the environment's POSTGRES_URL */
  readonly postgresUrl?: string;
  /** Needs the package `@aws-sdk/client-rds-data`. */
  readonly rdsData?: RdsDataConfig;
  /** The folder of the embedded database. @default `.millrace` in the current folder */
  readonly data?: string;
  /**
   * Where tasks queue. `memory`: in this process, which then runs leader and worker both. `redis`,
   * `sqs`: where any number of processes meet. @default redis when a URL is given, else memory
   */
  readonly broker?: 'memory' | 'redis' | 'sqs';
  readonly redis?: RedisConfig;
  /** Needs the package `@aws-sdk/client-sqs`. */
  readonly sqs?: SqsConfig;
  /**
   * Where distributed Maps find their buckets, and paths that begin with `s3://`. `files`: folders
   * of this machine, one a bucket. `s3`: Amazon S3, or a server that speaks its protocol at
   * `endpoint`; needs the package `@aws-sdk/client-s3`. @default files in the folder of the
   * configuration
   */
  readonly objects?: ObjectsConfig;
  /** Executions that one worker runs at once. @default 200 */
  readonly concurrency?: number;
  /** How long a worker's executions stay its own without a sign of life, in seconds. @default 30 */
  readonly leaseSeconds?: number;
  /** How long running handlers may take to answer at a shutdown, in seconds. @default 10 */
  readonly graceSeconds?: number;
  /** How long ended executions are kept, in days. @default 30 */
  readonly retentionDays?: number;
  /**
   * How long a failed execution waits before it is run again. `exponential`: up to 15 s at first,
   * twice as long each time, an hour at most; an object changes these figures. `asynq`: with n
   * retries made, n⁴ + 15 s and up to 29 times n + 1 more. @default exponential
   */
  readonly retryDelay?: RetryDelayConfig;
  /** The largest input or output of an execution or a state, in bytes of UTF-8. @default 262,144 */
  readonly payloadBytesMax?: number;
  /**
   * The most events that the history of an execution may have, at least 2; one that needs more
   * fails, as at AWS with 25,000. @default no limit
   */
  readonly historyEventsMax?: number;
  /** How the app is deployed to AWS. @default as docs/configuration.md says */
  readonly deployment?: DeploymentConfig;
  /** The file that the execution log is appended to. @default standard error */
  readonly executionLog?: string;
}

/**
 * Gives an editor the types of a configuration; returns it as it is.
 *
 * @example export default defineConfig({ machines: { order: { definition: './order.asl.json' } },
 * handlers });
 */
export function defineConfig(config: MillraceConfig): MillraceConfig {
  return config;
}
