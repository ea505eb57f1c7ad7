import { Duration } from 'aws-cdk-lib';
import { batchingForRank, infraDefaults } from './infra-defaults.ts';

/** Options of a queue and of its worker. */
export interface QueueOptions {
  /**
   * Maximum number of messages of one invocation, 1 to 10,000.
   * @default 10 for the heaviest of several queues, else 100
   */
  readonly batchSize?: number;
  /**
   * How long Lambda gathers messages, up to 300 s; batches of more than 10 need at least 1 s.
   * @default 0 s for the heaviest of several queues, 5 s for the lightest of three, else 1 s
   */
  readonly window?: Duration;
  /**
   * Maximum number of invocations at once, 2 to 1,000.
   * @default the queue's share of `workerConcurrency`, by weight
   */
  readonly maxConcurrency?: number;
  /** Memory of the worker, in MB. @default 1,024 */
  readonly memorySize?: number;
  /** Timeout of the worker, and so of each handler. @default 120 s */
  readonly timeout?: Duration;
  /** Number of environments of the worker that are kept started. @default none */
  readonly provisionedConcurrency?: number;
}

/** The resolved options of a queue. */
export interface QueuePlan
  extends Required<Omit<QueueOptions, 'provisionedConcurrency'>>,
    Pick<QueueOptions, 'provisionedConcurrency'> {
  readonly queue: string;
  readonly weight: number;
}

/**
 * Resolves the options of all queues, in the order of `queues`.
 * @param queues weights by queue, the heaviest first
 * @param concurrency maximum number of invocations of all workers at once
 */
export function planQueues(
  queues: Readonly<Record<string, number>>,
  options: Readonly<Record<string, QueueOptions>>,
  concurrency: number,
): QueuePlan[] {
  const entries = Object.entries(queues);
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  return entries.map(([queue, weight], rank) => {
    const share = Math.floor((concurrency * weight) / total);
    const { window, ...given } = options[queue] ?? {};
    const batching = batchingForRank(rank, entries.length);
    return {
      queue,
      weight,
      maxConcurrency: Math.max(infraDefaults.mappingConcurrencyMin, share),
      ...infraDefaults.worker,
      ...batching,
      ...given,
      window: window ?? windowFor(given.batchSize, batching.window),
    };
  });
}

/** A batch size that was raised without a window needs one. */
function windowFor(batchSize: number | undefined, usual: Duration): Duration {
  const needsWindow = batchSize !== undefined && batchSize > 10 && usual.toSeconds() === 0;
  return needsWindow ? Duration.seconds(1) : usual;
}
