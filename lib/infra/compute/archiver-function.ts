/** The archiver: settles what dead letters are about, so that nothing is lost in a queue. */
import { Duration } from 'aws-cdk-lib';
import type { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IDependable } from 'constructs';
import { infraDefaults } from '../infra-defaults.ts';
import { AppFunction } from './app-function.ts';
import { environmentOf, type FunctionWorld, keyStatements } from './function-world.ts';
import { queryDatabase, receiveFrom, tellBus } from './policies.ts';
import { queueSource } from './queue-source.ts';

/** See this file's head. */
export class ArchiverFunction extends AppFunction {
  /** One for each queue's dead letters. */
  readonly sources: readonly EventSourceMapping[];

  constructor(scope: Construct, id: string, world: FunctionWorld, after: IDependable) {
    const { timeout, memorySize, mapping } = infraDefaults.archiver;
    const pairs = [...world.queues.pairs];
    super(scope, id, {
      description: 'Millrace: archives what dead letters are about',
      bundle: world.bundler.bundle('archiver'),
      memorySize,
      timeout,
      concurrency: mapping * pairs.length,
      environment: environmentOf(world, 'archiver'),
      statements: [
        receiveFrom(pairs.map(([, { dead }]) => dead)),
        ...queryDatabase(world.data.database),
        ...(world.executionEvents === 'none' ? [] : [tellBus(world.data.bus)]),
        ...keyStatements(world),
      ],
      defaults: world.defaults,
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
