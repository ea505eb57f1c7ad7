/** What a deploy finds out about an account, which a server plays in the protocols of AWS. */
import { describe, expect, it } from 'vitest';
import type { AppDescription } from '../../../lib/config/app-description.ts';
import type { DeploymentConfig } from '../../../lib/config/deployment-config.ts';
import { checkAccount } from '../../../lib/doctor/account/check-account.ts';
import { AwsAccountReader } from '../../../lib/drivers/aws-account/aws-account-reader.ts';
import { planDeploy } from '../../../lib/infra/plan-deploy.ts';
import { type AccountFacts, serveAccount } from '../../support/aws-account.ts';

/** Checks the account with these facts for a deployment; returns what was found, by check. */
async function check(facts: Partial<AccountFacts> = {}, deployment: DeploymentConfig = {}) {
  await serveAccount(facts);
  const app: AppDescription = {
    configFile: '/app/millrace.config.ts',
    queues: { high: 2, low: 1 },
    machines: [],
    batches: [],
    deployment,
  };
  const plan = planDeploy(app, undefined);
  const reader = await AwsAccountReader.open(plan.region);
  try {
    const findings = await checkAccount(plan, reader);
    return Object.fromEntries(findings.map((each) => [each.check, each]));
  } finally {
    reader.close();
  }
}

