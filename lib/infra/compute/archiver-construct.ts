import { Duration } from 'aws-cdk-lib';
import type { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IDependable } from 'constructs';
import { infraDefaults } from '../infra-defaults.ts';
import { FunctionConstruct } from './function-construct.ts';
import {
  appLayers,
  databaseAs,
  type FunctionContext,
  functionEnvironment,
  keyStatements,
} from './function-context.ts';
import { putEvents, queryDatabase, receiveFrom } from './policies.ts';
import { queueSource } from './queue-source.ts';

/** The function that archives the dead letters of all queues, and ends their executions. */
export class ArchiverConstruct extends FunctionConstruct {
  /** One for each dead-letter queue. */
  readonly sources: readonly EventSourceMapping[];

  constructor(scope: Construct, id: string, context: FunctionContext, after: IDependable) {
    const { timeout, memorySize, mapping } = infraDefaults.archiver;
    const pairs = [...context.queues.pairs];
    super(scope, id, {
      description: 'Millrace: archives dead letters',
      bundle: context.bundler.bundle('archiver'),
      memorySize,
      timeout,
      concurrency: mapping * pairs.length,
      environment: functionEnvironment(context, 'archiver'),
      statements: [
        receiveFrom(pairs.map(([, { dead }]) => dead)),
        ...queryDatabase(databaseAs(context.data, 'application')),
        ...(context.executionEvents === 'none' ? [] : [putEvents(context.data.bus)]),
        ...keyStatements(context),
      ],
      defaults: context.defaults,
      after: context.schema,
      layers: appLayers(context),
    });
    this.sources = pairs.map(([name, { dead }]) =>
      queueSource(this, `Source-${name}`, {
        queue: dead,
        batchSize: 100,
        window: Duration.seconds(5),
        maxConcurrency: mapping,
        after,
      }),
    );
  }
}
