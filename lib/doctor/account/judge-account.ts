/** Judges what was read of an account against what a deploy needs. Pure. */
import {
  brokenFinding,
  type Finding,
  okFinding,
  warningFinding,
} from '../../operations/diagnosis/finding.ts';
import type {
  AccountCaller,
  ClusterState,
  ConcurrencyQuota,
  DatabaseOffer,
} from '../../ports/account-reader.ts';
import type { DeployPlan } from './deploy-plan.ts';

/** The oldest bootstrap whose roles and bucket the CDK's templates accept. */
const bootstrapMin = 6;

/** What AWS keeps for functions without a reservation: less in a new account. */
const unreservedMin = { account: 100, newAccount: 10 };

const requestQuota = 'request a higher quota (Service Quotas: Lambda, Concurrent executions)';

/** Finds out whether the credentials are those of the account that the configuration names. */
export function judgeCaller({ account }: DeployPlan, caller: AccountCaller): Finding {
  if (account === null || account === caller.account) {
    return okFinding('account', `${caller.account}, as ${caller.arn}`);
  }
  return brokenFinding(
    'account',
    `these are credentials of ${caller.account}, and deployment.account is ${account}`,
    `use credentials of ${account}: AWS_PROFILE, or aws sso login`,
  );
}

/** Finds out whether the CDK can deploy into the account and region. */
export function judgeBootstrap(place: string, version: number | null): Finding {
  const fix = `npx cdk bootstrap aws://${place}`;
  if (version === null || Number.isNaN(version)) {
    return brokenFinding('bootstrap', `the CDK has not been bootstrapped in ${place}`, fix);
  }
  if (version >= bootstrapMin) return okFinding('bootstrap', `version ${version} in ${place}`);
  const found = `the bootstrap of ${place} has version ${version}; the templates need ${bootstrapMin}`;
  return brokenFinding('bootstrap', found, fix);
}

/** Finds out whether the functions may run as many invocations as they are given. */
export function judgeConcurrency(plan: DeployPlan, { limit, unreserved }: ConcurrencyQuota) {
  const { concurrency, reserves, provisioned } = plan;
  const kept = limit <= unreservedMin.account ? unreservedMin.newAccount : unreservedMin.account;
  const taken = reserves ? concurrency : provisioned;
  const what = reserves ? 'reserveConcurrency reserves' : 'provisionedConcurrency takes';
  if (taken > 0 && unreserved - taken < kept) {
    return brokenFinding(
      'concurrency',
      `${what} ${taken} of the account's ${limit} concurrent executions, of which ${unreserved} ` +
        `are free and AWS keeps ${kept}`,
      `${requestQuota}, or leave it out`,
    );
  }
  if (limit >= concurrency + kept) {
    return okFinding(
      'concurrency',
      `${limit} concurrent executions, up to ${concurrency} are used`,
    );
  }
  return warningFinding(
    'concurrency',
    `the account may run ${limit} functions at once, and this app up to ${concurrency}: it works, ` +
      'and messages wait while functions are throttled',
    `${requestQuota}, or lower workerConcurrency`,
  );
}

/** Finds out whether the region has the database. */
export function judgeDatabase(
  { version, pauses, zones }: Extract<DeployPlan['database'], { readonly version: string }>,
  offer: DatabaseOffer | null,
  others: readonly string[],
): Finding {
  const name = `Aurora PostgreSQL ${version}`;
  const broken = (found: string, fix: string) => brokenFinding('database', found, fix);
  if (offer === null) {
    const known = others.length === 0 ? 'another region' : `one of ${others.join(', ')}`;
    return broken(`the region has no ${name}`, `set deployment.engineVersion to ${known}`);
  }
  const { capacityMin, hasDataApi } = offer;
  if (capacityMin === null) {
    return broken(`the region has no Serverless v2 for ${name}`, 'deploy to another region');
  }
  if (!hasDataApi) {
    return broken(
      `the region has no RDS Data API for ${name}, which the functions call`,
      'deploy to another region, or set deployment.engineVersion to a newer version',
    );
  }
  if (pauses && capacityMin > 0) {
    return broken(
      `${name} cannot pause in this region: its minimum capacity is ${capacityMin}`,
      `set deployment.capacity to { min: ${capacityMin} }, or engineVersion to a newer version`,
    );
  }
  return judgeZones(name, zones, offer.zones);
}

function judgeZones(
  name: string,
  wanted: readonly string[] | null,
  offered: readonly string[],
): Finding {
  const without = (wanted ?? []).filter((zone) => !offered.includes(zone));
  if (offered.length >= 2 && without.length === 0) {
    return okFinding('database', `${name} with the Data API, in ${offered.join(', ')}`);
  }
  return brokenFinding(
    'database',
    without.length > 0
      ? `${name} is not offered in ${without.join(', ')}`
      : `${name} is offered in ${offered.length} zones of the region, and needs two`,
    `set deployment.zones to two of ${offered.join(', ')}, or deploy to another region`,
  );
}

/** Finds out whether an existing cluster can be used. */
export function judgeCluster(identifier: string, cluster: ClusterState | null): Finding {
  if (cluster === null) {
    return brokenFinding(
      'database',
      `there is no cluster ${identifier} in the region`,
      'correct deployment.database.clusterArn',
    );
  }
  if (!cluster.hasDataApi) {
    return brokenFinding(
      'database',
      `the Data API of the cluster ${identifier} is off`,
      `aws rds modify-db-cluster --db-cluster-identifier ${identifier} --enable-http-endpoint ` +
        '--apply-immediately',
    );
  }
  return okFinding('database', `the cluster ${identifier} is ${cluster.status}`);
}

/** Finds out whether someone may do what a deploy needs. */
export function judgePermissions(check: string, who: string, denied: readonly string[]): Finding {
  if (denied.length === 0) return okFinding(check, `${who} may deploy`);
  return brokenFinding(
    check,
    `${who} may not ${denied.join(', ')}`,
    'allow these actions in its policies, or deploy as someone who may',
  );
}

/** Returns what could not be read: no reason to refuse a deploy, but it is not known. */
export function unreadable(check: string, reason: string, action: string): Finding {
  return warningFinding(check, `not checked: ${reason}`, `allow ${action} to check it`);
}
