import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { infraDefaults } from '../infra-defaults.ts';
import { FunctionConstruct } from './function-construct.ts';
import { type FunctionContext, functionEnvironment, keyStatements } from './function-context.ts';
import { addFailureDestination } from './leader-construct.ts';
import { queryDatabase, sendTo } from './policies.ts';

/**
 * The function and the custom resource that migrate the database at each deploy that changes the
 * schema. Functions, event sources and schedules depend on the resource, so that no code runs on an
 * older schema than its own. A deploy whose migration fails is rolled back.
 */
export class MigrationConstruct extends FunctionConstruct {
  /** Everything that needs the schema depends on this resource. */
  readonly resource: CustomResource;

  constructor(scope: Construct, id: string, context: FunctionContext) {
    const { timeout, memorySize } = infraDefaults.migrate;
    const bundle = context.bundler.bundle('migrate');
    super(scope, id, {
      description: 'Millrace: migrates the database',
      bundle,
      memorySize,
      timeout,
      environment: functionEnvironment(context, 'migrate'),
      statements: [
        ...queryDatabase(context.data.database),
        sendTo([context.failures]),
        ...keyStatements(context),
      ],
      defaults: context.defaults,
    });
    addFailureDestination(this, context.failures.queueArn);
    this.resource = new CustomResource(this, 'Schema', {
      serviceToken: this.function.functionArn,
      resourceType: 'Custom::MillraceSchema',
      serviceTimeout: timeout.plus(Duration.minutes(1)),
      // The bundle contains the migrations: a new bundle updates the resource.
      properties: { bundle: bundle.digest },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // The function needs the policy of its role, and a database that answers.
    const { cluster } = context.data.database;
    this.resource.node.addDependency(this.role, this.function, cluster);
  }
}
