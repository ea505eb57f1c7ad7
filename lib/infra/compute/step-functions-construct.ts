import { type Grant, type IGrantable, Policy, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { HostedStepFunctions } from '../../config/deployment-config.ts';
import { envNames } from '../../config/setting-sources.ts';
import { infraDefaults } from '../infra-defaults.ts';
import { FunctionConstruct, type FunctionNetworkProps } from './function-construct.ts';
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
import { assumeRole, enableLeaderSchedule, putEvents, queryDatabase, sendTo } from './policies.ts';

/** Props of a {@link StepFunctionsConstruct}. */
export interface StepFunctionsConstructProps extends HostedStepFunctions {
  /** Permissions of the app's handlers, which StartSyncExecution and TestState call here. */
  readonly taskPolicies: readonly PolicyStatement[];
  /** The role in which Tasks call AWS services. @default that of the function */
  readonly taskRoleArn?: string | undefined;
  /** That of the workers, whose handlers it runs. @default none */
  readonly network?: FunctionNetworkProps | undefined;
}

/** The function of Step Functions' own API. IAM authorizes requests to its URL. */
export class StepFunctionsConstruct extends FunctionConstruct {
  readonly url: FunctionUrl;
  /** What handlers and service integrations may do; absent if nothing is run here. */
  readonly tasks?: Policy;

  constructor(
    scope: Construct,
    id: string,
    context: FunctionContext,
    props: StepFunctionsConstructProps,
  ) {
    const { access, network, taskRoleArn, taskPolicies } = props;
    // A caller that only reads runs nothing, and changes nothing outside of the database either.
    const isReader =
      access !== undefined && Object.values(access).every((role) => role === 'reader');
    super(scope, id, {
      description: "Millrace: serves Step Functions' API",
      bundle: context.bundler.bundle('step-functions'),
      ...infraDefaults.stepFunctions,
      environment: {
        ...functionEnvironment(context, 'step-functions', isReader ? 'reader' : 'application'),
        ...leaderEnvironment(context),
        ...(access !== undefined && { [envNames.stepFunctionsAccess]: JSON.stringify(access) }),
        ...(!isReader && {
          ...secretsEnvironment(context),
          ...(taskRoleArn !== undefined && { [envNames.taskRoleArn]: taskRoleArn }),
        }),
      },
      statements: [
        ...queryDatabase(databaseAs(context.data, isReader ? 'reader' : 'application')),
        ...keyStatements(context),
        ...(isReader ? [] : changingStatements(scope, context, taskRoleArn)),
      ],
      defaults: context.defaults,
      after: context.schema,
      layers: appLayers(context),
      network,
      release: { canary: context.canary ?? false },
    });
    if (!isReader && taskPolicies.length > 0) {
      this.tasks = new Policy(this, 'Tasks', { roles: [this.role], statements: [...taskPolicies] });
      this.function.node.addDependency(this.tasks);
    }
    const authType = FunctionUrlAuthType.AWS_IAM;
    this.url = (this.release?.alias ?? this.function).addFunctionUrl({ authType });
  }

  /** Allows `grantee` to call the API by its URL, and in no other way. */
  grantCall(grantee: IGrantable): Grant {
    return this.target.grantInvokeUrl(grantee);
  }
}

/** What starting executions takes besides the database, and running them in the function. */
function changingStatements(
  scope: Construct,
  context: FunctionContext,
  taskRoleArn: string | undefined,
): PolicyStatement[] {
  const { data, queues, schedules, scheduleRole, executionEvents } = context;
  return [
    sendTo(taskQueues(queues)),
    ...enableLeaderSchedule(scope, schedules, scheduleRole),
    ...(executionEvents === 'none' ? [] : [putEvents(data.bus)]),
    ...handlerSecretStatements(context),
    ...(taskRoleArn === undefined ? [] : [assumeRole(taskRoleArn)]),
  ];
}
