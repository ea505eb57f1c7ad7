import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import {
  type DatabaseRole,
  databaseAs,
  keyStatements,
  type ServedResources,
  taskQueues,
} from './function-context.ts';
import {
  allowOnQueues,
  enableLeaderSchedule,
  inspectQueues,
  pauseBatchSchedules,
  putEvents,
  queryDatabase,
  readBucket,
  sendTo,
} from './policies.ts';

/**
 * Returns what whoever serves the HTTP API has to be allowed.
 * @param role its role in the database; a reader changes nothing outside of it either
 */
export function apiStatements(
  scope: IConstruct,
  context: ServedResources,
  role: DatabaseRole,
): PolicyStatement[] {
  const { data, queues, schedules, scheduleRole } = context;
  const tasks = taskQueues(queues);
  const reading = [
    ...inspectQueues(queues),
    ...queryDatabase(databaseAs(data, role)),
    ...readBucket(data.bucket),
    ...keyStatements(context),
  ];
  if (role === 'reader') return reading;
  return [
    sendTo([...tasks, queues.leader.queue]),
    ...reading,
    allowOnQueues(tasks, ['sqs:TagQueue', 'sqs:UntagQueue', 'sqs:PurgeQueue']),
    ...enableLeaderSchedule(scope, schedules, scheduleRole),
    ...pauseBatchSchedules(scope, schedules),
    // Changes, orders and cancelled batches are published, whatever `executionEvents` says.
    putEvents(data.bus),
  ];
}
