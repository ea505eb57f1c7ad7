/**
 * What all functions of one app have in common: the data and queues they work on, and the
 * environment that says so to their code.
 */
import type { IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { AppDescription } from '../../config/app-description.ts';
import type { DeploymentConfig } from '../../config/deployment-config.ts';
import { envNames } from '../../config/setting-sources.ts';
import type { Bundler, FunctionName } from '../bundling/bundler.ts';
import type { AppData } from '../data/app-data.ts';
import type { AppQueues } from '../queues/app-queues.ts';
import type { ScheduleNames } from '../schedule/schedule-names.ts';
import type { FunctionDefaults } from './app-function.ts';
import { useKey } from './policies.ts';

/** See this file's head. */
export interface FunctionContext {
  readonly app: AppDescription;
  readonly data: AppData;
  readonly queues: AppQueues;
  readonly bundler: Bundler;
  readonly schedules: ScheduleNames;
  /** What schedules call the leader as. */
  readonly scheduleRole: IRole;
  /** Where events come to lie that a function failed at and that nobody waited for. */
  readonly failures: Queue;
  readonly executionEvents: Required<DeploymentConfig>['executionEvents'];
  readonly logLevel: string;
  /** The namespace of metrics. */
  readonly namespace: string;
  readonly encryptionKey?: IKey;
  readonly defaults: FunctionDefaults;
}

/** What a function's code is told of its world. */
export function environmentOf(
  context: FunctionContext,
  name: FunctionName,
): Record<string, string> {
  const { database, bucket, bus } = context.data;
  return {
    [envNames.store]: 'rds-data',
    [envNames.databaseClusterArn]: database.cluster.clusterArn,
    [envNames.databaseSecretArn]: database.secret.secretArn,
    [envNames.databaseName]: database.databaseName,
    [envNames.broker]: 'sqs',
    [envNames.sqsQueueUrls]: queueUrls(context.queues),
    [envNames.objectsDriver]: 's3',
    [envNames.bucket]: bucket.bucketName,
    [envNames.eventBus]: bus.eventBusName,
    [envNames.executionEvents]: context.executionEvents,
    [envNames.logLevel]: context.logLevel,
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_METRICS_NAMESPACE: context.namespace,
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
export function leaderEnvironment({ queues, schedules }: FunctionContext): Record<string, string> {
  return {
    [envNames.leaderQueueUrl]: queues.leader.queue.queueUrl,
    ...sweepEnvironment(schedules),
  };
}

/** Which schedule to turn on, for whoever records work. */
function sweepEnvironment({ group, sweep }: ScheduleNames): Record<string, string> {
  return { [envNames.leaderSchedule]: `${group}/${sweep}` };
}

/** The right to use the account's own key, where there is one. */
export function keyStatements({ encryptionKey }: FunctionContext): PolicyStatement[] {
  return encryptionKey === undefined ? [] : [useKey(encryptionKey)];
}

/** All queues of the app, without the leader's. */
export function taskQueues({ pairs }: AppQueues): Queue[] {
  return [...pairs.values()].map(({ queue }) => queue);
}
