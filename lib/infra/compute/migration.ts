/**
 * Brings the database's schema up to date at each deploy that changes it, before anything that
 * works on it is let loose. A deploy whose migration fails is rolled back.
 */
import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { infraDefaults } from '../infra-defaults.ts';
import { AppFunction } from './app-function.ts';
import { environmentOf, type FunctionContext } from './function-context.ts';
import { keepFailures } from './leader-function.ts';
import { migrateDatabase, sendTo } from './policies.ts';

/** See this file's head. */
export class Migration extends AppFunction {
  /** What has to wait for the schema depends on this. */
  readonly resource: CustomResource;

  constructor(scope: Construct, id: string, context: FunctionContext) {
    const { timeout, memorySize } = infraDefaults.migrate;
    const bundle = context.bundler.bundle('migrate');
    super(scope, id, {
      description: "Millrace: brings the database's schema up to date",
      bundle,
      memorySize,
      timeout,
      environment: environmentOf(context, 'migrate'),
      statements: [...migrateDatabase(context.data.database), sendTo([context.failures])],
      defaults: context.defaults,
    });
    keepFailures(this, context.failures.queueArn);
    this.resource = new CustomResource(this, 'Schema', {
      serviceToken: this.function.functionArn,
      resourceType: 'Custom::MillraceSchema',
      serviceTimeout: timeout.plus(Duration.minutes(1)),
      // The migrations are in the bundle: another bundle, another run.
      properties: { bundle: bundle.digest },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Called when its role's policy stands, and a database that answers.
    const { cluster } = context.data.database;
    this.resource.node.addDependency(this.role, this.function, cluster);
  }
}
