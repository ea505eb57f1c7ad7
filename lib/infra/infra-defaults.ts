/**
 * What the topology is made of where nobody says otherwise; the `@default`s of
 * {@link MillraceProps} tell it to users.
 */
import { Duration } from 'aws-cdk-lib';

/** See this file's head. */
export const infraDefaults = Object.freeze({
  databaseName: 'millrace',
  minCapacity: 0,
  maxCapacity: 8,
  autoPauseSeconds: 300,
  /** Not PostgreSQL's own, which scanners of ports try first. */
  databasePort: 5_433,
  workerConcurrency: 50,
  /** The fewest that AWS lets an event source mapping be held to. */
  mappingConcurrencyMin: 2,
  worker: { memorySize: 1_024, timeout: Duration.seconds(120) },
  leader: { memorySize: 512, timeout: Duration.seconds(120), concurrency: 10, mapping: 5 },
  archiver: { memorySize: 512, timeout: Duration.seconds(60), mapping: 2 },
  api: { memorySize: 512, timeout: Duration.seconds(30), concurrency: 10 },
  migrate: { memorySize: 512, timeout: Duration.minutes(10) },
  /** AWS advises six times the function's timeout, so that a throttled batch is not lost. */
  visibilityFactor: 6,
  /** Receives without an attempt (shutdowns, throttles) must not make a dead letter. */
  maxReceiveCount: 16,
  queueRetention: Duration.days(4),
  /** A dead letter keeps the age that it had in its queue. */
  deadLetterRetention: Duration.days(14),
  /** How long work may wait for a worker before somebody is told. */
  oldestRunnable: Duration.minutes(15),
  /** One task: 1 MiB, the most that SQS takes. */
  messageBytesMax: 1_048_576,
});

/** How a queue's messages come to its worker: the batch's size, and the wait for it to fill. */
export interface Gathering {
  readonly batchSize: number;
  readonly window: Duration;
}

/**
 * The heaviest queue is served at once and in small batches, the lightest waits for full ones:
 * what is gathered costs fewer statements.
 * @param rank 0 is the heaviest
 */
export function gatheringOf(rank: number, queues: number): Gathering {
  if (rank === 0 && queues > 1) return { batchSize: 10, window: Duration.seconds(0) };
  const isLightest = rank === queues - 1 && queues > 2;
  return { batchSize: 100, window: Duration.seconds(isLightest ? 5 : 1) };
}