describe('checkAccount', () => {
  it('an account that has everything is ready, and each check says what it has found', async () => {
    const found = await check();

    expect(Object.values(found).map(({ verdict }) => verdict)).toEqual(Array(8).fill('ok'));
    expect(found.account?.found).toContain('assumed-role/admin/ada');
    expect(found.database?.found).toContain('17.9 with the Data API, in eu-central-1a');
    expect(found.bootstrap?.found).toBe('version 28 in 000000000000/eu-central-1');
  });

  it('credentials that AWS does not know end the check', async () => {
    const found = await check({ caller: null });

    expect(found).toMatchObject({
      account: { verdict: 'broken', fix: expect.stringContaining('log in') },
    });
    expect(Object.keys(found)).toEqual(['account']);
  });

  it('credentials of another account than that of the deployment end the check', async () => {
    const found = await check({}, { account: '111111111111', region: 'eu-west-1' });

    expect(found.account).toMatchObject({
      verdict: 'broken',
      found: 'these are credentials of 000000000000, and deployment.account is 111111111111',
    });
  });

  it.each([
    [null, 'has not been bootstrapped'],
    [5, 'has version 5; the templates need 6'],
  ])('a bootstrap of version %s is missing or too old', async (bootstrap, message) => {
    const found = await check({ bootstrap });

    expect(found.bootstrap).toMatchObject({
      verdict: 'broken',
      found: expect.stringContaining(message),
      fix: 'npx cdk bootstrap aws://000000000000/eu-central-1',
    });
  });

  it('an account that runs ten functions at once takes the default deployment, slowly', async () => {
    const ten = { concurrency: { limit: 10, unreserved: 10 } };

    const found = await check(ten);
    const reserving = await check(ten, { reserveConcurrency: true });

    expect(found.concurrency).toMatchObject({
      verdict: 'warning',
      found: expect.stringContaining('may run 10 functions at once, and this app up to 73'),
    });
    expect(reserving.concurrency).toMatchObject({
      verdict: 'broken',
      found: expect.stringContaining("reserves 73 of the account's 10"),
    });
  });

  it('environments that are kept started count against the quota', async () => {
    const queues = { low: { provisionedConcurrency: 950 } };

    const found = await check({}, { queues });

    expect(found.concurrency).toMatchObject({
      verdict: 'broken',
      found: expect.stringContaining('provisionedConcurrency takes 950'),
    });
  });

  it.each<[string, Partial<AccountFacts>, DeploymentConfig, string]>([
    ['a version that it lacks', { versions: { '17.4': 0 } }, {}, 'has no Aurora PostgreSQL 17.9'],
    ['no Serverless v2', { zones: [] }, {}, 'has no Serverless v2'],
    ['no Data API', { hasDataApi: false }, {}, 'has no RDS Data API'],
    ['a version that cannot pause', { versions: { '17.9': 0.5 } }, {}, 'cannot pause'],
    ['one zone', { zones: ['eu-central-1a'] }, {}, 'in 1 zones of the region, and needs two'],
    [
      'a zone without it',
      {},
      { zones: ['eu-central-1a', 'eu-central-1z'] },
      'is not offered in eu-central-1z',
    ],
  ])(
    'a region with %s is found before anything is deployed',
    async (_, facts, deployment, message) => {
      const { database } = await check(facts, deployment);

      expect(database).toMatchObject({
        verdict: 'broken',
        found: expect.stringContaining(message),
      });
      expect(database?.fix).not.toBeNull();
    },
  );

  it('a version that the region lacks is answered with those that it has', async () => {
    const { database } = await check({ versions: { '17.4': 0, '17.6': 0 } });

    expect(database?.fix).toBe('set deployment.engineVersion to one of 17.4, 17.6');
  });

  it('a database that never pauses may have any minimum capacity', async () => {
    const facts = { versions: { '17.9': 0.5 } };

    const { database } = await check(facts, { capacity: { min: 1 } });

    expect(database?.verdict).toBe('ok');
  });

  it('an existing cluster must exist, and its Data API be on', async () => {
    const database = {
      clusterArn: 'arn:aws:rds:eu-central-1:000000000000:cluster:restored',
      secretArn: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:restored-AbCdEf',
    };
    const verdictOf = async (clusters: AccountFacts['clusters']) =>
      (await check({ clusters }, { database })).database?.found;

    expect(await verdictOf({})).toBe('there is no cluster restored in the region');
    expect(await verdictOf({ restored: false })).toContain('the Data API of the cluster restored');
    expect(await verdictOf({ restored: true })).toBe('the cluster restored is available');
  });

  it('actions that the caller or the role of the CDK may not take are named', async () => {
    const denied = {
      ':role/admin': ['sts:AssumeRole'],
      'cfn-exec-role': ['rds:CreateDBCluster', 'iam:PassRole'],
    };

    const found = await check({ denied });

    expect(found.permissions).toMatchObject({
      verdict: 'broken',
      found: 'arn:aws:iam::000000000000:role/admin may not sts:AssumeRole',
    });
    expect(found['permissions of the CDK']?.found).toMatch(
      /cfn-exec-role-.* may not iam:PassRole, rds:CreateDBCluster$/,
    );
  });

  it('an account that may have no other VPC or cluster is found before anything is created', async () => {
    const vpcs = { stacks: ['a', 'b', 'c', 'd', 'e'], limit: 5 };
    const databaseQuotas = {
      DBClusters: { used: 4, most: 40 },
      DBInstances: { used: 39, most: 40 },
    };

    const found = await check({ vpcs, databaseQuotas }, { capacity: { readers: 1 } });

    expect(found.network).toMatchObject({
      verdict: 'broken',
      found: expect.stringContaining('has 5 of the 5 VPCs'),
      fix: expect.stringContaining('deployment.databaseNetwork'),
    });
    expect(found.databases).toMatchObject({
      verdict: 'broken',
      found: expect.stringContaining('has 39 of the 40 DB instances'),
    });
  });

  it('a network and a cluster that exist already need no quota', async () => {
    const full = {
      vpcs: { stacks: ['millrace-data'], limit: 1 },
      databaseQuotas: {
        DBClusters: { used: 40, most: 40 },
        DBInstances: { used: 40, most: 40 },
      },
      clusterStacks: ['millrace-data'],
    };
    const database = {
      clusterArn: 'arn:aws:rds:eu-central-1:000000000000:cluster:restored',
      secretArn: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:restored-AbCdEf',
    };

    const deployed = await check(full);
    const existing = await check({ ...full, clusters: { restored: true } }, { database });

    expect([deployed.network?.verdict, deployed.databases?.verdict]).toEqual(['ok', 'ok']);
    expect(existing).not.toHaveProperty('network');
    expect(existing).not.toHaveProperty('databases');
  });

  it('quotas that the caller may not read are reported, and keep no one from deploying', async () => {
    const found = await check({ vpcs: null });

    expect(found.network).toMatchObject({
      verdict: 'warning',
      fix: 'allow ec2:DescribeVpcs and servicequotas:GetServiceQuota to check it',
    });
  });

  it('settings that need other services are checked with their actions', async () => {
    const denied = { 'cfn-exec-role': ['codedeploy:CreateApplication'] };

    expect((await check({ denied }))['permissions of the CDK']?.verdict).toBe('ok');
    expect((await check({ denied }, { canary: true }))['permissions of the CDK']?.found).toMatch(
      /may not codedeploy:CreateApplication$/,
    );
  });

  it('permissions that cannot be simulated are reported, and keep no one from deploying', async () => {
    const found = await check({ denied: null });

    expect(found.permissions).toMatchObject({
      verdict: 'warning',
      fix: 'allow iam:SimulatePrincipalPolicy to check it',
    });
  });

  it('the root of an account is not simulated', async () => {
    const found = await check({ caller: 'arn:aws:iam::000000000000:root' });

    expect(found).not.toHaveProperty('permissions');
    expect(found.account?.verdict).toBe('ok');
  });
});
