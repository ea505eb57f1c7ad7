/** Every setting of `deployment`, alone and with every other, under the rules of cdk-nag. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AppDescription } from '../../lib/config/app-description.ts';
import type { DeploymentConfig } from '../../lib/config/deployment-config.ts';
import { createApp } from '../../lib/infra/cdk-app.ts';
import { deploymentProps } from '../../lib/infra/deployment-props.ts';
import { createStacks } from '../../lib/infra/stacks/millrace-stacks.ts';
import { rehearseDeletion } from '../../rehearsal/cloudformation/rehearse-deletion.ts';
import { loadAssembly } from '../../rehearsal/template/assembly.ts';
import { Resolution } from '../../rehearsal/template/resolution.ts';
import { combinePairwise } from '../support/pairwise.ts';
import { findSchemaProblems } from '../support/resource-schemas.ts';
import { synthesisMs } from './infra-app.ts';
import { createEmptyBundler } from './test-topology.ts';

const arn = (service: string, name: string) =>
  `arn:aws:${service}:eu-central-1:000000000000:${name}`;

const vpcId = 'vpc-0123456789abcdef0';
const subnetIds = ['a', 'b', 'c'].map((end) => `subnet-0123456789abcdef${end}`);

/** What each setting may be; undefined stands for its default. */
const settings = {
  stages: [undefined, { prod: { logRetentionDays: 14 } }],
  name: [undefined, 'shop'],
  account: [undefined, '000000000000'],
  region: [undefined, 'eu-central-1'],
  capacity: [undefined, { min: 0.5, max: 16, readers: 1 }],
  zones: [undefined, ['eu-central-1b', 'eu-central-1c']],
  databaseNetwork: [undefined, { vpcId, subnetIds: subnetIds.slice(0, 2) }],
  workerNetwork: [undefined, { vpcId, subnetIds, securityGroupIds: ['sg-0123456789abcdef0'] }],
  engineVersion: [undefined, '16.11'],
  queues: [
    undefined,
    { low: { batchSize: 20, windowSeconds: 2, maxConcurrency: 4, provisionedConcurrency: 1 } },
  ],
  workerConcurrency: [undefined, 20],
  reserveConcurrency: [undefined, true],
  api: [undefined, false],
  apiAccess: [undefined, { 'arn:aws:iam::*:role/watch-*': 'reader' }],
  // Without access it is refused beside apiAccess.
  stepFunctions: [undefined, { access: { 'arn:aws:iam::*:role/shop-*': 'owner' } }],
  canary: [undefined, true],
  tracingLayerArn: [undefined, arn('lambda', 'layer:AWSOpenTelemetryDistroJs:6')],
  dashboard: [
    undefined,
    {
      login: {
        issuer: 'https://login.example.com',
        clientId: 'millrace',
        clientSecretArn: arn('secretsmanager', 'secret:login-AbCdEf'),
        roles: { admins: 'owner' },
      },
    },
  ],
  executionEvents: [undefined, 'none'],
  taskPolicies: [
    undefined,
    [
      {
        actions: ['s3:GetObject', 'dynamodb:*'],
        resources: ['arn:aws:s3:::reports/*', arn('dynamodb', 'table/orders-*')],
        reason: 'the reports of each day, and the tables of each tenant',
      },
    ],
  ],
  taskRoleArn: [undefined, 'arn:aws:iam::000000000000:role/orders-tasks'],
  environment: [undefined, { SHOP: 'main' }],
  secrets: [
    undefined,
    {
      SHOP_KEY: arn('secretsmanager', 'secret:shop-AbCdEf'),
      SHOP_URL: arn('ssm', 'parameter/shop/url'),
    },
  ],
  layers: [undefined, [arn('lambda', 'layer:sharp:3')]],
  externalPackages: [undefined, ['sharp']],
  alarms: [
    undefined,
    {
      emails: ['on-call@example.com'],
      slack: { workspaceId: 'T07EA123LEP', channelId: 'C07EZ1ABC23' },
      teams: {
        tenantId: '11111111-2222-3333-4444-555555555555',
        teamId: '66666666-7777-8888-9999-000000000000',
        channelId: '19%3Aab3def%40thread.tacv2',
      },
    },
    { topicArn: arn('sns', 'on-call'), emails: ['on-call@example.com'] },
  ],
  encryptionKeyArn: [undefined, arn('kms', 'key/11111111-2222-3333-4444-555555555555')],
  database: [
    undefined,
    {
      clusterArn: arn('rds', 'cluster:restored'),
      secretArn: arn('secretsmanager', 'secret:restored-AbCdEf'),
      name: 'orders',
    },
  ],
  bucketName: [undefined, 'shop-files'],
  expireObjects: [undefined, { 'results/': 30 }],
  eventBusArn: [undefined, arn('events', 'event-bus/shop')],
  logRetentionDays: [undefined, 7],
  retain: [undefined, false],
  deletionProtection: [undefined, true, false],
  tags: [undefined, { team: 'orders' }],
} satisfies {
  readonly [Key in keyof Required<DeploymentConfig>]: readonly DeploymentConfig[Key][];
};

const folder = mkdtempSync(join(tmpdir(), 'millrace-settings-'));
const pageFolder = join(folder, 'page');

function describeDeployment(
  deployment: DeploymentConfig,
  queues = { high: 5, low: 1 },
): AppDescription {
  const sourceFile = join(folder, 'orders.csv');
  return {
    configFile: join(folder, 'millrace.config.ts'),
    queues,
    machines: [],
    batches: [
      { name: 'nightly', machine: 'order', sourceFile, sourceKey: 'sources/nightly/orders.csv' },
    ],
    deployment,
  };
}

