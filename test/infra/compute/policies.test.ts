/** What the roles of an app are allowed to do. */
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { findResource, listActions, listResources, listStatements } from '../template.ts';
import { createStack } from './compute-stack.ts';

describe('the policies of functions', () => {
  let template: Template;

  beforeAll(() => {
    template = Template.fromStack(createStack());
  });

  const consume = [
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
  ];
  const query = ['rds-data:ExecuteStatement', 'secretsmanager:GetSecretValue'];
  const enable = ['iam:PassRole', 'scheduler:GetSchedule', 'scheduler:UpdateSchedule'];
  const read = ['s3:GetObject', 's3:ListBucket'];

  it.each([
    ['Workerlow', [...query, ...consume, 'sqs:SendMessage']],
    ['Archiver', [...query, ...consume]],
    [
      'Migrate',
      [
        ...query,
        'secretsmanager:DescribeSecret',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
        'sqs:SendMessage',
      ],
    ],
    [
      'Leader',
      [
        ...query,
        ...consume,
        ...enable,
        ...read,
        'events:PutEvents',
        's3:PutObject',
        'scheduler:CreateSchedule',
        'sqs:ListQueueTags',
        'sqs:SendMessage',
      ],
    ],
    [
      'Api',
      [
        ...query,
        ...enable,
        ...read,
        'events:PutEvents',
        'sqs:GetQueueAttributes',
        'sqs:ListQueueTags',
        'sqs:PurgeQueue',
        'sqs:SendMessage',
        'sqs:TagQueue',
        'sqs:UntagQueue',
      ],
    ],
  ])('the role of %s allows only the calls of its code', (name, actions) => {
    const statements = listStatements(template, `Compute${name}Role`);

    expect(listActions(statements)).toEqual(actions.toSorted());
  });

  it('no policy allows an action with a wildcard', () => {
    const actions = listStatements(template).flatMap(({ Action }) => Action);

    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('only traces are allowed on all resources', () => {
    const statements = listStatements(template).filter(({ Resource }) =>
      [Resource].flat().includes('*'),
    );

    expect(new Set(statements.flatMap(({ Action }) => Action))).toEqual(
      new Set(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']),
    );
  });

  it('no role has a managed policy', () => {
    for (const [, { Properties }] of listResources(template, 'AWS::IAM::Role')) {
      expect(Properties.ManagedPolicyArns).toBeUndefined();
    }
  });

  it('a worker may only receive from its own queue', () => {
    const [receive, ...others] = listStatements(template, 'ComputeWorkerlowRole').filter(
      ({ Action }) => Action.includes('sqs:ReceiveMessage'),
    );

    expect(others).toEqual([]);
    expect(receive?.Resource).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/QueuesQueuelow[\dA-F]{8}$/), 'Arn'],
    });
  });

  it('the role of schedules trusts only the schedules of the app', () => {
    const { Properties } = findResource(template, 'AWS::IAM::Role', 'ScheduleRole');

    expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
      expect.objectContaining({
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          ArnEquals: { 'aws:SourceArn': expect.anything() },
        },
      }),
    ]);
  });

  it('a role may only be passed to EventBridge Scheduler', () => {
    const passing = listStatements(template).filter(({ Action }) => Action === 'iam:PassRole');

    expect(passing).toHaveLength(2);
    for (const { Condition } of passing) {
      expect(Condition).toEqual({
        StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
      });
    }
  });

  it('the API requires IAM authorization and no function is public', () => {
    const url = findResource(template, 'AWS::Lambda::Url');

    expect(url.Properties.AuthType).toBe('AWS_IAM');
    for (const [, { Properties }] of listResources(template, 'AWS::Lambda::Permission')) {
      expect(Properties.Principal).toMatch(/^(events|secretsmanager)\.amazonaws\.com$/);
    }
  });
});
