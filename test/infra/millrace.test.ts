/** The construct `Millrace`: several apps in one stack, and its grants. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { User } from 'aws-cdk-lib/aws-iam';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Millrace } from '../../lib/infra/millrace.ts';
import { exampleApp, synthesisMs } from './infra-app.ts';
import { listActions, listResources, listStatements } from './template.ts';

/** Whether a function runs before the schema is migrated: the migration, and the CDK's uploads. */
function isBefore(id: string): boolean {
  return /ComputeMigrate|^CustomCDKBucketDeployment/.test(id);
}

const emptyApp = {
  configFile: '/app/millrace.config.ts',
  queues: { default: 1 },
  machines: [],
  batches: [],
};

describe('Millrace', () => {
  let template: Template;
  let first: Millrace;
  let second: Millrace;
  let stack: Stack;

  beforeAll(async () => {
    // The tests of stacks apply the CDK's rules of CloudFormation, which take seconds to load.
    vi.stubEnv('CDK_VALIDATION', 'false');
    stack = new Stack(new App(), 'Test');
    const app = await exampleApp();
    first = new Millrace(stack, 'First', { app, reserveConcurrency: true });
    first.grants.startBatches(new User(stack, 'Starter'));
    first.grants.callApi(new User(stack, 'Caller'));
    first.grants.putObjects(new User(stack, 'Uploader'), 'reports/');
    second = new Millrace(stack, 'Second', { app, api: false, reserveConcurrency: true });
    template = Template.fromStack(stack);
  }, synthesisMs);

  const all = (type: string) => listResources(template, type);

  it('two apps in one stack have different names of queues and schedule groups', () => {
    const names = all('AWS::SQS::Queue').flatMap(
      ([, { Properties }]) => Properties.QueueName ?? [],
    );
    const groups = all('AWS::Scheduler::ScheduleGroup').map(([, each]) => each.Properties.Name);

    expect(names).toHaveLength(8);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(groups).size).toBe(2);
  });

  it('every named queue has a dead-letter queue that keeps messages longer', () => {
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

  it('every queue of an app is encrypted and requires TLS', () => {
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

  it('every event source mapping has partial failures and a maximum concurrency', () => {
    const mappings = all('AWS::Lambda::EventSourceMapping');

    expect(mappings).toHaveLength(14);
    for (const [, { Properties }] of mappings) {
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      expect(Properties.ScalingConfig).toBeDefined();
    }
  });

  it('the visibility timeout is at least six timeouts of the function and the window', () => {
    const queues = Object.fromEntries(all('AWS::SQS::Queue'));
    const functions = Object.fromEntries(all('AWS::Lambda::Function'));
    for (const [, { Properties }] of all('AWS::Lambda::EventSourceMapping')) {
      const source = Properties.EventSourceArn['Fn::GetAtt'][0];
      const worker = functions[Properties.FunctionName.Ref];
      const window = Number(Properties.MaximumBatchingWindowInSeconds);
      const least = 6 * Number(worker?.Properties.Timeout) + window;

      expect(Number(queues[source]?.Properties.VisibilityTimeout)).toBeGreaterThanOrEqual(least);
      expect(Number(worker?.Properties.ReservedConcurrentExecutions)).toBeGreaterThanOrEqual(
        Properties.ScalingConfig.MaximumConcurrency,
      );
    }
  });

  it('functions, event sources, schedules and rules wait for the schema of their app', () => {
    const schemas = all('Custom::MillraceSchema').map(([id]) => id);
    const later = [
      'AWS::Lambda::Function',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Scheduler::Schedule',
      'AWS::Events::Rule',
    ];
    for (const [id, { DependsOn = [] }] of later.flatMap(all)) {
      if (isBefore(id)) continue;
      expect(DependsOn.some((each: string) => schemas.includes(each))).toBe(true);
      expect(id).toMatch(/^(First|Second)/);
    }
  });

  it('no function of an app is public', () => {
    const urls = all('AWS::Lambda::Url').map(([, { Properties }]) => Properties.AuthType);
    const callers = all('AWS::Lambda::Permission').map(
      ([, { Properties }]) => Properties.Principal,
    );

    expect(urls).toEqual(['AWS_IAM']);
    expect(new Set(callers)).toEqual(
      new Set(['events.amazonaws.com', 'secretsmanager.amazonaws.com']),
    );
  });

  it('database, bucket and logs are kept when their stack is deleted', () => {
    const kept = ['AWS::RDS::DBCluster', 'AWS::S3::Bucket', 'AWS::Logs::LogGroup'].flatMap(all);

    expect(kept.every(([, each]) => each.DeletionPolicy === 'RetainExceptOnCreate')).toBe(true);
  });

  it('the database of an app pauses, is encrypted and is protected from deletion', () => {
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

  it('the grants of an app allow starting batches, putting objects and calling the API, and nothing else', () => {
    const actions = (user: string) => listActions(listStatements(template, user));

    expect(actions('Starter')).toEqual(['events:PutEvents']);
    expect(actions('Uploader')).toEqual(['s3:PutObject']);
    expect(actions('Caller')).toEqual(['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl']);
  });

  it('a grant of objects is limited to its prefix', () => {
    const [statement] = listStatements(template, 'Uploader');

    expect(JSON.stringify(statement?.Resource)).toContain('/reports/*');
  });

  it('an API that is not deployed cannot be granted', () => {
    expect(() => second.grants.callApi(new User(stack, 'Rejected'))).toThrow(
      'there is no API to call: leave out api: false',
    );
  });

  it('an existing cluster without its secret is refused', () => {
    const other = new Stack(new App(), 'Existing');
    const { cluster } = first.data.database;

    expect(() => new Millrace(other, 'Millrace', { app: emptyApp, cluster })).toThrow(
      "cluster: an existing cluster needs the secret of Millrace's user",
    );
  });

  it('an app has nothing that is billed by the hour while it is idle', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 0);
    template.resourceCountIs('AWS::EC2::EIP', 0);
    expect(JSON.stringify(all('AWS::Lambda::Function'))).not.toContain('Provisioned');
  });

  it('an alarm watches every dead-letter queue', () => {
    const watched = JSON.stringify(all('AWS::CloudWatch::Alarm'));
    const dead = all('AWS::SQS::Queue').filter(([, { Properties }]) => !Properties.QueueName);

    for (const [id] of dead) expect(watched).toContain(`"Fn::GetAtt":["${id}","QueueName"]`);
  });
});
