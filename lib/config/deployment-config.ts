/**
 * What of the deployment to AWS can be said in the configuration, without a CDK app of one's own.
 * Plain data; the construct takes more.
 */
import type { ExecutionEvents } from '../ports/event-bus.ts';

/** One queue's messages, and the worker that they go to. */
export interface DeployedQueue {
  /** Messages that one invocation gets at most. @default 10 for the heaviest, else 100 */
  readonly batchSize?: number;
  /** How long a batch is waited for to fill. @default 0 for the heaviest, else 1, the lightest 5 */
  readonly windowSeconds?: number;
  /** Invocations that run at once, at least 2. @default by weight */
  readonly maxConcurrency?: number;
  /** Of the worker. @default 1,024 */
  readonly memoryMb?: number;
  /** Of the worker; no handler may take longer. @default 120 */
  readonly timeoutSeconds?: number;
}

/** See this file's head. */
export interface DeploymentConfig {
  /** What the names of the stacks begin with. @default millrace */
  readonly name?: string;
  /** Capacity units of the database. @default { min: 0, max: 8, pauseAfterSeconds: 300 } */
  readonly capacity?: {
    readonly min?: number;
    readonly max?: number;
    /** Where `min` is 0. */
    readonly pauseAfterSeconds?: number;
  };
  /** Of Aurora PostgreSQL, as `17.9`. @default the newest 17 that the library knows */
  readonly engineVersion?: string;
  /** By queue. */
  readonly queues?: Readonly<Record<string, DeployedQueue>>;
  /** Invocations of all workers that run at once. @default 50 */
  readonly workerConcurrency?: number;
  /** Whether each function has its concurrency set aside. @default true */
  readonly reserveConcurrency?: boolean;
  /** Whether there are operations over HTTP. @default true */
  readonly api?: boolean;
  /** Which ends of executions are told on the bus. @default all */
  readonly executionEvents?: ExecutionEvents;
  /** What handlers and integrations may do. @default [] */
  readonly taskPolicies?: readonly {
    readonly actions: readonly string[];
    readonly resources: readonly string[];
  }[];
  /** Who is told of alarms. @default nobody */
  readonly alarmEmail?: string;
  /** How long logs are kept, in days, as CloudWatch has it. @default 30 */
  readonly logRetentionDays?: number;
  /** Whether database, bucket and logs outlive their stacks. @default true */
  readonly retain?: boolean;
  /** Whether the database and its stack refuse to be deleted. @default true */
  readonly deletionProtection?: boolean;
  /** Of every resource. @default {} */
  readonly tags?: Readonly<Record<string, string>>;
}
