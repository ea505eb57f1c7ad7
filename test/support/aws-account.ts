/**
 * An AWS account over HTTP, as far as a deploy reads it: STS, Lambda, RDS, SSM and IAM in their own
 * protocols, with the facts of a test.
 */
import { pointAwsAt } from './aws-environment.ts';
import { type SeenRequest, type ServedAnswer, serveLocally } from './local-server.ts';

/** The facts of an account and its region. */
export interface AccountFacts {
  readonly account: string;
  /** The ARN of whoever calls; null for credentials that are not valid. */
  readonly caller: string | null;
  readonly concurrency: { readonly limit: number; readonly unreserved: number };
  /** Versions of Aurora PostgreSQL, with their minimum capacity. */
  readonly versions: Readonly<Record<string, number>>;
  /** Zones that have `db.serverless`. */
  readonly zones: readonly string[];
  readonly hasDataApi: boolean;
  /** Clusters by identifier, and whether their Data API is on. */
  readonly clusters: Readonly<Record<string, boolean>>;
  readonly bootstrap: number | null;
  /** VPCs by the stack that has created them, and their maximum; null: not to be read. */
  readonly vpcs: { readonly stacks: readonly string[]; readonly limit: number } | null;
  /** What RDS counts, by the name of its quota: used, and at most. */
  readonly databaseQuotas: Readonly<
    Record<string, { readonly used: number; readonly most: number }>
  >;
  /** Stacks that have created a cluster. */
  readonly clusterStacks: readonly string[];
  /** Actions that policies deny, by the end of the principal's ARN; null: not to be simulated. */
  readonly denied: Readonly<Record<string, readonly string[]>> | null;
}

/** An account in which everything is as a deploy needs it. */
export const readyAccount: AccountFacts = Object.freeze({
  account: '000000000000',
  caller: 'arn:aws:sts::000000000000:assumed-role/admin/ada',
  concurrency: { limit: 1_000, unreserved: 1_000 },
  versions: { '16.11': 0, '17.9': 0 },
  zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
  hasDataApi: true,
  clusters: {},
  bootstrap: 28,
  vpcs: { stacks: ['other'], limit: 5 },
  databaseQuotas: { DBClusters: { used: 2, most: 40 }, DBInstances: { used: 3, most: 40 } },
  clusterStacks: [],
  denied: {},
});

/** Serves the account for the rest of the test, and points the SDK at it. */
export async function serveAccount(changes: Partial<AccountFacts> = {}) {
  const facts = { ...readyAccount, ...changes };
  const server = await serveLocally((request) => answer(facts, request));
  pointAwsAt(server.url);
  return server;
}

function answer(facts: AccountFacts, request: SeenRequest): ServedAnswer {
  if (facts.caller === null) return failure('InvalidClientTokenId', 403);
  if (request.url.startsWith('/2016-08-19/account-settings')) {
    const { limit, unreserved } = facts.concurrency;
    const AccountLimit = {
      ConcurrentExecutions: limit,
      UnreservedConcurrentExecutions: unreserved,
    };
    return { headers: json, body: { AccountLimit } };
  }
  const target = request.headers['x-amz-target'];
  if (target === 'AmazonSSM.GetParameter') return parameter(facts);
  if (target === 'ServiceQuotasV20190624.GetServiceQuota') {
    if (facts.vpcs === null) return failure('AccessDeniedException', 403);
    return { headers: json, body: { Quota: { Value: facts.vpcs.limit } } };
  }
  const form = new URLSearchParams(request.body);
  const reply = queries[form.get('Action') ?? ''];
  return reply === undefined ? failure('InvalidAction', 400) : reply(facts, form);
}

const json = { 'content-type': 'application/x-amz-json-1.1' };

function parameter({ bootstrap }: AccountFacts): ServedAnswer {
  if (bootstrap !== null) return { headers: json, body: { Parameter: { Value: `${bootstrap}` } } };
  return { status: 400, headers: json, body: { __type: 'ParameterNotFound' } };
}

type Query = (facts: AccountFacts, form: URLSearchParams) => ServedAnswer;

