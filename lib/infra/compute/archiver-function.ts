/** The archiver: settles what dead letters are about, so that nothing is lost in a queue. */
import { Duration } from 'aws-cdk-lib';
import type { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IDependable } from 'constructs';
import { infraDefaults } from '../infra-defaults.ts';
import { AppFunction } from './app-function.ts';
import { environmentOf, type FunctionContext, keyStatements } from './function-context.ts';
import { queryDatabase, receiveFrom, tellBus } from './policies.ts';
import { queueSource } from './queue-source.ts';

/** See this file's head. */
export class ArchiverFunction extends AppFunction {
  /** One for each queue's dead letters. */
  readonly sources: readonly EventSourceMapping[];

  constructor(scope: Construct, id: string, context: FunctionContext, after: IDependable) {
    const { timeout, memorySize, mapping } = infraDefaults.archiver;
    const pairs = [...context.queues.pairs];
    super(scope, id, {
      description: 'Millrace: archives what dead letters are about',
      bundle: context.bundler.bundle('archiver'),
      memorySize,
      timeout,
      concurrency: mapping * pairs.length,
      environment: environmentOf(context, 'archiver'),
      statements: [
        receiveFrom(pairs.map(([, { dead }]) => dead)),
        ...queryDatabase(context.data.database),
        ...(context.executionEvents === 'none' ? [] : [tellBus(context.data.bus)]),
        ...keyStatements(context),
      ],
      defaults: context.defaults,
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
