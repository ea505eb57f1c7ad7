/**
 * What functions may do, statement by statement: each names the calls that the code makes, on the
 * resources that it makes them on. Nothing managed, nothing granted by habit.
 */
import { Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import type { DatabaseAccess } from '../data/database.ts';
import type { AppQueues } from '../queues/app-queues.ts';
import type { ScheduleNames } from '../schedule/schedule-names.ts';

/** One statement a call of the store; none needs a transaction. */
export function queryDatabase(database: DatabaseAccess): PolicyStatement[] {
  return onDatabase(database, ['rds-data:ExecuteStatement']);
}

/** Migrations run in transactions. */
export function migrateDatabase(database: DatabaseAccess): PolicyStatement[] {
  return onDatabase(database, [
    'rds-data:ExecuteStatement',
    'rds-data:BeginTransaction',
    'rds-data:CommitTransaction',
    'rds-data:RollbackTransaction',
  ]);
}

/** The Data API reads the secret in its caller's name. */
function onDatabase({ cluster, secret }: DatabaseAccess, actions: string[]): PolicyStatement[] {
  return [
    new PolicyStatement({ actions, resources: [cluster.clusterArn] }),
    new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'],
      resources: [secret.secretArn],
    }),
  ];
}

/** What an event source mapping does in the function's name; hiding is the back-off. */
export function receiveFrom(queues: readonly IQueue[]): PolicyStatement {
  return onQueues(queues, [
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:ChangeMessageVisibility',
    'sqs:GetQueueAttributes',
  ]);
}

/** Tasks, continuations, dead letters. */
export function sendTo(queues: readonly IQueue[]): PolicyStatement {
  return onQueues(queues, ['sqs:SendMessage']);
}

/** How full queues and their dead letters are, and which are paused (a tag says so). */
export function countMessages({ pairs }: AppQueues): PolicyStatement[] {
  const both = [...pairs.values()];
  return [
    onQueues(
      both.flatMap(({ queue, dead }) => [queue, dead]),
      ['sqs:GetQueueAttributes'],
    ),
    onQueues(
      both.map(({ queue }) => queue),
      ['sqs:ListQueueTags'],
    ),
  ];
}

/** Any calls about queues. */
export function onQueues(queues: readonly IQueue[], actions: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: queues.map(({ queueArn }) => queueArn) });
}

/** Ends of batches and executions. */
export function tellBus(bus: IEventBus): PolicyStatement {
  return new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] });
}

/** Sources of batches and of distributed Maps. Without the list a missing object is "forbidden". */
export function readBucket(bucket: IBucket): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects('*')] }),
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
  ];
}

/** Result files of distributed Maps. */
export function writeBucket(bucket: IBucket): PolicyStatement {
  return new PolicyStatement({
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('*')],
  });
}

/** Turns the sweep's schedule on: what a caller that records work does. */
export function wakeSweep(
  scope: IConstruct,
  { group, sweep }: ScheduleNames,
  role: IRole,
): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['scheduler:GetSchedule', 'scheduler:UpdateSchedule'],
      resources: [scheduleArn(scope, group, sweep)],
    }),
    giveRole(role),
  ];
}

/** Turns it off as well, and sets the one-time schedule that wakes the leader in time. */
export function restSweep(scope: IConstruct, names: ScheduleNames, role: IRole): PolicyStatement[] {
  return [
    ...wakeSweep(scope, names, role),
    new PolicyStatement({
      actions: ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule'],
      resources: [scheduleArn(scope, names.group, names.next)],
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

/** Whoever changes a schedule gives it its role again. */
function giveRole(role: IRole): PolicyStatement {
  return new PolicyStatement({
    actions: ['iam:PassRole'],
    resources: [role.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
  });
}

/** Reads and writes what a key of the account's own encrypts. */
export function useKey(key: IKey): PolicyStatement {
  return new PolicyStatement({
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: [key.keyArn],
  });
}
