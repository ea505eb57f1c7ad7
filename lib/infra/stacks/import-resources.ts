import { Stack } from 'aws-cdk-lib';
import { type ISecurityGroup, type IVpc, SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DatabaseNetwork, DeploymentSettings } from '../../config/deployment-config.ts';
import type { MillraceProps } from '../millrace-props.ts';

/** What a configuration names of the account's resources. */
export type ExistingResources = {
  readonly [Key in
    | 'alarms'
    | 'bucketName'
    | 'database'
    | 'databaseNetwork'
    | 'encryptionKeyArn'
    | 'eventBusArn'
    | 'layers'
    | 'tracingLayerArn'
    | 'workerNetwork']?: DeploymentSettings[Key] | undefined;
};

/** Returns the props for resources that exist. They are only named: no account is asked. */
export function importResources(
  stack: Construct,
  named: ExistingResources,
): Partial<MillraceProps> {
  const scope = new Construct(stack, 'Existing');
  return {
    ...importData(scope, named),
    ...importDatabase(scope, named),
    ...importForFunctions(scope, named),
    ...importAlarms(scope, named),
  };
}

function importData(
  scope: Construct,
  { encryptionKeyArn, bucketName, eventBusArn }: ExistingResources,
): Partial<MillraceProps> {
  return {
    ...(encryptionKeyArn !== undefined && {
      encryptionKey: Key.fromKeyArn(scope, 'Key', encryptionKeyArn),
    }),
    ...(bucketName !== undefined && { bucket: Bucket.fromBucketName(scope, 'Bucket', bucketName) }),
    ...(eventBusArn !== undefined && {
      eventBus: EventBus.fromEventBusArn(scope, 'Bus', eventBusArn),
    }),
  };
}

function importDatabase(
  scope: Construct,
  { database, databaseNetwork }: ExistingResources,
): Partial<MillraceProps> {
  return {
    ...(database !== undefined && {
      cluster: DatabaseCluster.fromDatabaseClusterAttributes(scope, 'Cluster', {
        clusterIdentifier: database.clusterArn.split(':').at(-1) ?? '',
      }),
      secret: Secret.fromSecretCompleteArn(scope, 'Secret', database.secretArn),
      ...(database.name !== undefined && { databaseName: database.name }),
    }),
    ...(databaseNetwork !== undefined && {
      ...importNetwork(new Construct(scope, 'DatabaseNetwork'), databaseNetwork),
    }),
  };
}

function importForFunctions(
  scope: Construct,
  { workerNetwork, layers, tracingLayerArn }: ExistingResources,
): Partial<MillraceProps> {
  const layer = (id: string, arn: string) => LayerVersion.fromLayerVersionArn(scope, id, arn);
  return {
    ...(workerNetwork !== undefined && {
      workerNetwork: {
        ...importNetwork(new Construct(scope, 'WorkerNetwork'), workerNetwork),
        securityGroups: workerNetwork.securityGroupIds.map(
          (id) =>
            SecurityGroup.fromSecurityGroupId(scope, `WorkerGroup-${id}`, id, {
              mutable: false,
            }) satisfies ISecurityGroup,
        ),
      },
    }),
    ...(layers !== undefined && {
      layers: layers.map((arn, index) => layer(`Layer${index}`, arn)),
    }),
    ...(tracingLayerArn !== undefined && { tracingLayer: layer('TracingLayer', tracingLayerArn) }),
  };
}

/** Only the ids of the VPC and its subnets get into a template, and no zone does. */
function importNetwork(scope: Construct, { vpcId, subnetIds }: DatabaseNetwork) {
  const { availabilityZones } = Stack.of(scope);
  const vpc: IVpc = Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId, availabilityZones });
  const subnets = subnetIds.map((id) => Subnet.fromSubnetId(scope, `Subnet-${id}`, id));
  return { vpc, vpcSubnets: { subnets } };
}

function importAlarms(scope: Construct, { alarms }: ExistingResources): Partial<MillraceProps> {
  if (alarms === undefined) return {};
  const { topicArn, ...receivers } = alarms;
  return {
    alarms: {
      ...receivers,
      ...(topicArn !== undefined && { topic: Topic.fromTopicArn(scope, 'Topic', topicArn) }),
    },
  };
}
