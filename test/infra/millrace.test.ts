/** What must hold of the construct's template, whoever changes it. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { User } from 'aws-cdk-lib/aws-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { Millrace } from '../../lib/infra/millrace.ts';
import { exampleApp, synthesisMs } from './infra-app.ts';

interface Found {
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

describe('Two constructs in one stack', () => {
  let template: Template;

  beforeAll(async () => {
    const stack = new Stack(new App(), 'Test');
    const app = await exampleApp();
    const first = new Millrace(stack, 'First', { app });
    first.grants.startBatches(new User(stack, 'Starter'));
    first.grants.callApi(new User(stack, 'Caller'));
    new Millrace(stack, 'Second', { app, api: false });
    template = Template.fromStack(stack);
  }, synthesisMs);

  const all = (type: string): [string, Found][] =>
    Object.entries(template.findResources(type)) as [string, Found][];

  it('give queues and groups of schedules names of their own', () => {
    const names = all('AWS::SQS::Queue').flatMap(
      ([, { Properties }]) => Properties.QueueName ?? [],
    );
    const groups = all('AWS::Scheduler::ScheduleGroup').map(([, each]) => each.Properties.Name);

    expect(names).toHaveLength(8);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(groups).size).toBe(2);
  });

  it('give every queue that has a name a dead-letter queue that is kept longer', () => {
    for (const [, { Properties }] of all('AWS::SQS::Queue')) {
      if (Properties.QueueName === undefined) continue;
      expect(Properties.RedrivePolicy).toMatchObject({ maxReceiveCount: 16 });
      expect(Properties.MessageRetentionPeriod).toBe(4 * 24 * 60 * 60);
    }
    for (const [, { Properties }] of all('AWS::SQS::Queue')) {
      if (Properties.RedriveAllowPolicy === undefined) continue;
      expect(Properties.MessageRetentionPeriod).toBe(14 * 24 * 60 * 60);
    }
  });

  it('encrypt every queue, and refuse calls to it without TLS', () => {
    const queues = all('AWS::SQS::Queue');
    const policies = all('AWS::SQS::QueuePolicy').map(([, { Properties }]) =>
      JSON.stringify(Properties.PolicyDocument),
    );

    expect(queues.every(([, { Properties }]) => Properties.SqsManagedSseEnabled === true)).toBe(
      true,
    );
    expect(policies).toHaveLength(queues.length);
    expect(policies.every((each) => each.includes('"aws:SecureTransport":"false"'))).toBe(true);
  });

  it('report failures message by message in every mapping of a queue', () => {
    const mappings = all('AWS::Lambda::EventSourceMapping');

    expect(mappings).toHaveLength(14);
    for (const [, { Properties }] of mappings) {
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      expect(Properties.ScalingConfig).toBeDefined();
    }
  });

  it('hide messages six times as long as a function may work on them, and the window', () => {
    const queues = Object.fromEntries(all('AWS::SQS::Queue'));
    const functions = Object.fromEntries(all('AWS::Lambda::Function'));
    for (const [, { Properties }] of all('AWS::Lambda::EventSourceMapping')) {
      const source = (Properties.EventSourceArn as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0];
      const worker = functions[(Properties.FunctionName as { Ref: string }).Ref];
      const window = Number(Properties.MaximumBatchingWindowInSeconds);
      const least = 6 * Number(worker?.Properties.Timeout) + window;

      expect(Number(queues[source]?.Properties.VisibilityTimeout)).toBeGreaterThanOrEqual(least);
      expect(Number(worker?.Properties.ReservedConcurrentExecutions)).toBeGreaterThanOrEqual(
        Number((Properties.ScalingConfig as { MaximumConcurrency: number }).MaximumConcurrency),
      );
    }
  });

  it('start neither mappings nor schedules nor rules before the schema is there', () => {
    const schemas = all('Custom::MillraceSchema').map(([id]) => id);
    const later = [
      'AWS::Lambda::EventSourceMapping',
      'AWS::Scheduler::Schedule',
      'AWS::Events::Rule',
    ];
    for (const [id, { DependsOn = [] }] of later.flatMap(all)) {
      expect(DependsOn.some((each) => schemas.includes(each))).toBe(true);
      expect(id).toMatch(/^(First|Second)/);
    }
  });

  it('open no function to the public', () => {
    const urls = all('AWS::Lambda::Url').map(([, { Properties }]) => Properties.AuthType);
    const callers = all('AWS::Lambda::Permission').map(
      ([, { Properties }]) => Properties.Principal,
    );

    expect(urls).toEqual(['AWS_IAM']);
    expect(new Set(callers)).toEqual(new Set(['events.amazonaws.com']));
  });

  it('keep database, bucket and logs when their stack goes', () => {
    const kept = ['AWS::RDS::DBCluster', 'AWS::S3::Bucket', 'AWS::Logs::LogGroup'].flatMap(all);

    expect(kept.every(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')).toBe(true);
  });

  it('let the database pause, and encrypt and protect it', () => {
    for (const [, { Properties }] of all('AWS::RDS::DBCluster')) {
      expect(Properties).toMatchObject({
        EnableHttpEndpoint: true,
        StorageEncrypted: true,
        DeletionProtection: true,
        ManageMasterUserPassword: true,
        ServerlessV2ScalingConfiguration: { MinCapacity: 0, SecondsUntilAutoPause: 300 },
      });
    }
  });

  it('grant what is asked for, and no more', () => {
    const actionsOf = (user: string) =>
      all('AWS::IAM::Policy')
        .filter(([id]) => id.startsWith(user))
        .flatMap(([, { Properties }]) => {
          const { Statement } = Properties.PolicyDocument as {
            readonly Statement: readonly { readonly Action: string }[];
          };
          return Statement.map(({ Action }) => Action);
        });

    expect(actionsOf('Starter')).toEqual(['events:PutEvents']);
    expect(actionsOf('Caller')).toEqual(
      expect.arrayContaining(['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']),
    );
  });

  it('pay for nothing by the hour', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 0);
    template.resourceCountIs('AWS::EC2::EIP', 0);
    expect(JSON.stringify(all('AWS::Lambda::Function'))).not.toContain('Provisioned');
  });

  it('watch every dead-letter queue', () => {
    const watched = JSON.stringify(all('AWS::CloudWatch::Alarm'));
    const dead = all('AWS::SQS::Queue').filter(([, { Properties }]) => !Properties.QueueName);

    for (const [id] of dead) expect(watched).toContain(`"Fn::GetAtt":["${id}","QueueName"]`);
  });
});
