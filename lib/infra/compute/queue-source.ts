import type { Duration } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IDependable } from 'constructs';
import type { FunctionConstruct } from './function-construct.ts';

/** How messages of a queue are delivered to a function. */
export interface QueueSourceProps {
  readonly queue: IQueue;
  readonly batchSize: number;
  readonly window: Duration;
  readonly maxConcurrency: number;
  /** What must exist before the first message is received: the schema of the database. */
  readonly after: IDependable;
}

/**
 * Delivers the messages of a queue to a function. Failures are reported message by message, so that
 * one failed message does not repeat its whole batch, and the concurrency is limited, so that no
 * queue starves another.
 */
export function queueSource(
  { function: scope, target }: FunctionConstruct,
  id: string,
  { queue, batchSize, window, maxConcurrency, after }: QueueSourceProps,
): EventSourceMapping {
  const mapping = new EventSourceMapping(scope, id, {
    target,
    eventSourceArn: queue.queueArn,
    batchSize,
    maxBatchingWindow: window,
    maxConcurrency,
    reportBatchItemFailures: true,
  });
  mapping.node.addDependency(after);
  return mapping;
}
