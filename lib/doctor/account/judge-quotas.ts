/** Judges what an account may still create against what a deploy creates. Pure. */
import { brokenFinding, type Finding, okFinding } from '../../operations/diagnosis/finding.ts';
import type { DatabaseUsage, NetworkUsage, Usage } from '../../ports/account-reader.ts';
import type { DeployPlan } from './deploy-plan.ts';

/** Finds out whether the account may have another VPC, if the deploy creates one. */
export function judgeNetworks({ dataStack, creates }: DeployPlan, usage: NetworkUsage): Finding {
  if (usage.stacks.includes(dataStack)) {
    return okFinding('network', `${dataStack} has its VPC already`);
  }
  if (fits(usage, creates.networks)) {
    return okFinding('network', `${usage.used} of ${usage.limit} VPCs, and one is created`);
  }
  return brokenFinding(
    'network',
    `the account has ${usage.used} of the ${usage.limit} VPCs that it may have in the region, and ` +
      'the database needs one',
    'request a higher quota (Service Quotas: Amazon VPC, VPCs per Region), or set ' +
      'deployment.databaseNetwork to an existing one',
  );
}

/** Finds out whether the account may have another cluster with its instances. */
export function judgeDatabases(plan: DeployPlan, usage: DatabaseUsage): Finding {
  const { dataStack, creates } = plan;
  const { clusters, instances, stacks } = usage;
  if (stacks.includes(dataStack)) {
    return okFinding('databases', `${dataStack} has its cluster already`);
  }
  const missing = [
    { ...clusters, what: 'DB clusters', needed: creates.clusters },
    { ...instances, what: 'DB instances', needed: creates.instances },
  ].find(({ needed, ...each }) => !fits(each, needed));
  if (missing === undefined) {
    return okFinding('databases', `${clusters.used} of ${clusters.limit} DB clusters`);
  }
  const { used, limit, what, needed } = missing;
  return brokenFinding(
    'databases',
    `the account has ${used} of the ${limit} ${what} that it may have in the region, and the ` +
      `database needs ${needed}`,
    `request a higher quota (Service Quotas: Amazon RDS, ${what}), or set deployment.database to ` +
      'an existing cluster',
  );
}

function fits({ used, limit }: Usage, needed: number): boolean {
  return used + needed <= limit;
}
