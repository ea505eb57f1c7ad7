import { Key } from 'aws-cdk-lib/aws-kms';
import { DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DeploymentConfig } from '../../config/deployment-config.ts';
import type { MillraceProps } from '../millrace-props.ts';

/** What a configuration names of the account's resources, by ARN. */
export type ExistingResources = {
  readonly [Key in 'alarms' | 'database' | 'encryptionKeyArn']?: DeploymentConfig[Key] | undefined;
};

/** Returns the props for resources that exist. They are only named: no account is asked. */
export function importResources(
  stack: Construct,
  named: ExistingResources,
): Partial<MillraceProps> {
  const scope = new Construct(stack, 'Existing');
  const { encryptionKeyArn, database, alarms } = named;
  const { topicArn, ...receivers } = alarms ?? {};
  return {
    ...(encryptionKeyArn !== undefined && {
      encryptionKey: Key.fromKeyArn(scope, 'Key', encryptionKeyArn),
    }),
    ...(database !== undefined && {
      cluster: DatabaseCluster.fromDatabaseClusterAttributes(scope, 'Cluster', {
        clusterIdentifier: database.clusterArn.split(':').at(-1) ?? '',
      }),
      secret: Secret.fromSecretCompleteArn(scope, 'Secret', database.secretArn),
      ...(database.name !== undefined && { databaseName: database.name }),
    }),
    ...(alarms !== undefined && {
      alarms: {
        ...receivers,
        ...(topicArn !== undefined && { topic: Topic.fromTopicArn(scope, 'Topic', topicArn) }),
      },
    }),
  };
}
