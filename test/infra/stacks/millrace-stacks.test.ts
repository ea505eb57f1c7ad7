/** The stacks of the example, with real bundles and the rules of cdk-nag. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envNames } from '../../../lib/config/setting-sources.ts';
import { createApp } from '../../../lib/infra/cdk-app.ts';
import { createStacks, type MillraceStacks } from '../../../lib/infra/stacks/millrace-stacks.ts';
import { exampleApp, synthesisMs } from '../infra-app.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

describe('createStacks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-stacks-'));
  let stacks: MillraceStacks['stacks'];

  beforeAll(async () => {
    const app = createApp({ outdir: folder, failsOnFindings: true });
    const tags = { team: 'orders' };
    ({ stacks } = createStacks(app, { app: await exampleApp(), name: 'shop', tags }));
    // Throws when cdk-nag or the rules of CloudFormation find something that is not acknowledged.
    app.synth();
  }, synthesisMs);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  type StackName = keyof MillraceStacks['stacks'];
  const templateOf = (name: StackName) => Template.fromStack(stacks[name]);
  const idsOf = (name: StackName, type: string) =>
    Object.keys(templateOf(name).findResources(type));

  it('the stacks are named after the app, and only that with the data is protected', () => {
    expect(Object.values(stacks).map(({ stackName }) => stackName)).toEqual([
      'shop-data',
      'shop-app',
    ]);
    expect(Object.values(stacks).map((stack) => stack.terminationProtection === true)).toEqual([
      true,
      false,
    ]);
  });

  it('resources with data keep their logical ids, so that no deploy replaces them', () => {
    expect(idsOf('data', 'AWS::RDS::DBCluster')).toEqual(['Cluster6FE0B73F']);
    expect(idsOf('data', 'AWS::S3::Bucket')).toEqual(['DataBucketE6B0FAA8']);
    expect(idsOf('data', 'AWS::Events::EventBus')).toEqual(['DataBus11656D0F']);
  });

  it('each function of the stacks is allowed the actions of its code, and no others', () => {
    const policies = templateOf('app').findResources('AWS::IAM::Policy');
    const actionsOf = (role: string) => {
      const [, policy] = Object.entries(policies).find(([id]) => id.includes(role)) ?? [];
      const statements: Statement[] = policy?.Properties.PolicyDocument.Statement ?? [];
      const actions = statements.flatMap(({ Action }) => Action);
      return [...new Set(actions)].filter((each) => !/^(logs|xray):/.test(each)).sort();
    };
    const consume = [
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
    ];
    const query = ['rds-data:ExecuteStatement', 'secretsmanager:GetSecretValue'];

    expect(actionsOf('Workercritical')).toEqual([...query, ...consume, 'sqs:SendMessage'].sort());
    expect(actionsOf('Archiver')).toEqual([...query, ...consume].sort());
    expect(actionsOf('Migrate')).toEqual([
      'rds-data:ExecuteStatement',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
      'sqs:SendMessage',
    ]);
    expect(actionsOf('Leader')).toEqual(
      [
        ...query,
        ...consume,
        'events:PutEvents',
        'iam:PassRole',
        's3:GetObject',
        's3:ListBucket',
        'scheduler:CreateSchedule',
        'scheduler:GetSchedule',
        'scheduler:UpdateSchedule',
        'sqs:ListQueueTags',
        'sqs:SendMessage',
      ].sort(),
    );
    expect(actionsOf('Api')).not.toContain('sqs:ReceiveMessage');
  });

  it('the API and an operator publish changes although ends of executions are not published', () => {
    const app = templateOf('app');
    const [operator] = Object.values(app.findResources('AWS::IAM::ManagedPolicy'));
    const [, api] =
      Object.entries(app.findResources('AWS::IAM::Policy')).find(([id]) => id.includes('Api')) ??
      [];
    for (const policy of [operator, api]) {
      const statements: Statement[] = policy?.Properties.PolicyDocument.Statement ?? [];
      expect(statements.flatMap(({ Action }) => Action)).toContain('events:PutEvents');
    }
  });

  it('a worker of the stacks only receives from its own queue', () => {
    const policies = templateOf('app').findResources('AWS::IAM::Policy');
    const [, policy] = Object.entries(policies).find(([id]) => id.includes('Workerlow')) ?? [];
    const statements: Statement[] = policy?.Properties.PolicyDocument.Statement;
    const receive = statements.filter(({ Action }) => Action.includes('sqs:ReceiveMessage'));

    expect(receive).toHaveLength(1);
    expect(JSON.stringify(receive[0]?.Resource)).toContain('QueuesQueuelow');
    expect(receive[0]?.Resource).not.toBeInstanceOf(Array);
  });

  it('the schedules of the stacks request a tick and each batch by its name', () => {
    const schedules = Object.values(templateOf('app').findResources('AWS::Scheduler::Schedule'));
    const inputs = schedules.map(({ Properties }) => JSON.parse(Properties.Target.Input));

    expect(inputs).toEqual([
      { kind: 'tick' },
      { kind: 'batch', batch: 'wildlife-strikes', id: '<aws.scheduler.scheduled-time>' },
    ]);
  });

  it('the environment of the leader has the name of the leader schedule', () => {
    const [schedule] = Object.values(templateOf('app').findResources('AWS::Scheduler::Schedule'));
    const [group] = Object.values(templateOf('app').findResources('AWS::Scheduler::ScheduleGroup'));
    const leader = Object.entries(templateOf('app').findResources('AWS::Lambda::Function')).find(
      ([id]) => id.includes('Leader'),
    )?.[1];

    expect(leader?.Properties.Environment.Variables.SWEEP_SCHEDULE).toBe(
      `${group?.Properties.Name}/${schedule?.Properties.Name}`,
    );
  });

  it('a rule of the stacks matches new objects by the prefix and suffix of a batch', () => {
    const rules = Object.values(templateOf('app').findResources('AWS::Events::Rule'));

    expect(
      rules.map(({ Properties }) => Properties.EventPattern.detail?.object?.key),
    ).toContainEqual([{ wildcard: 'reports/*.csv' }]);
  });

  it('the stacks are synthesised without an account and a region', () => {
    const assets = readdirSync(folder).filter((name) => name.endsWith('.template.json'));

    expect(assets).toHaveLength(2);
    expect(Object.values(stacks).every(({ environment }) => environment.includes('unknown'))).toBe(
      true,
    );
  });

  it('the outputs are what an operator needs after a deploy', () => {
    const outputs = templateOf('app').findOutputs('*');

    expect(Object.keys(outputs).toSorted()).toEqual([
      'ApiUrl',
      'Bucket',
      'Environment',
      'EventBus',
      'Metrics',
      'OperatorPolicyArn',
    ]);
    const environment = JSON.stringify(outputs.Environment?.Value);
    for (const name of [
      envNames.store,
      envNames.databaseClusterArn,
      envNames.databaseSecretArn,
      envNames.databaseName,
      envNames.broker,
      envNames.sqsQueueUrls,
      envNames.objectsDriver,
      envNames.bucket,
      envNames.eventBus,
      envNames.leaderSchedule,
    ]) {
      expect(environment).toContain(`${name}='`);
    }
  });

  it('the source files of the example are uploaded under their keys', () => {
    const [upload] = Object.values(templateOf('data').findResources('Custom::CDKBucketDeployment'));

    expect(upload?.Properties).toMatchObject({ Prune: false, RetainOnDelete: true });
  });

  it('tags apply to the resources of every stack', () => {
    const tagged = { Key: 'team', Value: 'orders' };

    for (const [name, type] of [
      ['data', 'AWS::RDS::DBCluster'],
      ['app', 'AWS::SQS::Queue'],
      ['app', 'AWS::Lambda::Function'],
    ] as const) {
      for (const { Properties } of Object.values(templateOf(name).findResources(type))) {
        expect(Properties.Tags).toContainEqual(tagged);
      }
    }
  });
});
