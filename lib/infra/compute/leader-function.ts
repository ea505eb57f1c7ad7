/**
 * The leader: starts batches, fans them out, looks after what is due, and judges ends. Called by
 * schedules, by events, and by its own queue.
 */
import { Duration } from 'aws-cdk-lib';
import { EventInvokeConfig, type EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IDependable } from 'constructs';
import { infraDefaults } from '../infra-defaults.ts';
import { AppFunction } from './app-function.ts';
import {
  environmentOf,
  type FunctionContext,
  keyStatements,
  leaderEnvironment,
  taskQueues,
} from './function-context.ts';
import {
  countMessages,
  queryDatabase,
  readBucket,
  receiveFrom,
  restSweep,
  sendTo,
  tellBus,
  writeBucket,
} from './policies.ts';
import { queueSource } from './queue-source.ts';

/** What leads beside batches. */
export interface LeaderFunctionProps {
  /** Whether machines have distributed Maps that write result files. */
  readonly writesResults: boolean;
  readonly after: IDependable;
}

/** See this file's head. */
export class LeaderFunction extends AppFunction {
  readonly source: EventSourceMapping;

  constructor(scope: Construct, id: string, context: FunctionContext, props: LeaderFunctionProps) {
    const { timeout, memorySize, concurrency, mapping } = infraDefaults.leader;
    const { data, queues, schedules, scheduleRole, failures } = context;
    super(scope, id, {
      description: 'Millrace: starts batches, leads them, and looks after what is due',
      bundle: context.bundler.bundle('leader'),
      memorySize,
      timeout,
      concurrency,
      environment: { ...environmentOf(context, 'leader'), ...leaderEnvironment(context) },
      statements: [
        receiveFrom([queues.leader.queue]),
        sendTo([...taskQueues(queues), queues.leader.queue, failures]),
        ...countMessages(queues),
        ...queryDatabase(data.database),
        ...readBucket(data.bucket),
        ...(props.writesResults ? [writeBucket(data.bucket)] : []),
        ...restSweep(scope, schedules, scheduleRole),
        tellBus(data.bus),
        ...keyStatements(context),
      ],
      sendsToItself: true,
      defaults: context.defaults,
    });
    this.source = queueSource(this, 'Source', {
      queue: queues.leader.queue,
      // Orders are few, and each may take all the time there is.
      batchSize: 1,
      window: Duration.seconds(0),
      maxConcurrency: mapping,
      after: props.after,
    });
    keepFailures(this, failures.queueArn);
  }
}

/** An event that failed three times is kept, where an alarm sees it. */
export function keepFailures(of: AppFunction, destination: string): void {
  new EventInvokeConfig(of, 'AsyncInvoke', {
    function: of.function,
    retryAttempts: 2,
    maxEventAge: Duration.hours(1),
    onFailure: { bind: () => ({ destination }) },
  });
}
