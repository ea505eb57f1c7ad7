import type { IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { IDependable } from 'constructs';
import type { AppDescription } from '../../config/app-description.ts';
import type { DeploymentConfig } from '../../config/deployment-config.ts';
import { envNames } from '../../config/setting-sources.ts';
import type { FunctionBundler, FunctionName } from '../bundling/bundler.ts';
import type { AppData } from '../data/app-data.ts';
import type { AppQueues } from '../queues/app-queues.ts';
import type { ScheduleNames } from '../schedule/schedule-names.ts';
import type { FunctionDefaults } from './function-construct.ts';
import { useKey } from './policies.ts';

/** What all functions of an app share: the resources that they use, and their settings. */
export interface FunctionContext {
  readonly app: AppDescription;
  readonly data: AppData;
  readonly queues: AppQueues;
  readonly bundler: FunctionBundler;
  readonly schedules: ScheduleNames;
  /** The role in which schedules invoke the leader. */
  readonly scheduleRole: IRole;
  /** Keeps the events of failed asynchronous invocations. */
  readonly failures: Queue;
  readonly executionEvents: Required<DeploymentConfig>['executionEvents'];
  readonly logLevel: string;
  /** Namespace of the metrics. */
  readonly namespace: string;
  readonly encryptionKey?: IKey;
  /** What functions wait for before their code changes; absent for the migration itself. */
  readonly schema?: IDependable;
  readonly defaults: FunctionDefaults;
}

/** What the HTTP API of an app works with. */
export type ServedResources = Pick<
  FunctionContext,
  'data' | 'encryptionKey' | 'executionEvents' | 'queues' | 'scheduleRole' | 'schedules'
>;

/** Returns the environment variables of every function. */
export function functionEnvironment(
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
    [envNames.sqsQueueUrls]: formatQueueUrls(context.queues),
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

/** Returns `{"critical":{"queue":URL,"dead":URL}, …}`. */
export function formatQueueUrls({ pairs }: AppQueues): string {
  return JSON.stringify(
    Object.fromEntries(
      [...pairs].map(([name, { queue, dead }]) => [
        name,
        { queue: queue.queueUrl, dead: dead.queueUrl },
      ]),
    ),
  );
}

/** Returns the environment variables of the leader, and of functions that invoke it. */
export function leaderEnvironment({ queues, schedules }: FunctionContext): Record<string, string> {
  return {
    [envNames.leaderQueueUrl]: queues.leader.queue.queueUrl,
    [envNames.leaderSchedule]: `${schedules.group}/${schedules.leader}`,
  };
}

/** Returns the permission to use the app's encryption key, if it has one. */
export function keyStatements({
  encryptionKey,
}: Pick<FunctionContext, 'encryptionKey'>): PolicyStatement[] {
  return encryptionKey === undefined ? [] : [useKey(encryptionKey)];
}

/** Returns the queues of tasks: all queues but the leader's. */
export function taskQueues({ pairs }: AppQueues): Queue[] {
  return [...pairs.values()].map(({ queue }) => queue);
}
