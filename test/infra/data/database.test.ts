/** A new database cluster. */
import { App, Duration, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AuroraPostgresEngineVersion, Credentials } from 'aws-cdk-lib/aws-rds';
import { describe, expect, it } from 'vitest';
import { Database, type DatabaseProps } from '../../../lib/infra/data/database.ts';
import { findResource, listResources } from '../template.ts';

function synthesize(stack: Stack, props: Partial<DatabaseProps> = {}): Template {
  new Database(stack, 'Database', {
    engineVersion: AuroraPostgresEngineVersion.VER_17_9,
    minCapacity: 0,
    maxCapacity: 8,
    autoPause: Duration.minutes(5),
    databaseName: 'millrace',
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    logRetention: RetentionDays.ONE_MONTH,
    ...props,
  });
  return Template.fromStack(stack);
}

function synthesizeCluster(props: Partial<DatabaseProps> = {}) {
  return findResource(synthesize(new Stack(new App(), 'Test'), props), 'AWS::RDS::DBCluster');
}

/** A cluster that is kept holds its network. */
const keptTogether = [
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBSubnetGroup',
  'AWS::EC2::VPC',
  'AWS::EC2::Subnet',
  'AWS::EC2::SecurityGroup',
  'AWS::Logs::LogGroup',
];

describe('Database', () => {
  it('the cluster has the Data API, encryption, backups and a managed password', () => {
    expect(synthesizeCluster().Properties).toMatchObject({
      Engine: 'aurora-postgresql',
      EngineVersion: '17.9',
      DatabaseName: 'millrace',
      Port: 5_433,
      EnableHttpEndpoint: true,
      EnableIAMDatabaseAuthentication: true,
      ManageMasterUserPassword: true,
      StorageEncrypted: true,
      BackupRetentionPeriod: 7,
      DeletionProtection: true,
    });
  });

  it('a cluster with a minimum capacity of 0 pauses when it is idle', () => {
    const scaling = (props: Partial<DatabaseProps>) =>
      synthesizeCluster(props).Properties.ServerlessV2ScalingConfiguration;

    expect(scaling({})).toEqual({ MinCapacity: 0, MaxCapacity: 8, SecondsUntilAutoPause: 300 });
    expect(scaling({ minCapacity: 0.5 })).toEqual({ MinCapacity: 0.5, MaxCapacity: 8 });
  });

  it('the network of the database has no way in or out', () => {
    const template = synthesize(new Stack(new App(), 'Test'));

    for (const type of ['NatGateway', 'InternetGateway', 'VPCEndpoint', 'SecurityGroupIngress']) {
      template.resourceCountIs(`AWS::EC2::${type}`, 0);
    }
    template.resourceCountIs('AWS::EC2::Subnet', 2);
    const { Properties } = findResource(template, 'AWS::EC2::SecurityGroup');
    expect(Properties.SecurityGroupIngress).toBeUndefined();
    expect(Properties.SecurityGroupEgress).toMatchObject([{ CidrIp: '255.255.255.255/32' }]);
  });

  it('the flow logs of the network are kept for the retention of logs', () => {
    const template = synthesize(new Stack(new App(), 'Test'));

    template.resourceCountIs('AWS::EC2::FlowLog', 1);
    const logs = findResource(template, 'AWS::Logs::LogGroup');
    expect(logs.Properties.RetentionInDays).toBe(30);
  });

  it.each([
    [RemovalPolicy.RETAIN, 'Retain', 'Retain'],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate', 'Retain'],
    [RemovalPolicy.DESTROY, 'Delete', 'Delete'],
  ] as const)(
    'the removal policy %s of a database becomes the deletion policy %s of it and of its network',
    (removalPolicy, deletion, replacement) => {
      const template = synthesize(new Stack(new App(), 'Test'), { removalPolicy });

      for (const type of keptTogether) {
        const [[, kept] = []] = listResources(template, type);
        // Deleting is the default of what does not hold data.
        const found = [kept?.DeletionPolicy ?? 'Delete', kept?.UpdateReplacePolicy ?? 'Delete'];
        expect([type, ...found]).toEqual([type, deletion, replacement]);
      }
    },
  );

  it('an encryption key encrypts the storage and the password of the database', () => {
    const stack = new Stack(new App(), 'Test');
    const encryptionKey = new Key(stack, 'Key');

    const template = synthesize(stack, { encryptionKey });

    const { Properties } = findResource(template, 'AWS::RDS::DBCluster');
    const [[keyId = ''] = []] = listResources(template, 'AWS::KMS::Key');
    expect(JSON.stringify(Properties.KmsKeyId)).toContain(keyId);
    expect(JSON.stringify(Properties.MasterUserSecret)).toContain(keyId);
  });

  it('overrides of the cluster that create no secret are refused', () => {
    const password = SecretValue.unsafePlainText('password');
    const overrides = {
      credentials: Credentials.fromPassword('millrace', password),
      manageMasterUserPassword: false,
    };

    expect(() => synthesizeCluster({ overrides })).toThrow(
      expect.objectContaining({
        code: 'INVALID_CONFIGURATION',
        message: expect.stringMatching(/databaseProps: .*create none: leave out credentials/),
      }),
    );
  });
});
