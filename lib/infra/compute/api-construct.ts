import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { infraDefaults } from '../infra-defaults.ts';
import { FunctionConstruct } from './function-construct.ts';
import {
  type FunctionContext,
  functionEnvironment,
  keyStatements,
  leaderEnvironment,
  taskQueues,
} from './function-context.ts';
import {
  allowOnQueues,
  enableLeaderSchedule,
  inspectQueues,
  putEvents,
  queryDatabase,
  readBucket,
  sendTo,
} from './policies.ts';

/** The function of the HTTP API. IAM authorizes requests to its URL, so callers must sign them. */
export class ApiConstruct extends FunctionConstruct {
  readonly url: FunctionUrl;

  constructor(scope: Construct, id: string, context: FunctionContext) {
    const { data, queues, schedules, scheduleRole } = context;
    const tasks = taskQueues(queues);
    super(scope, id, {
      description: 'Millrace: serves the HTTP API',
      bundle: context.bundler.bundle('api'),
      ...infraDefaults.api,
      environment: { ...functionEnvironment(context, 'api'), ...leaderEnvironment(context) },
      statements: [
        sendTo([...tasks, queues.leader.queue]),
        ...inspectQueues(queues),
        allowOnQueues(tasks, ['sqs:TagQueue', 'sqs:UntagQueue', 'sqs:PurgeQueue']),
        ...queryDatabase(data.database),
        ...readBucket(data.bucket),
        ...enableLeaderSchedule(scope, schedules, scheduleRole),
        ...(context.executionEvents === 'none' ? [] : [putEvents(data.bus)]),
        ...keyStatements(context),
      ],
      defaults: context.defaults,
    });
    this.url = this.function.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  }

  /** Allows `grantee` to call the API by its URL, and in no other way. */
  grantCall(grantee: IGrantable): Grant {
    return this.function.grantInvokeUrl(grantee);
  }
}
