import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  type DBCluster,
  DescribeAccountAttributesCommand,
  DescribeDBClustersCommand,
  DescribeDBEngineVersionsCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  type OrderableDBInstanceOption,
  paginateDescribeDBClusters,
  RDSClient,
} from '@aws-sdk/client-rds';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { MillraceError } from '../../errors.ts';
import type {
  AccountCaller,
  AccountReader,
  ActionCheck,
  ClusterState,
  ConcurrencyQuota,
  DatabaseOffer,
  DatabaseUsage,
  NetworkUsage,
} from '../../ports/account-reader.ts';
import { readNetworks } from './read-networks.ts';

const engine = 'aurora-postgresql';

/** Where the CDK's bootstrap keeps its version. */
const bootstrapParameter = '/cdk-bootstrap/hnb659fds/version';

/** Timeouts, in milliseconds: whoever deploys waits for the answer. */
const timeouts = { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true };

/** Reads an account with the SDK's clients, in the credentials and endpoints of the environment. */
export class AwsAccountReader implements AccountReader {
  readonly region: string;
  readonly #options: { readonly region: string; readonly requestHandler: object };
  readonly #sts: STSClient;
  readonly #lambda: LambdaClient;
  readonly #rds: RDSClient;
  readonly #ssm: SSMClient;
  readonly #iam: IAMClient;

  constructor(region: string) {
    this.region = region;
    const options = { region, requestHandler: timeouts };
    this.#options = options;
    this.#sts = new STSClient(options);
    this.#lambda = new LambdaClient(options);
    this.#rds = new RDSClient(options);
    this.#ssm = new SSMClient(options);
    this.#iam = new IAMClient(options);
  }

  /** Returns the reader of `region`, or of the region that the SDK finds in the environment. */
  static async open(region: string | undefined): Promise<AwsAccountReader> {
    const found = region ?? (await findRegion());
    return new AwsAccountReader(found);
  }

  async caller(): Promise<AccountCaller> {
    const { Account = '', Arn = '' } = await this.#sts.send(new GetCallerIdentityCommand({}));
    return { account: Account, arn: Arn };
  }

  async concurrency(): Promise<ConcurrencyQuota> {
    const { AccountLimit } = await this.#lambda.send(new GetAccountSettingsCommand({}));
    const limit = AccountLimit?.ConcurrentExecutions ?? 0;
    return { limit, unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? limit };
  }

  async database(version: string): Promise<DatabaseOffer | null> {
    const { DBEngineVersions = [] } = await this.#rds.send(
      new DescribeDBEngineVersionsCommand({ Engine: engine, EngineVersion: version }),
    );
    const [found] = DBEngineVersions;
    if (found === undefined) return null;
    const options = await this.#serverlessOptions(version);
    const zones = options.flatMap(({ AvailabilityZones = [] }) =>
      AvailabilityZones.flatMap(({ Name }) => Name ?? []),
    );
    const { MinCapacity } = found.ServerlessV2FeaturesSupport ?? {};
    return {
      capacityMin: options.length === 0 ? null : (MinCapacity ?? null),
      hasDataApi: options.some(({ SupportsHttpEndpoint }) => SupportsHttpEndpoint === true),
      zones: [...new Set(zones)].toSorted(),
    };
  }

  async databaseVersions(major: string): Promise<readonly string[]> {
    const { DBEngineVersions = [] } = await this.#rds.send(
      new DescribeDBEngineVersionsCommand({ Engine: engine, EngineVersion: major }),
    );
    return DBEngineVersions.flatMap(({ EngineVersion }) => EngineVersion ?? []);
  }

  async cluster(identifier: string): Promise<ClusterState | null> {
    const [found] = await this.#clusters(identifier);
    if (found === undefined) return null;
    const { Status = 'unknown', HttpEndpointEnabled = false } = found;
    return { status: Status, hasDataApi: HttpEndpointEnabled };
  }

  networks(): Promise<NetworkUsage> {
    return readNetworks(this.#options);
  }

  async databases(): Promise<DatabaseUsage> {
    const { AccountQuotas = [] } = await this.#rds.send(new DescribeAccountAttributesCommand({}));
    const usageOf = (name: string) => {
      const found = AccountQuotas.find(({ AccountQuotaName }) => AccountQuotaName === name);
      return { used: found?.Used ?? 0, limit: found?.Max ?? 0 };
    };
    const stacks: string[] = [];
    for await (const { DBClusters = [] } of paginateDescribeDBClusters({ client: this.#rds }, {})) {
      const tags = DBClusters.flatMap(({ TagList = [] }) => TagList);
      stacks.push(
        ...tags.flatMap(({ Key, Value }) =>
          Key === 'aws:cloudformation:stack-name' ? (Value ?? []) : [],
        ),
      );
    }
    return { clusters: usageOf('DBClusters'), instances: usageOf('DBInstances'), stacks };
  }

  async bootstrapVersion(): Promise<number | null> {
    try {
      const { Parameter } = await this.#ssm.send(
        new GetParameterCommand({ Name: bootstrapParameter }),
      );
      return Number(Parameter?.Value);
    } catch (error) {
      if (isNamed(error, 'ParameterNotFound')) return null;
      throw error;
    }
  }

  async deniedActions(principalArn: string, check: ActionCheck): Promise<readonly string[]> {
    const { EvaluationResults = [] } = await this.#iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: principalArn,
        ActionNames: [...check.actions],
        ...(check.resources !== undefined && { ResourceArns: [...check.resources] }),
      }),
    );
    const denied = EvaluationResults.filter(({ EvalDecision }) => EvalDecision !== 'allowed');
    return [...new Set(denied.flatMap(({ EvalActionName }) => EvalActionName ?? []))];
  }

  /** Ends the connections. */
  close(): void {
    for (const client of [this.#sts, this.#lambda, this.#rds, this.#ssm, this.#iam]) {
      client.destroy();
    }
  }

  async #serverlessOptions(version: string): Promise<OrderableDBInstanceOption[]> {
    const { OrderableDBInstanceOptions = [] } = await this.#rds.send(
      new DescribeOrderableDBInstanceOptionsCommand({
        Engine: engine,
        EngineVersion: version,
        DBInstanceClass: 'db.serverless',
      }),
    );
    return OrderableDBInstanceOptions;
  }

  async #clusters(identifier: string): Promise<DBCluster[]> {
    try {
      const { DBClusters = [] } = await this.#rds.send(
        new DescribeDBClustersCommand({ DBClusterIdentifier: identifier }),
      );
      return DBClusters;
    } catch (error) {
      if (isNamed(error, 'DBClusterNotFoundFault')) return [];
      throw error;
    }
  }
}

async function findRegion(): Promise<string> {
  const client = new STSClient({});
  try {
    return await client.config.region();
  } catch (error) {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      'no region is set: set deployment.region, AWS_REGION, or the region of the profile',
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
