/**
 * What is decided of each queue of the app before anything is synthesised: how its messages are
 * gathered, and the size of the function that works on them. Held to what AWS accepts, and to what
 * it punishes.
 */
import { Duration } from 'aws-cdk-lib';
import { gatheringOf, infraDefaults } from './infra-defaults.ts';

/** What can be said of one queue. */
export interface QueueOptions {
  /**
   * Messages that one invocation gets at most, 1 to 10,000.
   * @default 10 for the heaviest of several queues, else 100
   */
  readonly batchSize?: number;
  /**
   * How long a batch is waited for to fill, up to 300 s; more than 10 messages need 1 s at least.
   * @default 0 s for the heaviest of several queues, 5 s for the lightest of three, else 1 s
   */
  readonly window?: Duration;
  /**
   * Invocations that run at once, 2 to 1,000.
   * @default the share of `workerConcurrency` that the queue's weight gives it
   */
  readonly maxConcurrency?: number;
  /** Of its worker, in MB. @default 1,024 */
  readonly memorySize?: number;
  /** Of its worker; no handler may take longer. @default 120 s */
  readonly timeout?: Duration;
}

/** See this file's head. */
export interface QueuePlan extends Required<QueueOptions> {
  readonly queue: string;
  readonly weight: number;
}

/**
 * The plans, the heaviest queue's first.
 * @param queues by weight, the heaviest first
 * @param concurrency of all workers together
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
    const gathering = gatheringOf(rank, entries.length);
    return {
      queue,
      weight,
      maxConcurrency: Math.max(infraDefaults.mappingConcurrencyMin, share),
      ...infraDefaults.worker,
      ...gathering,
      ...given,
      window: window ?? windowFor(given.batchSize, gathering.window),
    };
  });
}

/** A batch that was made larger alone needs a window. */
function windowFor(batchSize: number | undefined, usual: Duration): Duration {
  const needsOne = batchSize !== undefined && batchSize > 10 && usual.toSeconds() === 0;
  return needsOne ? Duration.seconds(1) : usual;
}
