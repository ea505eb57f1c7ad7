/**
 * The database: Aurora PostgreSQL Serverless, reached by the Data API alone. It lies in subnets
 * that no route leads to, lets nobody in, and costs nothing but its storage while nothing runs.
 */
import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  type ISecurityGroup,
  type IVpc,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  type AuroraPostgresEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
  type DatabaseClusterProps,
  type IDatabaseCluster,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { MillraceError } from '../../errors.ts';
import { infraDefaults } from '../infra-defaults.ts';

/** What a new database is like. */
export interface DatabaseProps {
  readonly engineVersion: AuroraPostgresEngineVersion;
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly autoPause: Duration;
  readonly databaseName: string;
  readonly vpc?: IVpc;
  readonly vpcSubnets?: SubnetSelection;
  readonly encryptionKey?: IKey;
  readonly deletionProtection: boolean;
  readonly removalPolicy: RemovalPolicy;
  readonly logRetention: RetentionDays;
  readonly overrides?: Partial<DatabaseClusterProps>;
}

/** Which database functions talk to: this file's, or one that was there before. */
export interface DatabaseAccess {
  readonly cluster: IDatabaseCluster;
  readonly secret: ISecret;
  readonly databaseName: string;
}

/** See this file's head. */
export class Database extends Construct implements DatabaseAccess {
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly cluster: DatabaseCluster;
  readonly secret: ISecret;
  readonly databaseName: string;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    this.vpc = props.vpc ?? this.#isolatedVpc(props.logRetention, props.removalPolicy);
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: this.vpc,
      description: 'Millrace database: nobody comes in, the Data API needs no way',
      allowAllOutbound: false,
    });
    this.databaseName = props.databaseName;
    this.cluster = new DatabaseCluster(this, 'Cluster', {
      ...clusterProps(props),
      vpc: this.vpc,
      vpcSubnets: props.vpcSubnets ?? { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [this.securityGroup],
      ...props.overrides,
    });
    this.secret = secretOf(this.cluster);
  }

  /** Two zones, as Aurora asks; nothing that is paid by the hour. */
  #isolatedVpc(retention: RetentionDays, removalPolicy: RemovalPolicy): IVpc {
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      // It would take a function of its own, for a group that nothing is in.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'database', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 },
      ],
    });
    const logGroup = new LogGroup(this, 'FlowLogs', { retention, removalPolicy });
    vpc.addFlowLog('FlowLog', { destination: FlowLogDestination.toCloudWatchLogs(logGroup) });
    return vpc as IVpc;
  }
}

function clusterProps(props: DatabaseProps): Omit<DatabaseClusterProps, 'vpc'> {
  return {
    engine: DatabaseClusterEngine.auroraPostgres({ version: props.engineVersion }),
    writer: ClusterInstance.serverlessV2('Writer'),
    serverlessV2MinCapacity: props.minCapacity,
    serverlessV2MaxCapacity: props.maxCapacity,
    ...(props.minCapacity === 0 && { serverlessV2AutoPauseDuration: props.autoPause }),
    enableDataApi: true,
    defaultDatabaseName: props.databaseName,
    port: infraDefaults.databasePort,
    credentials: Credentials.fromUsername('millrace', {
      ...(props.encryptionKey !== undefined && { encryptionKey: props.encryptionKey }),
    }),
    // RDS keeps the secret and changes the password every week, without a function for it.
    manageMasterUserPassword: true,
    iamAuthentication: true,
    storageEncrypted: true,
    ...(props.encryptionKey !== undefined && { storageEncryptionKey: props.encryptionKey }),
    backup: { retention: Duration.days(7) },
    copyTagsToSnapshot: true,
    deletionProtection: props.deletionProtection,
    removalPolicy: props.removalPolicy,
  };
}

function secretOf(cluster: DatabaseCluster): ISecret {
  if (cluster.secret !== undefined) return cluster.secret;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    "databaseProps: the Data API needs the cluster's secret, and these credentials make none: " +
      'leave out credentials and manageMasterUserPassword',
  );
}
