/**
 * The environment with which the command line works on a deployed app, from wherever there are
 * credentials for it.
 */
import { envNames } from '../config/setting-sources.ts';
import { queueUrls } from './compute/function-context.ts';
import type { ComputeResources } from './topology.ts';

/** For `env $(…) npx millrace …`: `NAME='value'`, one after the other. */
export function operatorEnvironment({ data, queues, schedules }: ComputeResources): string {
  const { database, bucket, bus } = data;
  const variables = {
    [envNames.store]: 'rds-data',
    [envNames.databaseClusterArn]: database.cluster.clusterArn,
    [envNames.databaseSecretArn]: database.secret.secretArn,
    [envNames.databaseName]: database.databaseName,
    [envNames.broker]: 'sqs',
    [envNames.sqsQueueUrls]: queueUrls(queues),
    [envNames.objectsDriver]: 's3',
    [envNames.bucket]: bucket.bucketName,
    [envNames.eventBus]: bus.eventBusName,
    [envNames.leaderSchedule]: `${schedules.group.name}/${schedules.sweep.name ?? ''}`,
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}='${value}'`)
    .join(' ');
}
