import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { keyStatements, type ServedResources, taskQueues } from './function-context.ts';
import {
  allowOnQueues,
  enableLeaderSchedule,
  inspectQueues,
  putEvents,
  queryDatabase,
  readBucket,
  sendTo,
} from './policies.ts';

/** Returns what whoever serves the HTTP API has to be allowed. */
export function apiStatements(scope: IConstruct, context: ServedResources): PolicyStatement[] {
  const { data, queues, schedules, scheduleRole } = context;
  const tasks = taskQueues(queues);
  return [
    sendTo([...tasks, queues.leader.queue]),
    ...inspectQueues(queues),
    allowOnQueues(tasks, ['sqs:TagQueue', 'sqs:UntagQueue', 'sqs:PurgeQueue']),
    ...queryDatabase(data.database),
    ...readBucket(data.bucket),
    ...enableLeaderSchedule(scope, schedules, scheduleRole),
    ...(context.executionEvents === 'none' ? [] : [putEvents(data.bus)]),
    ...keyStatements(context),
  ];
}
