import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AuroraPostgresEngineVersion } from 'aws-cdk-lib/aws-rds';
import type { AppDescription } from '../config/app-description.ts';
import { selectStage } from '../config/deployment/select-stage.ts';
import type { DeployedQueue, DeploymentConfig } from '../config/deployment-config.ts';
import { MillraceError } from '../errors.ts';
import type { QueueOptions } from './queue-plan.ts';
import type { MillraceStacksProps } from './stacks/millrace-stacks.ts';

/**
 * Returns the `deployment` of a configuration as props of the stacks. Throws INVALID_CONFIGURATION
 * for a stage that it does not have, and for a retention that CloudWatch does not support.
 * @param stage the stage to deploy, if there are several
 */
export function deploymentProps(app: AppDescription, stage?: string): MillraceStacksProps {
  const deployment = selectStage(app.deployment ?? {}, stage);
  const { capacity, engineVersion, queues, taskPolicies, logRetentionDays, retain, ...others } =
    deployment;
  const { alarms, encryptionKeyArn, database, bucketName, eventBusArn, ...rest } = others;
  const { databaseNetwork, workerNetwork, layers, tracingLayerArn, taskRoleArn, ...more } = rest;
  const { externalPackages, expireObjects, environment, secrets, ...same } = more;
  const changed = defined({
    readers: capacity?.readers,
    taskRoleArn,
    bundling: externalPackages === undefined ? undefined : { external: externalPackages },
    objectExpirations:
      expireObjects === undefined ? undefined : mapValues(expireObjects, Duration.days),
    handlerEnvironment: environment,
    handlerSecrets: secrets,
    minCapacity: capacity?.min,
    maxCapacity: capacity?.max,
    autoPause: toDuration(capacity?.pauseAfterSeconds),
    engineVersion: engineVersion === undefined ? undefined : toEngineVersion(engineVersion),
    queueOptions: queues === undefined ? undefined : mapValues(queues, toQueueOptions),
    taskPolicies: taskPolicies?.map(
      ({ actions, resources }) =>
        new PolicyStatement({ actions: [...actions], resources: [...resources] }),
    ),
    taskWildcards: taskPolicies === undefined ? undefined : wildcardReasons(taskPolicies),
    existing: whenAny(
      defined({
        encryptionKeyArn,
        database,
        alarms,
        bucketName,
        eventBusArn,
        databaseNetwork,
        workerNetwork,
        layers,
        tracingLayerArn,
      }),
    ),
    logRetention: toRetention(logRetentionDays),
    removalPolicy: retain === false ? RemovalPolicy.DESTROY : undefined,
  });
  return { ...same, ...changed, app };
}

/** Returns the reasons by wildcard, of the entries that have one. */
function wildcardReasons(
  policies: NonNullable<DeploymentConfig['taskPolicies']>,
): Record<string, string> {
  return Object.fromEntries(
    policies.flatMap(({ actions, resources, reason }) =>
      reason === undefined
        ? []
        : [...actions, ...resources]
            .filter((text) => text.includes('*'))
            .map((text) => [text, reason]),
    ),
  );
}

function toQueueOptions(queue: DeployedQueue): QueueOptions {
  return defined({
    batchSize: queue.batchSize,
    window: toDuration(queue.windowSeconds),
    maxConcurrency: queue.maxConcurrency,
    memorySize: queue.memoryMb,
    timeout: toDuration(queue.timeoutSeconds),
    provisionedConcurrency: queue.provisionedConcurrency,
  });
}

function toDuration(seconds: number | undefined): Duration | undefined {
  return seconds === undefined ? undefined : Duration.seconds(seconds);
}

function toEngineVersion(version: string): AuroraPostgresEngineVersion {
  return AuroraPostgresEngineVersion.of(version, version.split('.')[0] ?? version);
}

function toRetention(days: DeploymentConfig['logRetentionDays']): RetentionDays | undefined {
  if (days === undefined) return undefined;
  const known = Object.values(RetentionDays).filter((each) => typeof each === 'number');
  const found = known.find((each) => each === days);
  if (found !== undefined) return found;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `deployment.logRetentionDays: CloudWatch keeps logs for one of ${known.join(', ')} days, ` +
      `found ${days}`,
  );
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function whenAny<Fields extends object>(fields: Fields): Fields | undefined {
  return Object.keys(fields).length === 0 ? undefined : fields;
}

/** The fields that are not undefined. */
type Defined<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<Fields>;
}
