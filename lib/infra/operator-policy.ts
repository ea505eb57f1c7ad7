import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import {
  databaseAs,
  keyStatements,
  type ServedResources,
  taskQueues,
} from './compute/function-context.ts';
import {
  allowOnQueues,
  enableLeaderSchedule,
  pauseBatchSchedules,
  putEvents,
  queryDatabase,
  readBucket,
} from './compute/policies.ts';

/**
 * A managed policy for people: what `millrace dashboard` and the commands that look at executions,
 * orders, queues and tasks, or change them, need in the environment of the stack. It is attached to
 * no one.
 */
export class OperatorPolicy extends Construct {
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, resources: ServedResources) {
    super(scope, id);
    const { data, queues, scheduleRole, schedules } = resources;
    const dead = [...queues.pairs.values()].map((pair) => pair.dead);
    // IAM accepts 6,144 characters: as the environment of a function limits the number of queues,
    // their ARNs need less than half of that.
    this.policy = new ManagedPolicy(this, 'Policy', {
      description: 'Millrace: looking at the app and changing it from a machine of yours',
      statements: [
        ...queryDatabase(databaseAs(data, 'application')),
        ...readBucket(data.bucket),
        ...enableLeaderSchedule(this, schedules, scheduleRole),
        ...pauseBatchSchedules(this, schedules),
        // Changes, orders and cancelled batches are published, whatever `executionEvents` says.
        putEvents(data.bus),
        ...keyStatements(resources),
        allowOnQueues(taskQueues(queues), queueActions),
        allowOnQueues(dead, ['sqs:GetQueueAttributes']),
      ],
    });
  }
}

/** Tasks are sent again; how many wait is read; a paused queue has a tag. */
const queueActions = [
  'sqs:GetQueueAttributes',
  'sqs:ListQueueTags',
  'sqs:PurgeQueue',
  'sqs:SendMessage',
  'sqs:TagQueue',
  'sqs:UntagQueue',
];
