import { Duration } from 'aws-cdk-lib';

/** Defaults of the topology; {@link MillraceProps} documents them in its `@default` tags. */
export const infraDefaults = Object.freeze({
  databaseName: 'millrace',
  minCapacity: 0,
  maxCapacity: 8,
  autoPauseSeconds: 300,
  /** Not PostgreSQL's default, which port scanners try first. */
  databasePort: 5_433,
  workerConcurrency: 50,
  /** Minimum concurrency that AWS accepts for an event source mapping. */
  mappingConcurrencyMin: 2,
  worker: { memorySize: 1_024, timeout: Duration.seconds(120) },
  leader: { memorySize: 512, timeout: Duration.seconds(120), concurrency: 10, mapping: 5 },
  archiver: { memorySize: 512, timeout: Duration.seconds(60), mapping: 2 },
  api: { memorySize: 512, timeout: Duration.seconds(30), concurrency: 10 },
  /** StartSyncExecution and TestState take five minutes at most; polls for work take one. */
  stepFunctions: { memorySize: 1_024, timeout: Duration.seconds(315), concurrency: 50 },
  dashboard: { memorySize: 512, timeout: Duration.seconds(30), concurrency: 10 },
  /** Days after which the passwords of functions are replaced. */
  rotationDays: 30,
  migrate: { memorySize: 512, timeout: Duration.minutes(10) },
  /** Visibility timeout in timeouts of the function: AWS advises six, for throttled batches. */
  visibilityFactor: 6,
  /** Receives that run nothing (shutdowns, throttles) must not dead-letter a task. */
  maxReceiveCount: 16,
  queueRetention: Duration.days(4),
  /** A dead letter keeps the age that it had in its queue. */
  deadLetterRetention: Duration.days(14),
  /** How long an execution may wait for a worker before an alarm. */
  oldestRunnable: Duration.minutes(15),
  /** Maximum size of a message: 1 MiB, the limit of SQS. */
  messageBytesMax: 1_048_576,
});

/** The batches in which a worker gets messages: their size, and how long Lambda gathers them. */
export interface Batching {
  readonly batchSize: number;
  readonly window: Duration;
}

/**
 * Returns the default batches of a queue. The heaviest queue is served at once in small batches;
 * the lightest waits for full ones, because large batches cost fewer statements.
 * @param rank position of the queue by weight: 0 is the heaviest
 */
export function batchingForRank(rank: number, queues: number): Batching {
  if (rank === 0 && queues > 1) return { batchSize: 10, window: Duration.seconds(0) };
  const isLightest = rank === queues - 1 && queues > 2;
  return { batchSize: 100, window: Duration.seconds(isLightest ? 5 : 1) };
}
