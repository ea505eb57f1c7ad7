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
export function wakeSweep(scope: IConstruct, names: ScheduleNames, role: IRole): PolicyStatement[] {
  return onSchedules(scope, names, [names.sweep], role, [
    'scheduler:GetSchedule',
    'scheduler:UpdateSchedule',
  ]);
}

/** Turns it off as well, and makes the one-time schedule that wakes the leader in time. */
export function restSweep(scope: IConstruct, names: ScheduleNames, role: IRole): PolicyStatement[] {
  return onSchedules(scope, names, [names.sweep, names.next], role, [
    'scheduler:GetSchedule',
    'scheduler:UpdateSchedule',
    'scheduler:CreateSchedule',
    'scheduler:DeleteSchedule',
  ]);
}

/** To change a schedule is to give it its role. */
function onSchedules(
  scope: IConstruct,
  { group }: ScheduleNames,
  schedules: readonly string[],
  role: IRole,
  actions: string[],
): PolicyStatement[] {
  const arnOf = (name: string) =>
    Stack.of(scope).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${group}/${name}`,
    });
  return [
    new PolicyStatement({ actions, resources: schedules.map(arnOf) }),
    new PolicyStatement({
      actions: ['iam:PassRole'],
      resources: [role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    }),
  ];
}

/** Reads and writes what a key of the account's own encrypts. */
export function useKey(key: IKey): PolicyStatement {
  return new PolicyStatement({
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: [key.keyArn],
  });
}
