/**
 * The operations of the command line over HTTP. Its URL answers those alone whom IAM lets in: who
 * calls signs the request.
 */
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
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
  onQueues,
  queryDatabase,
  readBucket,
  sendTo,
  tellBus,
  wakeSweep,
} from './policies.ts';

/** See this file's head. */
export class ApiFunction extends AppFunction {
  readonly url: FunctionUrl;

  constructor(scope: Construct, id: string, context: FunctionContext) {
    const { data, queues, schedules, scheduleRole } = context;
    const tasks = taskQueues(queues);
    super(scope, id, {
      description: 'Millrace: operations over HTTP',
      bundle: context.bundler.bundle('api'),
      ...infraDefaults.api,
      environment: { ...environmentOf(context, 'api'), ...leaderEnvironment(context) },
      statements: [
        sendTo([...tasks, queues.leader.queue]),
        ...countMessages(queues),
        onQueues(tasks, ['sqs:TagQueue', 'sqs:UntagQueue', 'sqs:PurgeQueue']),
        ...queryDatabase(data.database),
        ...readBucket(data.bucket),
        ...wakeSweep(scope, schedules, scheduleRole),
        ...(context.executionEvents === 'none' ? [] : [tellBus(data.bus)]),
        ...keyStatements(context),
      ],
      defaults: context.defaults,
    });
    this.url = this.function.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  }

  /** Lets `grantee` call the API: by its URL, and in no other way. */
  grantCall(grantee: IGrantable): Grant {
    return this.function.grantInvokeUrl(grantee);
  }
}
