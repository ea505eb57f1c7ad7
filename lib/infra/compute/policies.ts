/**
 * IAM statements of the functions. Each allows exactly the calls that the code makes, on the
 * resources that it makes them on; managed policies are not used.
 */
import { Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import type { DatabaseAccess } from '../data/database.ts';
import type { AppQueues } from '../queues/app-queues.ts';
import type { ScheduleNames } from '../schedule/schedule-names.ts';

/**
 * Allows the calls of the store and of migrations, which need no transactions. The Data API reads
 * the secret with its caller's permissions.
 */
export function queryDatabase({
  cluster,
  secret,
}: Pick<DatabaseAccess, 'cluster' | 'secret'>): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['rds-data:ExecuteStatement'],
      resources: [cluster.clusterArn],
    }),
    readSecrets([secret]),
  ];
}

/** Allows reading secrets. */
export function readSecrets(secrets: readonly ISecret[]): PolicyStatement {
  return new PolicyStatement({
    actions: ['secretsmanager:GetSecretValue'],
    resources: secrets.map(({ secretArn }) => secretArn),
  });
}

/** Allows replacing the texts of secrets. */
export function rotateSecrets(secrets: readonly ISecret[]): PolicyStatement {
  return new PolicyStatement({
    actions: [
      'secretsmanager:DescribeSecret',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ],
    resources: secrets.map(({ secretArn }) => secretArn),
  });
}

/** Allows what an event source mapping does for its function; its backoff hides messages longer. */
export function receiveFrom(queues: readonly IQueue[]): PolicyStatement {
  return allowOnQueues(queues, [
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:ChangeMessageVisibility',
    'sqs:GetQueueAttributes',
  ]);
}

/** Allows sending tasks, continuations and dead letters. */
export function sendTo(queues: readonly IQueue[]): PolicyStatement {
  return allowOnQueues(queues, ['sqs:SendMessage']);
}

/** Allows reading how many messages queues have, and which queues are paused, which is a tag. */
export function inspectQueues({ pairs: byName }: AppQueues): PolicyStatement[] {
  const pairs = [...byName.values()];
  return [
    allowOnQueues(
      pairs.flatMap(({ queue, dead }) => [queue, dead]),
      ['sqs:GetQueueAttributes'],
    ),
    allowOnQueues(
      pairs.map(({ queue }) => queue),
      ['sqs:ListQueueTags'],
    ),
  ];
}

/** Allows `actions` on queues. */
export function allowOnQueues(queues: readonly IQueue[], actions: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: queues.map(({ queueArn }) => queueArn) });
}

/** Allows publishing the ends of batches and executions. */
export function putEvents(bus: IEventBus): PolicyStatement {
  return new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] });
}

/**
 * Allows reading the sources of batches and distributed Maps. Without `ListBucket` S3 reports a
 * missing object as forbidden.
 */
export function readBucket(bucket: IBucket): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects('*')] }),
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
  ];
}

/** Allows writing the result files of distributed Maps. */
export function writeBucket(bucket: IBucket): PolicyStatement {
  return new PolicyStatement({
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('*')],
  });
}

/** Allows turning the leader schedule on, which functions that record work do. */
export function enableLeaderSchedule(
  scope: IConstruct,
  { group, leader }: ScheduleNames,
  role: IRole,
): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['scheduler:GetSchedule', 'scheduler:UpdateSchedule'],
      resources: [scheduleArn(scope, group, leader)],
    }),
    passRole(role),
  ];
}

/** Allows pausing the schedules of batches; {@link enableLeaderSchedule} also passes their role. */
export function pauseBatchSchedules(
  scope: IConstruct,
  { group, batches }: ScheduleNames,
): PolicyStatement[] {
  if (batches.length === 0) return [];
  return [
    new PolicyStatement({
      actions: ['scheduler:GetSchedule', 'scheduler:UpdateSchedule'],
      resources: batches.map((name) => scheduleArn(scope, group, name)),
    }),
  ];
}

/** Also allows setting the one-time schedule that wakes a resting leader. */
export function manageLeaderSchedules(
  scope: IConstruct,
  names: ScheduleNames,
  role: IRole,
): PolicyStatement[] {
  return [
    ...enableLeaderSchedule(scope, names, role),
    new PolicyStatement({
      actions: ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule'],
      resources: [scheduleArn(scope, names.group, names.wake)],
    }),
  ];
}

function scheduleArn(scope: IConstruct, group: string, name: string): string {
  return Stack.of(scope).formatArn({
    service: 'scheduler',
    resource: 'schedule',
    resourceName: `${group}/${name}`,
  });
}

/** A call that updates a schedule passes its role again. */
function passRole(role: IRole): PolicyStatement {
  return new PolicyStatement({
    actions: ['iam:PassRole'],
    resources: [role.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
  });
}

/** Allows calling AWS services in another role. */
export function assumeRole(roleArn: string): PolicyStatement {
  return new PolicyStatement({ actions: ['sts:AssumeRole'], resources: [roleArn] });
}

/** Allows reading and writing data that `key` encrypts. */
export function useKey(key: IKey): PolicyStatement {
  return new PolicyStatement({
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: [key.keyArn],
  });
}
