import { envNames } from '../config/setting-sources.ts';
import type { AppResources } from './app-resources.ts';
import { databaseAs, formatQueueUrls } from './compute/function-context.ts';

/**
 * Returns the environment in which the command line works on a deployed app, from any machine with
 * credentials: `NAME='value'` pairs for `env … npx millrace …`.
 */
export function operatorEnvironment({ data, queues, schedules }: AppResources): string {
  const { database, bucket, bus } = data;
  const variables = {
    [envNames.store]: 'rds-data',
    [envNames.databaseClusterArn]: database.cluster.clusterArn,
    [envNames.databaseSecretArn]: databaseAs(data, 'application').secret.secretArn,
    [envNames.databaseName]: database.databaseName,
    [envNames.broker]: 'sqs',
    [envNames.sqsQueueUrls]: formatQueueUrls(queues),
    [envNames.objectsDriver]: 's3',
    [envNames.bucket]: bucket.bucketName,
    [envNames.eventBus]: bus.eventBusName,
    [envNames.leaderSchedule]: `${schedules.group.name}/${schedules.leaderSchedule.name ?? ''}`,
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}='${value}'`)
    .join(' ');
}
