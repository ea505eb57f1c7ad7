/**
 * What all functions of one app have in common: the data and queues they work on, and the
 * environment that says so to their code.
 */
import type { IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { AppDescription } from '../../app/app-description.ts';
import { envNames } from '../../app/env-names.ts';
import type { Bundler, FunctionName } from '../bundling/bundler.ts';
import type { AppData } from '../data/app-data.ts';
import type { AppQueues } from '../queues/app-queues.ts';
import type { ScheduleNames } from '../schedule/schedule-names.ts';
import type { FunctionDefaults } from './app-function.ts';
import { useKey } from './policies.ts';

/** Which ends of executions are told on the bus. */
export type ExecutionEvents = 'all' | 'failures' | 'none';

/** See this file's head. */
export interface FunctionWorld {
  readonly app: AppDescription;
  readonly data: AppData;
  readonly queues: AppQueues;
  readonly bundler: Bundler;
  readonly schedules: ScheduleNames;
  /** What schedules call the leader as. */
  readonly scheduleRole: IRole;
  /** Where events come to lie that a function failed at and that nobody waited for. */
  readonly failures: Queue;
  readonly executionEvents: ExecutionEvents;
  readonly logLevel: string;
  /** The namespace of metrics. */
  readonly namespace: string;
  readonly encryptionKey?: IKey;
  readonly defaults: FunctionDefaults;
}

/** What a function's code is told of its world. */
export function environmentOf(world: FunctionWorld, name: FunctionName): Record<string, string> {
  const { database, bucket, bus } = world.data;
  return {
    [envNames.storeDriver]: 'rds-data',
    [envNames.databaseClusterArn]: database.cluster.clusterArn,
    [envNames.databaseSecretArn]: database.secret.secretArn,
    [envNames.databaseName]: database.databaseName,
    [envNames.queueDriver]: 'sqs',
    [envNames.sqsQueueUrls]: queueUrls(world.queues),
    [envNames.objectsDriver]: 's3',
    [envNames.bucket]: bucket.bucketName,
    [envNames.eventBus]: bus.eventBusName,
    [envNames.executionEvents]: world.executionEvents,
    [envNames.logLevel]: world.logLevel,
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_METRICS_NAMESPACE: world.namespace,
    NODE_OPTIONS: '--enable-source-maps',
  };
}

/** `{"critical":{"queue":URL,"dead":URL}, …}`. */
export function queueUrls({ pairs }: AppQueues): string {
  return JSON.stringify(
    Object.fromEntries(
      [...pairs].map(([name, { queue, dead }]) => [
        name,
        { queue: queue.queueUrl, dead: dead.queueUrl },
      ]),
    ),
  );
}

/** What only a leader, and who sets it to work, is told. */
export function leaderEnvironment({ queues, schedules }: FunctionWorld): Record<string, string> {
  return {
    [envNames.leaderQueueUrl]: queues.leader.queue.queueUrl,
    ...sweepEnvironment(schedules),
  };
}

/** Which schedule to turn on, for whoever records work. */
function sweepEnvironment({ group, sweep }: ScheduleNames): Record<string, string> {
  return { [envNames.sweepSchedule]: `${group}/${sweep}` };
}

/** The right to use the account's own key, where there is one. */
export function keyStatements({ encryptionKey }: FunctionWorld): PolicyStatement[] {
  return encryptionKey === undefined ? [] : [useKey(encryptionKey)];
}

/** All queues of the app, without the leader's. */
export function taskQueues({ pairs }: AppQueues): Queue[] {
  return [...pairs.values()].map(({ queue }) => queue);
}
