import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { IDependable } from 'constructs';
import type { AppDescription } from '../../config/app-description.ts';
import type { ApiRole, DeploymentConfig } from '../../config/deployment-config.ts';
import { envNames } from '../../config/setting-sources.ts';
import type { FunctionBundler, FunctionName } from '../bundling/bundler.ts';
import type { AppData } from '../data/app-data.ts';
import type { DatabaseAccess } from '../data/database.ts';
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
  /** Variables in the environment of handlers. */
  readonly handlerEnvironment?: Readonly<Record<string, string>>;
  /** ARNs of secrets and parameters by the variables of handlers. */
  readonly handlerSecrets?: Readonly<Record<string, string>>;
  /** Layers of the functions that load the app. */
  readonly layers?: readonly ILayerVersion[];
  readonly tracingLayer?: ILayerVersion;
  /** Whether new versions of workers and API first get a tenth of the work. */
  readonly canary?: boolean;
  /** What functions wait for before their code changes; absent for the migration itself. */
  readonly schema?: IDependable;
  readonly defaults: FunctionDefaults;
}

/** The role that a function has in the database. */
export type DatabaseRole = 'owner' | 'application' | 'reader';

/** Returns the database with the secret of a role. */
export function databaseAs(
  { database, logins }: AppData,
  role: DatabaseRole,
): Pick<DatabaseAccess, 'cluster' | 'secret'> {
  const { cluster } = database;
  return { cluster, secret: role === 'owner' ? database.secret : logins[role] };
}

/** Returns the role in the database of a function whose callers have these roles. */
export function roleForCallers(roles: readonly ApiRole[]): DatabaseRole {
  return roles.every((role) => role === 'reader') ? 'reader' : 'application';
}

/** What the HTTP API of an app works with. */
export type ServedResources = Pick<
  FunctionContext,
  'data' | 'encryptionKey' | 'queues' | 'scheduleRole' | 'schedules'
>;

/**
 * Returns the environment variables of every function.
 * @param role its role in the database
 */
export function functionEnvironment(
  context: FunctionContext,
  name: FunctionName,
  role: DatabaseRole = 'application',
): Record<string, string> {
  const { database, bucket, bus } = context.data;
  const { cluster, secret } = databaseAs(context.data, role);
  return {
    [envNames.store]: 'rds-data',
    [envNames.databaseClusterArn]: cluster.clusterArn,
    [envNames.databaseSecretArn]: secret.secretArn,
    [envNames.databaseName]: database.databaseName,
    ...(role === 'reader' && { [envNames.databaseReadOnly]: 'true' }),
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
    ...(name !== 'migrate' && { ...tracingEnvironment(context), ...context.handlerEnvironment }),
  };
}

/** The layer starts Node with its SDK, which Millrace finds registered. */
function tracingEnvironment({ tracingLayer }: FunctionContext): Record<string, string> {
  if (tracingLayer === undefined) return {};
  return {
    AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-instrument',
    OTEL_PROPAGATORS: 'tracecontext,baggage,xray',
  };
}

/** Returns the layers of functions that load the app. */
export function appLayers({ layers = [], tracingLayer }: FunctionContext): ILayerVersion[] {
  return [...(tracingLayer === undefined ? [] : [tracingLayer]), ...layers];
}

/** Returns the variable that tells functions which run handlers the secrets of these. */
export function secretsEnvironment({ handlerSecrets }: FunctionContext): Record<string, string> {
  if (handlerSecrets === undefined) return {};
  return { [envNames.handlerSecrets]: JSON.stringify(handlerSecrets) };
}

/** Returns the permissions to read the secrets and parameters of handlers. */
export function handlerSecretStatements({ handlerSecrets = {} }: FunctionContext) {
  const arns = Object.values(handlerSecrets);
  const kinds = [
    ['secretsmanager:GetSecretValue', ':secretsmanager:'],
    ['ssm:GetParameter', ':ssm:'],
  ] as const;
  return kinds.flatMap(([action, service]) => {
    const resources = arns.filter((arn) => arn.includes(service));
    return resources.length === 0 ? [] : [new PolicyStatement({ actions: [action], resources })];
  });
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
