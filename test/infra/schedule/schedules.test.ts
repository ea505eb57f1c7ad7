/** What invokes the leader: schedules, requests on the event bus, and new objects. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BatchDescription, BatchTriggers } from '../../../lib/config/app-description.ts';
import { scheduleNames } from '../../../lib/infra/schedule/schedule-names.ts';
import { Schedules, type SchedulesProps } from '../../../lib/infra/schedule/schedules.ts';
import { findResource, listResources, listStatements } from '../template.ts';

const leaderArn = 'arn:aws:lambda:eu-west-1:123456789012:function:leader';

function batch(name: string, triggers: BatchTriggers): BatchDescription {
  return { name, machine: 'order', sourceFile: null, sourceKey: null, ...triggers };
}

const batches = [
  batch('nightly', { schedule: 'cron(0 2 * * ? *)', timeZone: 'Europe/Berlin' }),
  batch('hourly', { schedule: 'rate(1 hour)' }),
  batch('incoming', { onObject: { prefix: 'in/a*', suffix: '.csv' } }),
  batch('every', { onObject: {} }),
  batch('manual', {}),
  batch('weekdays', { schedule: 'cron(0 6 ? * 2-6 *)' }),
];

function synthesize(stack: Stack, props: Partial<SchedulesProps> = {}): Template {
  const leader = LambdaFunction.fromFunctionAttributes(stack, 'Leader', {
    functionArn: leaderArn,
    sameEnvironment: true,
  });
  new Schedules(stack, 'Schedule', {
    names: scheduleNames(stack, batches),
    leader,
    role: new Role(stack, 'Role', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') }),
    batches,
    bus: EventBus.fromEventBusName(stack, 'Bus', 'orders'),
    bucket: Bucket.fromBucketName(stack, 'Bucket', 'reports'),
    after: new Topic(stack, 'Schema'),
    ...props,
  });
  return Template.fromStack(stack);
}

describe('Schedules', () => {
  let template: Template;
  let undelivered: unknown;

  beforeAll(() => {
    template = synthesize(new Stack(new App(), 'shop'));
    const [[queueId = ''] = []] = listResources(template, 'AWS::SQS::Queue');
    undelivered = { 'Fn::GetAtt': [queueId, 'Arn'] };
  });

  const schedule = (id: string) =>
    findResource(template, 'AWS::Scheduler::Schedule', id).Properties;
  const rule = (id: string) => findResource(template, 'AWS::Events::Rule', id).Properties;

  it('the leader schedule requests a tick every minute and is not retried', () => {
    const { Name, ScheduleExpression, State, Target } = schedule('Sweep');

    expect({ ScheduleExpression, State }).toEqual({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
    });
    expect(Name).toMatch(/^shop-[\da-f]{8}-sweep$/);
    expect(JSON.parse(Target.Input)).toEqual({ kind: 'tick' });
    expect(Target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 });
  });

  it('the schedule of a batch requests it by its scheduled time, in its time zone', () => {
    const { ScheduleExpression, ScheduleExpressionTimezone, Target } = schedule('Batchnightly');

    expect([ScheduleExpression, ScheduleExpressionTimezone]).toEqual([
      'cron(0 2 * * ? *)',
      'Europe/Berlin',
    ]);
    expect(JSON.parse(Target.Input)).toEqual({
      kind: 'batch',
      batch: 'nightly',
      id: '<aws.scheduler.scheduled-time>',
    });
    expect(Target.RetryPolicy).toEqual({
      MaximumEventAgeInSeconds: 6 * 60 * 60,
      MaximumRetryAttempts: 10,
    });
    expect(schedule('Batchhourly').ScheduleExpressionTimezone).toBeUndefined();
  });

  it('the schedule of a batch is named after it', () => {
    const { Name, ScheduleExpression } = schedule('Batchweekdays');

    expect([Name, ScheduleExpression]).toEqual(['batch-weekdays', 'cron(0 6 ? * 2-6 *)']);
  });

  it('only batches with a schedule have one', () => {
    const ids = listResources(template, 'AWS::Scheduler::Schedule').map(([id]) => id);

    expect(ids.map((id) => id.slice('Schedule'.length, -8)).toSorted()).toEqual([
      'Batchhourly',
      'Batchnightly',
      'Batchweekdays',
      'Sweep',
    ]);
  });

  it('every schedule is in the group of the app and keeps what it cannot deliver', () => {
    const [[groupId = '', group] = []] = listResources(template, 'AWS::Scheduler::ScheduleGroup');
    const schedules = listResources(template, 'AWS::Scheduler::Schedule');

    expect(group?.Properties.Name).toMatch(/^shop-[\da-f]{8}$/);
    for (const [, { Properties }] of schedules) {
      expect(Properties.GroupName).toEqual({ Ref: groupId });
      expect(Properties.Target).toMatchObject({
        Arn: leaderArn,
        DeadLetterConfig: { Arn: undelivered },
      });
    }
  });

  it('the schedules and rules depend on the schema of the database', () => {
    const [[schemaId = ''] = []] = listResources(template, 'AWS::SNS::Topic');
    const all = ['AWS::Scheduler::Schedule', 'AWS::Events::Rule'].flatMap((type) =>
      listResources(template, type),
    );

    expect(all).toHaveLength(7);
    for (const [, { DependsOn }] of all) expect(DependsOn).toContain(schemaId);
  });

  it('schedules may only invoke the leader and keep what is undelivered', () => {
    expect(listStatements(template)).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: leaderArn },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: undelivered },
    ]);
  });

  it('schedules may use the encryption key of the app', () => {
    const stack = new Stack(new App(), 'shop');
    const encryptionKey = new Key(stack, 'Key');

    const statements = listStatements(synthesize(stack, { encryptionKey }));

    expect(statements).toContainEqual(
      expect.objectContaining({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }),
    );
  });

  it('requests of batches on the event bus invoke the leader', () => {
    const { EventBusName, EventPattern, Targets } = rule('Requests');

    expect(EventBusName).toBe('orders');
    expect(EventPattern).toEqual({ 'detail-type': ['millrace.batch.requested'] });
    expect(Targets).toMatchObject([
      {
        Arn: leaderArn,
        DeadLetterConfig: { Arn: undelivered },
        RetryPolicy: { MaximumEventAgeInSeconds: 6 * 60 * 60, MaximumRetryAttempts: 10 },
      },
    ]);
  });

  it('new objects are matched by prefix and suffix, with asterisks of the prefix escaped', () => {
    const { EventBusName, EventPattern } = rule('Objectsincoming');

    expect(EventBusName).toBeUndefined();
    expect(EventPattern).toEqual({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: {
        bucket: { name: ['reports'] },
        object: { key: [{ wildcard: 'in/a\\**.csv' }] },
      },
    });
  });

  it('a batch without prefix and suffix is started by every new object', () => {
    expect(rule('Objectsevery').EventPattern.detail).toEqual({ bucket: { name: ['reports'] } });
  });
});
