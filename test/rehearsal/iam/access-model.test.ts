/** Decisions by the policies of a template. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { AccessModel } from '../../../rehearsal/iam/access-model.ts';
import type { Principal } from '../../../rehearsal/iam/principal.ts';
import { Resolution } from '../../../rehearsal/template/resolution.ts';
import {
  allow,
  createAccessModel,
  deny,
  queue,
  queueArn,
  roleArn,
  send,
  worker,
} from '../../support/access.ts';
import { synthesizeApp } from '../../support/assembly.ts';

describe('the permissions of a role', () => {
  it('a role may do what a statement allows, and the decision names the statement', async () => {
    const model = await createAccessModel([
      allow('sqs:Receive*'),
      allow(['sqs:sendmessage'], queueArn),
    ]);

    expect(model.decide(send)).toMatchObject({
      allowed: true,
      by: { source: 'Stack/Worker statement 2', owner: 'Stack/Worker' },
    });
  });

  it('a role may not do what no statement allows, and the message is that of AWS', async () => {
    const model = await createAccessModel([allow('sqs:SendMessage', `${queueArn}-other`)]);

    expect(model.decide(send)).toEqual({
      allowed: false,
      message:
        'User: arn:aws:sts::000000000000:assumed-role/worker/worker is not authorized to perform: ' +
        'sqs:SendMessage on resource: arn:aws:sqs:us-east-1:000000000000:tasks because no ' +
        'identity-based policy allows the sqs:SendMessage action',
    });
  });

  it('a denying statement overrides those that allow', async () => {
    const model = await createAccessModel([allow('*'), deny('sqs:Send*', queueArn)]);

    expect(model.decide(send)).toMatchObject({
      allowed: false,
      by: { source: 'Stack/Worker statement 2' },
      message: expect.stringMatching(/with an explicit deny in an identity-based policy$/),
    });
  });

  it('NotAction and NotResource match everything else', async () => {
    const model = await createAccessModel([
      { Effect: 'Allow', NotAction: 'sqs:Delete*', NotResource: `${queueArn}-other` },
    ]);

    expect(model.decide(send).allowed).toBe(true);
    expect(model.decide({ ...send, action: 'sqs:DeleteMessage' }).allowed).toBe(false);
    expect(model.decide({ ...send, resource: `${queueArn}-other` }).allowed).toBe(false);
  });

  it('actions are matched ignoring case, and resources including it', async () => {
    const model = await createAccessModel([
      allow('SQS:sendMESSAGE', queueArn.replace('tasks', 'Tasks')),
    ]);

    expect(model.decide(send).allowed).toBe(false);
    expect(model.decide({ ...send, resource: queueArn.replace('tasks', 'Tasks') }).allowed).toBe(
      true,
    );
  });

  it('a role has the policies that are attached to it, and the managed ones of AWS', async () => {
    const attached = (type: string, action: string, more: object) => ({
      Type: type,
      Properties: { PolicyDocument: { Statement: allow(action) }, ...more },
    });
    const model = await createAccessModel(
      [],
      {
        Attached: attached('AWS::IAM::Policy', 'sqs:SendMessage', { Roles: [{ Ref: 'Worker' }] }),
        Managed: attached('AWS::IAM::ManagedPolicy', 's3:GetObject', { ManagedPolicyName: 'read' }),
        Single: attached('AWS::IAM::RolePolicy', 'sqs:PurgeQueue', { RoleName: { Ref: 'Worker' } }),
      },
      {
        ManagedPolicyArns: [
          { Ref: 'Managed' },
          'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
        ],
      },
    );

    const actions = ['sqs:SendMessage', 's3:GetObject', 'sqs:PurgeQueue', 'logs:PutLogEvents'];
    const decisions = actions.map((action) => model.decide({ ...send, action }));
    expect(decisions.map((each) => each.allowed && each.by?.owner)).toEqual([
      'Stack/Attached',
      'Stack/Managed',
      'Stack/Single',
      'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    ]);
    expect(model.identityStatements().get(roleArn)).toHaveLength(4);
  });

  it('the tags of a role are condition keys', async () => {
    const Condition = { StringEquals: { 'aws:PrincipalTag/team': 'red' } };
    const tagged = (Value: string) =>
      createAccessModel(
        [allow('sqs:*', '*', { Condition })],
        {},
        { Tags: [{ Key: 'team', Value }] },
      );

    expect((await tagged('red')).decide(send).allowed).toBe(true);
    expect((await tagged('blue')).decide(send).allowed).toBe(false);
  });

  it('a role may do nothing beyond its permissions boundary', async () => {
    const Boundary = {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { PolicyDocument: { Statement: allow('sqs:*') } },
    };
    const role = { PermissionsBoundary: { Ref: 'Boundary' } };
    const model = await createAccessModel([allow('*')], { Boundary }, role);

    expect(model.decide(send).allowed).toBe(true);
    expect(model.decide({ ...send, action: 's3:GetObject' })).toMatchObject({
      allowed: false,
      message: expect.stringContaining('no permissions boundary allows'),
    });
  });

  it('a role that no stack creates may do nothing', async () => {
    const model = await createAccessModel([allow('*')]);
    const stranger: Principal = { ...worker, roleArn: `${roleArn}-other` };

    expect(model.decide({ ...send, principal: stranger }).allowed).toBe(false);
  });
});

describe('a trust policy', () => {
  it('a trust policy decides which service may assume the role, and for which account', async () => {
    const trust = {
      AssumeRolePolicyDocument: {
        Statement: {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      },
    };
    const model = await createAccessModel([], {}, trust);
    const context = { 'aws:SourceAccount': '000000000000' };

    expect(model.mayAssume(roleArn, 'scheduler.amazonaws.com', context).allowed).toBe(true);
    expect(model.mayAssume(roleArn, 'scheduler.amazonaws.com')).toMatchObject({
      allowed: false,
      message: expect.stringContaining('sts:AssumeRole'),
    });
    expect(model.mayAssume(roleArn, 'lambda.amazonaws.com', context).allowed).toBe(false);
  });
});

describe('an administrator', () => {
  const administrator: Principal = { kind: 'administrator', account: '000000000000' };

  it('an administrator may do everything that no resource-based policy denies', async () => {
    const statement = { ...deny('sqs:PurgeQueue', queueArn), Principal: '*' };
    const model = await createAccessModel([], {
      Tasks: queue,
      Policy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: { Queues: [{ Ref: 'Tasks' }], PolicyDocument: { Statement: [statement] } },
      },
    });

    expect(model.decide({ ...send, principal: administrator }).allowed).toBe(true);
    expect(
      model.decide({ ...send, principal: administrator, action: 'sqs:PurgeQueue' }).allowed,
    ).toBe(false);
  });
});

describe('an unsupported policy', () => {
  it.each<[string, Json, RegExp]>([
    ['an unknown operator', allow('a:B', '*', { Condition: { Equals: { a: 'b' } } }), /Equals/],
    [
      'an unknown effect',
      { Effect: 'allow', Action: 'a:B', Resource: '*' },
      /its Effect is "allow"/,
    ],
    ['no action', { Effect: 'Allow', Resource: '*' }, /neither Action nor NotAction/],
    ['both action and its opposite', { ...allow('a:B'), NotAction: 'a:C' }, /both Action and Not/],
  ])('a policy that cannot be evaluated is refused: %s', async (_, statement, message) => {
    const reading = createAccessModel([statement]);

    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(/the policy Stack\/Worker statement 1/);
  });

  it('an unknown managed policy of AWS allows nothing, and the denial names it', async () => {
    const arn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const model = await createAccessModel(
      [allow('sqs:ReceiveMessage')],
      {},
      { ManagedPolicyArns: [arn] },
    );

    expect(model.decide({ ...send, action: 'sqs:ReceiveMessage' }).allowed).toBe(true);
    expect(model.decide(send)).toMatchObject({
      allowed: false,
      message: expect.stringContaining('it also has AdministratorAccess, which a rehearsal cannot'),
    });
  });

  it('a policy of a resource that no stack has is refused', async () => {
    const Policy = {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: ['https://elsewhere'], PolicyDocument: { Statement: [] } },
    };

    await expect(createAccessModel([], { Policy })).rejects.toThrow(
      /Stack\/Policy: no stack has the AWS::SQS/,
    );
  });
});

describe('the grants of the CDK', () => {
  it('the grants of the CDK allow what their names say, and no more', async () => {
    const { Bucket } = await import('aws-cdk-lib/aws-s3');
    const { Queue } = await import('aws-cdk-lib/aws-sqs');
    const { Role, ServicePrincipal } = await import('aws-cdk-lib/aws-iam');
    const assembly = await synthesizeApp((app, { Stack }) => {
      const stack = new Stack(app, 'Stack');
      const role = new Role(stack, 'Worker', {
        assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
        roleName: 'worker',
      });
      new Queue(stack, 'Tasks', { enforceSSL: true, queueName: 'tasks' }).grantConsumeMessages(
        role,
      );
      new Bucket(stack, 'Reports', { enforceSSL: true, bucketName: 'reports' }).grantRead(
        role,
        'in/*',
      );
    });
    const model = new AccessModel(new Resolution(assembly, { endpoint: 'http://127.0.0.1:4566' }));
    const ask = (action: string, resource: string) =>
      model.decide({ principal: worker, action, resource }).allowed;

    expect(ask('sqs:ReceiveMessage', queueArn)).toBe(true);
    expect(ask('sqs:SendMessage', queueArn)).toBe(false);
    expect(ask('s3:GetObject', 'arn:aws:s3:::reports/in/a')).toBe(true);
    expect(ask('s3:ListBucket', 'arn:aws:s3:::reports')).toBe(true);
    expect(ask('s3:GetObject', 'arn:aws:s3:::reports/out/a')).toBe(false);
    expect(model.mayAssume(roleArn, 'lambda.amazonaws.com').allowed).toBe(true);
  });
});
