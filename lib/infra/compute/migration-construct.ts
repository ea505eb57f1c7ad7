import { CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { envNames } from '../../config/setting-sources.ts';
import { infraDefaults } from '../infra-defaults.ts';
import { FunctionConstruct } from './function-construct.ts';
import {
  databaseAs,
  type FunctionContext,
  functionEnvironment,
  keyStatements,
} from './function-context.ts';
import { addFailureDestination } from './leader-construct.ts';
import { queryDatabase, readSecrets, rotateSecrets, sendTo } from './policies.ts';

/**
 * The function and the custom resource that migrate the database at each deploy that changes the
 * schema, as its owner, and create the roles of all other functions. Functions, event sources and
 * schedules depend on the resource, so that no code runs on an older schema than its own. A deploy
 * whose migration fails is rolled back.
 */
export class MigrationConstruct extends FunctionConstruct {
  /** Everything that needs the schema depends on this resource. */
  readonly resource: CustomResource;

  constructor(scope: Construct, id: string, context: FunctionContext) {
    const { timeout, memorySize } = infraDefaults.migrate;
    const bundle = context.bundler.bundle('migrate');
    const { database, logins } = context.data;
    const { application, reader } = logins;
    super(scope, id, {
      description: 'Millrace: migrates the database',
      bundle,
      memorySize,
      timeout,
      environment: {
        ...functionEnvironment(context, 'migrate', 'owner'),
        [envNames.applicationSecretArn]: application.secretArn,
        [envNames.readerSecretArn]: reader.secretArn,
      },
      statements: [
        ...queryDatabase(databaseAs(context.data, 'owner')),
        readSecrets([application, reader]),
        rotateSecrets([application, reader]),
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
      // The bundle contains the migrations: a new bundle updates the resource. So does another
      // database, which needs the schema and the roles, and another secret.
      properties: {
        bundle: bundle.digest,
        cluster: database.cluster.clusterArn,
        application: application.secretArn,
        reader: reader.secretArn,
      },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // The function needs the policy of its role, and a database that answers.
    this.resource.node.addDependency(this.role, this.function, database.cluster);
    for (const [name, secret] of Object.entries({ Application: application, Reader: reader })) {
      this.#rotate(name, secret);
    }
  }

  /** The function may only be invoked for this secret, and not before there is a role. */
  #rotate(name: string, { secretArn }: ISecret): void {
    const { functionArn } = this.function;
    const permission = new CfnPermission(this, `Rotate${name}`, {
      action: 'lambda:InvokeFunction',
      functionName: functionArn,
      principal: 'secretsmanager.amazonaws.com',
      sourceArn: secretArn,
      sourceAccount: Stack.of(this).account,
    });
    const schedule = new CfnRotationSchedule(this, `Rotation${name}`, {
      secretId: secretArn,
      rotationLambdaArn: functionArn,
      rotationRules: { automaticallyAfterDays: infraDefaults.rotationDays },
      rotateImmediatelyOnUpdate: false,
    });
    schedule.node.addDependency(permission, this.resource);
  }
}
