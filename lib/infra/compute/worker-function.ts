/** The worker of one queue: runs the executions that its messages name. */
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IDependable } from 'constructs';
import { envNames } from '../../config/setting-sources.ts';
import { MillraceError } from '../../errors.ts';
import type { QueuePlan } from '../queue-plan.ts';
import type { QueuePair } from '../queues/app-queues.ts';
import { AppFunction } from './app-function.ts';
import {
  environmentOf,
  type FunctionContext,
  keyStatements,
  taskQueues,
} from './function-context.ts';
import { queryDatabase, receiveFrom, sendTo, tellBus } from './policies.ts';
import { queueSource } from './queue-source.ts';

/** Which queue's. */
export interface WorkerFunctionProps {
  readonly plan: QueuePlan;
  /** What the app's own handlers and integrations may do. */
  readonly taskPolicies: readonly PolicyStatement[];
  readonly after: IDependable;
}

/** See this file's head. */
export class WorkerFunction extends AppFunction {
  readonly source: EventSourceMapping;

  constructor(scope: Construct, id: string, context: FunctionContext, props: WorkerFunctionProps) {
    const { plan } = props;
    const pair = pairOf(context, plan.queue);
    super(scope, id, {
      description: `Millrace: runs the executions of the queue ${plan.queue}`,
      bundle: context.bundler.bundle('worker'),
      memorySize: plan.memorySize,
      timeout: plan.timeout,
      concurrency: plan.maxConcurrency,
      environment: { ...environmentOf(context, 'worker'), [envNames.workerQueue]: plan.queue },
      statements: [
        receiveFrom([pair.queue]),
        sendTo([...taskQueues(context.queues), pair.dead]),
        ...queryDatabase(context.data.database),
        ...(context.executionEvents === 'none' ? [] : [tellBus(context.data.bus)]),
        ...keyStatements(context),
        ...props.taskPolicies,
      ],
      sendsToItself: true,
      defaults: context.defaults,
    });
    this.source = queueSource(this, 'Source', { ...plan, queue: pair.queue, after: props.after });
  }
}

function pairOf({ queues }: FunctionContext, queue: string): QueuePair {
  const pair = queues.pairs.get(queue);
  if (pair !== undefined) return pair;
  throw new MillraceError('INVALID_CONFIGURATION', `there is no queue '${queue}'`);
}
