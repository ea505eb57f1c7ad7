/**
 * Brings a queue's messages to a function. Every mapping has partial failures, so that one message
 * that fails does not bring its whole batch back, and a bound, so that it starves nobody.
 */
import type { Duration } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IDependable } from 'constructs';
import type { AppFunction } from './app-function.ts';

/** How messages come. */
export interface QueueSourceProps {
  readonly queue: IQueue;
  readonly batchSize: number;
  readonly window: Duration;
  readonly maxConcurrency: number;
  /** What must be there first: the database's schema. */
  readonly after: IDependable;
}

/** See this file's head. */
export function queueSource(
  { function: target }: AppFunction,
  id: string,
  { queue, batchSize, window, maxConcurrency, after }: QueueSourceProps,
): EventSourceMapping {
  const mapping = new EventSourceMapping(target, id, {
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