/** Synthesises the stacks as `bin/infra.ts` does. Returns the templates, and what was reported. */
function synthesize(
  deployment: DeploymentConfig,
  {
    failsOnFindings = true,
    queues,
  }: { failsOnFindings?: boolean; queues?: typeof manyQueues } = {},
) {
  const outdir = mkdtempSync(join(folder, 'out-'));
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  try {
    const app = createApp({ outdir, failsOnFindings });
    const described = describeDeployment(deployment, queues);
    const stage = deployment.stages === undefined ? undefined : 'prod';
    const props = { ...deploymentProps(described, stage), pageFolder };
    const { stacks } = createStacks(app, props, createEmptyBundler);
    app.synth();
    const read = (id: string) => readFileSync(join(outdir, `${id}.template.json`), 'utf8');
    const { data, app: rest } = stacks;
    return {
      outdir,
      data: read(data.artifactId),
      app: read(rest.artifactId),
      printed: printed.mock.calls.flat().join('\n'),
    };
  } finally {
    printed.mockRestore();
  }
}

/** Settings that change the same properties in the same way, and are given or left out together. */
const groups: readonly (readonly (keyof DeploymentConfig)[])[] = [
  ['name', 'account', 'region', 'tags', 'logRetentionDays', 'expireObjects'],
  ['layers', 'externalPackages', 'tracingLayerArn', 'environment'],
  ['taskRoleArn', 'secrets'],
  ['apiAccess', 'canary'],
];

/** A combination in which the settings of a group are the value of one. */
type Grouped = Readonly<Record<string, unknown>>;

function groupSettings(): Record<string, readonly unknown[]> {
  const grouped = new Set<string>(groups.flat());
  const single = Object.entries(settings).filter(([key]) => !grouped.has(key));
  const together = groups.map((keys, index) => {
    const given = keys.map((key) => [key, settings[key].at(-1)]);
    return [`group ${index}`, [undefined, Object.fromEntries(given)]] as const;
  });
  return Object.fromEntries([...single, ...together]);
}

function ungroup(combination: Grouped): DeploymentConfig {
  const entries = Object.entries(combination).map(([key, value]) =>
    key.startsWith('group ') ? value : { [key]: value },
  );
  return Object.assign({}, ...entries);
}

/** Settings of what is new have no place where something exists. */
function withoutConflicts(deployment: DeploymentConfig): DeploymentConfig {
  const { expireObjects, zones, databaseNetwork, ...rest } = deployment;
  const { bucketName, database } = rest;
  return {
    ...rest,
    ...(expireObjects !== undefined && bucketName === undefined && { expireObjects }),
    ...(databaseNetwork !== undefined && database === undefined && { databaseNetwork }),
    ...(zones !== undefined &&
      databaseNetwork === undefined &&
      database === undefined && { zones }),
  };
}

const manyQueues = Object.fromEntries(
  Array.from({ length: 8 }, (_, index) => [`queue${index}`, 8 - index]),
) as { high: number; low: number };

beforeAll(() => {
  mkdirSync(join(pageFolder, 'assets'), { recursive: true });
  writeFileSync(join(pageFolder, 'index.html'), '<!doctype html>');
  writeFileSync(join(pageFolder, 'assets', 'page.js'), '');
  writeFileSync(join(folder, 'orders.csv'), 'id\n1\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the settings of a deployment', () => {
  const combinations = combinePairwise<Grouped>(groupSettings()).map(ungroup).map(withoutConflicts);

  it.each(combinations.map((deployment, index) => ({ index, deployment })))(
    'combination $index of settings synthesises without findings, fits the schemas of CloudFormation, and can be deleted',
    async ({ deployment }) => {
      const { data, app, outdir } = synthesize(deployment);

      expect(app).not.toContain('Fn::GetStackOutput');
      expect(data).not.toContain('Fn::ImportValue');
      const resources = Object.keys(JSON.parse(app).Resources);
      expect(resources.length).toBeLessThan(500);
      const templates = [data, app].map((each) => JSON.parse(each));
      expect(templates.flatMap(findSchemaProblems)).toEqual([]);
      const resolution = new Resolution(await loadAssembly(outdir), { endpoint: 'http://aws' });
      const isKept = deployment.retain !== false;
      await expect(rehearseDeletion(resolution)).resolves.toMatch(
        isKept ? /resources are kept/ : /nothing is kept|is protected from deletion/,
      );
    },
    synthesisMs,
  );

  it(
    'an app with eight queues imports ten values of its data at most, and uses no other reference between stacks',
    () => {
      const { app } = synthesize({}, { queues: manyQueues });

      const imported = [...app.matchAll(/"Fn::ImportValue": ?"([^"]+)"/g)].map(([, name]) => name);
      expect(new Set(imported).size).toBeLessThanOrEqual(10);
      expect(app).not.toContain('Fn::GetStackOutput');
    },
    synthesisMs,
  );

  it(
    'an app with a restored database names its cluster and secret, and its data has no cluster',
    () => {
      const [, database] = settings.database;

      const { app, data } = synthesize(database === undefined ? {} : { database });

      expect(app).toContain(':cluster:restored');
      expect(app).toContain('secret:restored-AbCdEf');
      expect(data).not.toContain('AWS::RDS::DBCluster');
    },
    synthesisMs,
  );

  it(
    'a wildcard without a reason is reported with what to do, and does not keep the app from being deployed',
    () => {
      const taskPolicies = [{ actions: ['s3:GetObject'], resources: ['*'] }];

      const { printed } = synthesize({ taskPolicies }, { failsOnFindings: false });

      expect(printed).toContain('AwsSolutions-IAM5[Resource::*]');
      expect(printed).toContain('by a reason beside it');
      expect(() => synthesize({ taskPolicies })).toThrow(/AwsSolutions-IAM5\[Resource::\*\]/);
    },
    synthesisMs,
  );
});
