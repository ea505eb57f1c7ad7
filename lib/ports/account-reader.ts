/** What a deploy reads of an account before it changes anything. */

/** Who deploys. */
export interface AccountCaller {
  readonly account: string;
  readonly arn: string;
}

/** How many functions the account may run at once. */
export interface ConcurrencyQuota {
  readonly limit: number;
  /** The part of it that no function has reserved. */
  readonly unreserved: number;
}

/** What the region offers of a version of Aurora PostgreSQL. */
export interface DatabaseOffer {
  /** Minimum capacity, which is 0 if the database can pause; null without Serverless v2. */
  readonly capacityMin: number | null;
  readonly hasDataApi: boolean;
  /** Zones that have it. */
  readonly zones: readonly string[];
}

/** An existing cluster. */
export interface ClusterState {
  readonly status: string;
  readonly hasDataApi: boolean;
}

/** How many of a kind an account has in the region, and how many it may have. */
export interface Usage {
  readonly used: number;
  readonly limit: number;
}

/** The VPCs of an account in the region. */
export interface NetworkUsage extends Usage {
  /** Names of the stacks that have created one. */
  readonly stacks: readonly string[];
}

/** The databases of an account in the region. */
export interface DatabaseUsage {
  readonly clusters: Usage;
  readonly instances: Usage;
  /** Names of the stacks that have created a cluster. */
  readonly stacks: readonly string[];
}

/** Actions on resources, as the policies of IAM allow or deny them. */
export interface ActionCheck {
  readonly actions: readonly string[];
  /** @default any */
  readonly resources?: readonly string[];
}

/** Reads an account and a region. Each call throws what the service answers. */
export interface AccountReader {
  readonly region: string;
  caller(): Promise<AccountCaller>;
  concurrency(): Promise<ConcurrencyQuota>;
  /** Returns null for a version that the region does not have. */
  database(version: string): Promise<DatabaseOffer | null>;
  /** Returns the versions of Aurora PostgreSQL of the same major version, the newest last. */
  databaseVersions(major: string): Promise<readonly string[]>;
  /** Returns null for a cluster that does not exist. */
  cluster(identifier: string): Promise<ClusterState | null>;
  networks(): Promise<NetworkUsage>;
  databases(): Promise<DatabaseUsage>;
  /** Returns the version of the CDK's bootstrap stack; null where there is none. */
  bootstrapVersion(): Promise<number | null>;
  /** Returns the actions that the policies of a user or a role do not allow. */
  deniedActions(principalArn: string, check: ActionCheck): Promise<readonly string[]>;
}
