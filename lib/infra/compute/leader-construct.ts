import { Duration } from 'aws-cdk-lib';
import { EventInvokeConfig, type EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IDependable } from 'constructs';
import type { BatchDescription } from '../../config/app-description.ts';
import { infraDefaults } from '../infra-defaults.ts';
import { FunctionConstruct } from './function-construct.ts';
import {
  appLayers,
  databaseAs,
  type FunctionContext,
  functionEnvironment,
  handlerSecretStatements,
  keyStatements,
  leaderEnvironment,
  secretsEnvironment,
  taskQueues,
} from './function-context.ts';
import {
  inspectQueues,
  manageLeaderSchedules,
  putEvents,
  queryDatabase,
  readBucket,
  receiveFrom,
  sendTo,
  writeBucket,
} from './policies.ts';
import { queueSource } from './queue-source.ts';
import { writeResults } from './write-results.ts';

/** Props of a {@link LeaderConstruct}. */
export interface LeaderConstructProps {
  /** Whether a machine has a distributed Map that writes result files. */
  readonly writesResults: boolean;
  /** The batches of the app, some of which may write files of results. */
  readonly batches: readonly BatchDescription[];
  /** What must exist before the first message is received: the schema of the database. */
  readonly after: IDependable;
}

/**
 * The function that starts and leads batches, and starts what is due. Schedules, events and its own
 * queue invoke it.
 */
export class LeaderConstruct extends FunctionConstruct {
  readonly source: EventSourceMapping;

  constructor(scope: Construct, id: string, context: FunctionContext, props: LeaderConstructProps) {
    const { timeout, memorySize, concurrency, mapping } = infraDefaults.leader;
    const { data, queues, schedules, scheduleRole, failures } = context;
    super(scope, id, {
      description: 'Millrace: starts and leads batches, and starts what is due',
      bundle: context.bundler.bundle('leader'),
      memorySize,
      timeout,
      concurrency,
      environment: {
        ...functionEnvironment(context, 'leader'),
        ...leaderEnvironment(context),
        ...secretsEnvironment(context),
      },
      statements: [
        receiveFrom([queues.leader.queue]),
        sendTo([...taskQueues(queues), queues.leader.queue, failures]),
        ...inspectQueues(queues),
        ...queryDatabase(databaseAs(data, 'application')),
        ...readBucket(data.bucket),
        ...(props.writesResults ? [writeBucket(data.bucket)] : []),
        ...writeResults(scope, data.bucket, props.batches),
        ...manageLeaderSchedules(scope, schedules, scheduleRole),
        putEvents(data.bus),
        ...keyStatements(context),
        ...handlerSecretStatements(context),
      ],
      sendsToItself: true,
      defaults: context.defaults,
      after: context.schema,
      layers: appLayers(context),
    });
    this.source = queueSource(this, 'Source', {
      queue: queues.leader.queue,
      // Requests are rare, and each may take the whole timeout.
      batchSize: 1,
      window: Duration.seconds(0),
      maxConcurrency: mapping,
      after: props.after,
    });
    addFailureDestination(this, failures.queueArn);
  }
}

/** Keeps the events of asynchronous invocations that failed three times; an alarm reports them. */
export function addFailureDestination(construct: FunctionConstruct, destination: string): void {
  new EventInvokeConfig(construct, 'AsyncInvoke', {
    function: construct.function,
    retryAttempts: 2,
    maxEventAge: Duration.hours(1),
    onFailure: { bind: () => ({ destination }) },
  });
}
