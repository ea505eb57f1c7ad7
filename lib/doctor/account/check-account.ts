import { messageOf } from '../../errors.ts';
import { brokenFinding, type Finding } from '../../operations/diagnosis/finding.ts';
import type { AccountCaller, AccountReader } from '../../ports/account-reader.ts';
import type { DeployPlan } from './deploy-plan.ts';
import {
  judgeBootstrap,
  judgeCaller,
  judgeCluster,
  judgeConcurrency,
  judgeDatabase,
  judgePermissions,
  unreadable,
} from './judge-account.ts';
import { judgeDatabases, judgeNetworks } from './judge-quotas.ts';
import { bootstrapRole, callerCheck, deployActions, principalOf } from './permission-checks.ts';

/**
 * Checks whether an account and a region can take a deploy, before it costs anything: quotas, what
 * the region offers, the bootstrap of the CDK, and the permissions of whoever deploys. It changes
 * nothing. What cannot be read is reported as such.
 */
export async function checkAccount(plan: DeployPlan, reader: AccountReader): Promise<Finding[]> {
  const caller = await readCaller(reader);
  if ('verdict' in caller) return [caller];
  const owner = judgeCaller(plan, caller);
  if (owner.verdict === 'broken') return [owner];
  const place = `${caller.account}/${reader.region}`;
  const findings = await Promise.all([
    read('bootstrap', 'ssm:GetParameter', async () =>
      judgeBootstrap(place, await reader.bootstrapVersion()),
    ),
    read('concurrency', 'lambda:GetAccountSettings', async () =>
      judgeConcurrency(plan, await reader.concurrency()),
    ),
    checkDatabase(plan, reader),
    ...checkQuotas(plan, reader),
    ...checkPermissions(plan, caller, reader),
  ]);
  return [owner, ...findings];
}

async function readCaller(reader: AccountReader): Promise<AccountCaller | Finding> {
  try {
    return await reader.caller();
  } catch (error) {
    return brokenFinding(
      'account',
      `AWS does not know who is calling: ${messageOf(error)}`,
      'set AWS_PROFILE, or log in (aws sso login)',
    );
  }
}

function checkDatabase({ database }: DeployPlan, reader: AccountReader): Promise<Finding> {
  if ('cluster' in database) {
    return read('database', 'rds:DescribeDBClusters', async () =>
      judgeCluster(database.cluster, await reader.cluster(database.cluster)),
    );
  }
  const action = 'rds:DescribeDBEngineVersions and rds:DescribeOrderableDBInstanceOptions';
  return read('database', action, async () => {
    const { version } = database;
    const offer = await reader.database(version);
    const major = version.split('.')[0] ?? version;
    const others = offer === null ? await reader.databaseVersions(major) : [];
    return judgeDatabase(database, offer, others);
  });
}

/** Only of what the deploy creates: an existing network or cluster needs no quota. */
function checkQuotas(plan: DeployPlan, reader: AccountReader): Promise<Finding>[] {
  const { networks, clusters } = plan.creates;
  const networkActions = 'ec2:DescribeVpcs and servicequotas:GetServiceQuota';
  const databaseActions = 'rds:DescribeAccountAttributes and rds:DescribeDBClusters';
  return [
    ...(networks === 0
      ? []
      : [
          read('network', networkActions, async () => judgeNetworks(plan, await reader.networks())),
        ]),
    ...(clusters === 0
      ? []
      : [
          read('databases', databaseActions, async () =>
            judgeDatabases(plan, await reader.databases()),
          ),
        ]),
  ];
}

function checkPermissions(
  plan: DeployPlan,
  caller: AccountCaller,
  reader: AccountReader,
): Promise<Finding>[] {
  const action = 'iam:SimulatePrincipalPolicy';
  const executor = bootstrapRole(caller, reader.region, 'cfn-exec-role');
  const principal = principalOf(caller);
  return [
    ...(principal === null
      ? []
      : [
          read('permissions', action, async () => {
            const denied = await reader.deniedActions(
              principal,
              callerCheck(caller, reader.region),
            );
            return judgePermissions('permissions', principal, denied);
          }),
        ]),
    read('permissions of the CDK', action, async () => {
      const actions = [...deployActions, ...plan.actions];
      const denied = await reader.deniedActions(executor, { actions });
      return judgePermissions('permissions of the CDK', executor, denied);
    }),
  ];
}

/** Returns the finding, or that it could not be made. */
async function read(
  check: string,
  action: string,
  judge: () => Promise<Finding>,
): Promise<Finding> {
  try {
    return await judge();
  } catch (error) {
    return unreadable(check, messageOf(error), action);
  }
}
