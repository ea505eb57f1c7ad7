import { CfnResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
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
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
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
import { createLogGroup, type LogProps } from '../log-group.ts';

/** Props of a new database. */
export interface DatabaseProps {
  readonly engineVersion: AuroraPostgresEngineVersion;
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly autoPause: Duration;
  readonly databaseName: string;
  readonly vpc?: IVpc;
  readonly vpcSubnets?: SubnetSelection;
  /** Zones of a new VPC. @default the first two of the region */
  readonly zones?: readonly string[];
  /** Number of readers. @default 0 */
  readonly readers?: number;
  readonly encryptionKey?: IKey;
  readonly deletionProtection: boolean;
  readonly removalPolicy: RemovalPolicy;
  readonly logRetention: RetentionDays;
  readonly overrides?: Partial<DatabaseClusterProps>;
}

/** The database that functions use: a new or an existing one. */
export interface DatabaseAccess {
  readonly cluster: IDatabaseCluster;
  readonly secret: ISecret;
  readonly databaseName: string;
}

/**
 * A new Aurora Serverless PostgreSQL cluster that is only accessible by the Data API. Its subnets
 * have no route to or from other networks, its security group admits no connection, and it costs
 * only its storage while it is paused.
 */
export class Database extends Construct implements DatabaseAccess {
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly cluster: DatabaseCluster;
  readonly secret: ISecret;
  readonly databaseName: string;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    this.vpc = props.vpc ?? this.#createIsolatedVpc(props);
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: this.vpc,
      description: 'Millrace database: no inbound connections, the Data API needs none',
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
    shortenName(this.cluster);
    this.secret = requireSecret(this.cluster);
    if (isKept(props.removalPolicy)) this.#keepNetwork(props.removalPolicy);
  }

  /** A cluster that is kept holds its network: deleting the subnets would fail. */
  #keepNetwork(policy: RemovalPolicy): void {
    for (const child of this.node.findAll()) {
      if (CfnResource.isCfnResource(child)) child.applyRemovalPolicy(policy);
    }
  }

  /** Aurora needs two zones. Nothing in the VPC is billed by the hour. */
  #createIsolatedVpc({ zones, ...props }: LogProps & Pick<DatabaseProps, 'zones'>): IVpc {
    const vpc = new Vpc(this, 'Vpc', {
      ...(zones === undefined ? { maxAzs: 2 } : { availabilityZones: [...zones] }),
      natGateways: 0,
      // Restricting it would deploy a function, for a security group that nothing uses.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'database', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 },
      ],
    });
    const logGroup = createLogGroup(this, 'FlowLogs', props);
    vpc.addFlowLog('FlowLog', { destination: FlowLogDestination.toCloudWatchLogs(logGroup) });
    return vpc as IVpc;
  }
}

/**
 * CloudFormation names a cluster by its stack and its logical id, and the Data API takes ARNs of at
 * most 100 characters, which a longer id exceeds in regions with long names.
 */
function shortenName(cluster: DatabaseCluster): void {
  const { defaultChild } = cluster.node;
  if (!CfnResource.isCfnResource(defaultChild)) return;
  defaultChild.overrideLogicalId(`Cluster${cluster.node.addr.slice(-8).toUpperCase()}`);
}

function isKept(policy: RemovalPolicy): boolean {
  return policy === RemovalPolicy.RETAIN || policy === RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}

function clusterProps(props: DatabaseProps): Omit<DatabaseClusterProps, 'vpc'> {
  const { readers = 0 } = props;
  return {
    engine: DatabaseClusterEngine.auroraPostgres({ version: props.engineVersion }),
    writer: ClusterInstance.serverlessV2('Writer'),
    ...(readers > 0 && {
      // They grow with the writer, so that any of them can take its place.
      readers: Array.from({ length: readers }, (_, index) =>
        ClusterInstance.serverlessV2(`Reader${index + 1}`, { scaleWithWriter: true }),
      ),
    }),
    serverlessV2MinCapacity: props.minCapacity,
    serverlessV2MaxCapacity: props.maxCapacity,
    ...(props.minCapacity === 0 && { serverlessV2AutoPauseDuration: props.autoPause }),
    enableDataApi: true,
    defaultDatabaseName: props.databaseName,
    port: infraDefaults.databasePort,
    credentials: Credentials.fromUsername('millrace', {
      ...(props.encryptionKey !== undefined && { encryptionKey: props.encryptionKey }),
    }),
    // RDS stores the secret and rotates the password every week, without a function.
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

function requireSecret(cluster: DatabaseCluster): ISecret {
  if (cluster.secret !== undefined) return cluster.secret;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    "databaseProps: the Data API needs the cluster's secret, and these credentials create none: " +
      'leave out credentials and manageMasterUserPassword',
  );
}
