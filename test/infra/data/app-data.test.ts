/** The resources with data: new ones, and existing ones that an app is given. */
import { App, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AuroraPostgresEngineVersion, DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { describe, expect, it } from 'vitest';
import { AppData, type AppDataProps } from '../../../lib/infra/data/app-data.ts';
import { findResource } from '../template.ts';

const common = { removalPolicy: RemovalPolicy.RETAIN, logRetention: RetentionDays.ONE_MONTH };
const database = {
  ...common,
  engineVersion: AuroraPostgresEngineVersion.VER_17_9,
  minCapacity: 0,
  maxCapacity: 8,
  autoPause: Duration.minutes(5),
  databaseName: 'millrace',
  deletionProtection: true,
};

function synthesize(stack: Stack, props: Partial<AppDataProps> = {}): Template {
  new AppData(stack, 'Data', { ...common, batches: [], database, ...props });
  return Template.fromStack(stack);
}

describe('AppData', () => {
  it('the bucket is private, encrypted, requires TLS and sends events to EventBridge', () => {
    const template = synthesize(new Stack(new App(), 'Test'));

    const { Properties } = findResource(template, 'AWS::S3::Bucket');
    expect(Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
        ],
      },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    const policy = JSON.stringify(findResource(template, 'AWS::S3::BucketPolicy').Properties);
    expect(policy).toContain('"aws:SecureTransport":"false"');
    expect(policy).toContain('"s3:TlsVersion":1.2');
  });

  it('the bucket keeps replaced objects for 30 days, and unfinished uploads for a week', () => {
    const template = synthesize(new Stack(new App(), 'Test'));

    const { LifecycleConfiguration } = findResource(template, 'AWS::S3::Bucket').Properties;
    expect(LifecycleConfiguration.Rules).toEqual([
      {
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        ExpiredObjectDeleteMarker: true,
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        Status: 'Enabled',
      },
    ]);
    const { VersioningConfiguration } = findResource(template, 'AWS::S3::Bucket').Properties;
    expect(VersioningConfiguration).toEqual({ Status: 'Enabled' });
  });

  it('a bucket that is thrown away is emptied before it is deleted, and a kept one is not', () => {
    const thrown = synthesize(new Stack(new App(), 'Test'), {
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const kept = synthesize(new Stack(new App(), 'Test'));

    thrown.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
    kept.resourceCountIs('Custom::S3AutoDeleteObjects', 0);
  });

  it('the protected cluster is created after everything that may fail', () => {
    const template = synthesize(new Stack(new App(), 'Test'));

    const { DependsOn } = findResource(template, 'AWS::RDS::DBCluster');
    expect(DependsOn.map((id: string) => id.slice(0, -8))).toEqual(
      expect.arrayContaining(['DataBucket', 'DataBucketPolicy', 'DataBus']),
    );
  });

  it('an encryption key encrypts the bucket', () => {
    const stack = new Stack(new App(), 'Test');
    const encryptionKey = new Key(stack, 'Key');

    const { Properties } = findResource(synthesize(stack, { encryptionKey }), 'AWS::S3::Bucket');

    expect(Properties.BucketEncryption.ServerSideEncryptionConfiguration).toMatchObject([
      { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
    ]);
  });

  it('the event bus has the name that it is given', () => {
    const template = synthesize(new Stack(new App(), 'Test'), { eventBusName: 'orders' });

    expect(findResource(template, 'AWS::Events::EventBus').Properties.Name).toBe('orders');
  });

  it('overrides of the bucket apply', () => {
    const template = synthesize(new Stack(new App(), 'Test'), {
      bucketProps: { versioned: false },
    });

    const { Properties } = findResource(template, 'AWS::S3::Bucket');
    expect(Properties.VersioningConfiguration).toBeUndefined();
  });

  it('an existing database, bucket and event bus are used instead of new ones', () => {
    const stack = new Stack(new App(), 'Test');
    const cluster = DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Cluster', {
      clusterIdentifier: 'orders',
    });
    const secret = Secret.fromSecretNameV2(stack, 'Secret', 'orders');

    new AppData(stack, 'Data', {
      ...common,
      batches: [],
      database: { cluster, secret, databaseName: 'orders' },
      bucket: Bucket.fromBucketName(stack, 'Bucket', 'orders'),
      eventBus: EventBus.fromEventBusName(stack, 'Bus', 'orders'),
    });

    const created = stack.node.findAll().filter(CfnResource.isCfnResource);
    // Only the passwords of the functions' roles are new.
    expect(created.map(({ cfnResourceType }) => cfnResourceType)).toEqual([
      'AWS::SecretsManager::Secret',
      'AWS::SecretsManager::Secret',
    ]);
  });
});