const queries: Readonly<Record<string, Query>> = {
  GetCallerIdentity: ({ account, caller }) =>
    xml('GetCallerIdentity', `<Account>${account}</Account><Arn>${caller}</Arn>`),
  DescribeDBEngineVersions: ({ versions }, form) => {
    const wanted = form.get('EngineVersion') ?? '';
    const found = Object.entries(versions).filter(
      ([version]) => version === wanted || version.startsWith(`${wanted}.`),
    );
    const items = found.map(
      ([version, least]) =>
        `<DBEngineVersion><EngineVersion>${version}</EngineVersion><ServerlessV2FeaturesSupport>` +
        `<MinCapacity>${least}</MinCapacity></ServerlessV2FeaturesSupport></DBEngineVersion>`,
    );
    return xml(
      'DescribeDBEngineVersions',
      `<DBEngineVersions>${items.join('')}</DBEngineVersions>`,
    );
  },
  DescribeOrderableDBInstanceOptions: ({ zones, hasDataApi }) => {
    const named = zones.map((zone) => `<AvailabilityZone><Name>${zone}</Name></AvailabilityZone>`);
    const option =
      `<OrderableDBInstanceOption><AvailabilityZones>${named.join('')}</AvailabilityZones>` +
      `<SupportsHttpEndpoint>${hasDataApi}</SupportsHttpEndpoint></OrderableDBInstanceOption>`;
    return xml(
      'DescribeOrderableDBInstanceOptions',
      `<OrderableDBInstanceOptions>${zones.length === 0 ? '' : option}</OrderableDBInstanceOptions>`,
    );
  },
  DescribeVpcs: ({ vpcs }) => {
    const items = (vpcs?.stacks ?? []).map(
      (stack) =>
        '<item><tagSet><item><key>aws:cloudformation:stack-name</key>' +
        `<value>${stack}</value></item></tagSet></item>`,
    );
    const body = `<DescribeVpcsResponse><vpcSet>${items.join('')}</vpcSet></DescribeVpcsResponse>`;
    return { headers: { 'content-type': 'text/xml' }, body };
  },
  DescribeAccountAttributes: ({ databaseQuotas }) => {
    const quotas = Object.entries(databaseQuotas).map(
      ([name, { used, most }]) =>
        `<AccountQuota><AccountQuotaName>${name}</AccountQuotaName>` +
        `<Used>${used}</Used><Max>${most}</Max></AccountQuota>`,
    );
    return xml('DescribeAccountAttributes', `<AccountQuotas>${quotas.join('')}</AccountQuotas>`);
  },
  DescribeDBClusters: ({ clusters, clusterStacks }, form) => {
    if (!form.has('DBClusterIdentifier')) {
      const items = clusterStacks.map(
        (stack) =>
          '<DBCluster><TagList><Tag><Key>aws:cloudformation:stack-name</Key>' +
          `<Value>${stack}</Value></Tag></TagList></DBCluster>`,
      );
      return xml('DescribeDBClusters', `<DBClusters>${items.join('')}</DBClusters>`);
    }
    const isOn = clusters[form.get('DBClusterIdentifier') ?? ''];
    if (isOn === undefined) return failure('DBClusterNotFoundFault', 404);
    return xml(
      'DescribeDBClusters',
      `<DBClusters><DBCluster><Status>available</Status>` +
        `<HttpEndpointEnabled>${isOn}</HttpEndpointEnabled></DBCluster></DBClusters>`,
    );
  },
  SimulatePrincipalPolicy: ({ denied }, form) => {
    if (denied === null) return failure('AccessDenied', 403);
    const principal = form.get('PolicySourceArn') ?? '';
    const refused = Object.entries(denied).flatMap(([end, actions]) =>
      principal.includes(end) ? actions : [],
    );
    const actions = [...form].flatMap(([key, value]) =>
      key.startsWith('ActionNames.member.') ? [value] : [],
    );
    const members = actions.map(
      (action) =>
        `<member><EvalActionName>${action}</EvalActionName><EvalDecision>` +
        `${refused.includes(action) ? 'implicitDeny' : 'allowed'}</EvalDecision></member>`,
    );
    return xml(
      'SimulatePrincipalPolicy',
      `<EvaluationResults>${members.join('')}</EvaluationResults>`,
    );
  },
};

function xml(action: string, result: string): ServedAnswer {
  const body = `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;
  return { headers: { 'content-type': 'text/xml' }, body };
}

function failure(code: string, status: number): ServedAnswer {
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${code}</Message></Error></ErrorResponse>`;
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
