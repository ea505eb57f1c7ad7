/** Resource-based policies of queues, buckets, keys and functions. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import type { Principal } from '../../../rehearsal/iam/principal.ts';
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
import { resolveStack } from '../../support/assembly.ts';

const events: Principal = { kind: 'service', service: 'events.amazonaws.com' };

describe('a resource-based policy', () => {
  const policy = (...statements: object[]) => ({
    Tasks: queue,
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Tasks' }],
        PolicyDocument: { Statement: statements as Json[] },
      },
    },
  });
  const granted = (Principal: Json, more: object = {}) => ({
    ...allow('sqs:SendMessage', queueArn, more),
    Principal,
  });

  it.each<[string, Json]>([
    ['every principal', '*'],
    ['every AWS principal', { AWS: '*' }],
    ['the role', { AWS: roleArn }],
    ['the session', { AWS: ['arn:aws:sts::000000000000:assumed-role/worker/worker'] }],
  ])('a resource-based policy that allows %s is enough for a role', async (_, principal) => {
    const model = await createAccessModel([], policy(granted(principal)));

    expect(model.decide(send)).toMatchObject({ allowed: true, by: { owner: 'Stack/Policy' } });
  });

  it.each<[string, Json]>([
    ['another role', { AWS: `${roleArn}-other` }],
    ['a service', { Service: 'events.amazonaws.com' }],
    ['only the account', { AWS: 'arn:aws:iam::000000000000:root' }],
  ])('a resource-based policy that allows %s is not enough for a role', async (_, principal) => {
    const model = await createAccessModel([], policy(granted(principal)));

    expect(model.decide(send).allowed).toBe(false);
  });

  it('a resource-based policy that denies overrides the policies of a role', async () => {
    const model = await createAccessModel(
      [allow('*')],
      policy({ ...deny('sqs:*', queueArn), Principal: '*' }),
    );

    expect(model.decide(send)).toMatchObject({
      allowed: false,
      by: { owner: 'Stack/Policy' },
      message: expect.stringMatching(/with an explicit deny in a resource-based policy$/),
    });
  });

  it('a policy that denies all principals but a role does not deny that role', async () => {
    const statement = { ...deny('sqs:*', queueArn), NotPrincipal: { AWS: roleArn } };
    const model = await createAccessModel([allow('*')], policy(statement));

    expect(model.decide(send).allowed).toBe(true);
    expect(model.decide({ ...send, principal: { kind: 'anonymous' } }).allowed).toBe(false);
  });

  it('a policy that requires encryption denies nothing, as every call is encrypted', async () => {
    const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
    const statement = { ...deny('sqs:*', queueArn), Principal: { AWS: '*' }, Condition };
    const model = await createAccessModel([allow('*')], policy(statement));

    expect(model.decide(send).allowed).toBe(true);
  });

  it('a policy allows a service only for the source in its condition', async () => {
    const Condition = { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:us-east-1:0:rule/a' } };
    const statement = granted({ Service: 'events.amazonaws.com' }, { Condition });
    const model = await createAccessModel([], policy(statement));
    const from = (rule: string) =>
      model.decide({
        ...send,
        principal: events,
        context: { 'aws:SourceArn': `arn:aws:events:us-east-1:0:rule/${rule}` },
      });

    expect(from('a').allowed).toBe(true);
    expect(from('b')).toMatchObject({
      allowed: false,
      message: expect.stringContaining('because no resource-based policy allows'),
    });
  });

  it('the policy of a bucket applies to its objects', async () => {
    const model = await createAccessModel([allow('s3:*')], {
      Reports: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'reports' } },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Reports' },
          PolicyDocument: {
            Statement: { ...deny('s3:PutObject', 'arn:aws:s3:::reports/*'), Principal: '*' },
          },
        },
      },
    });
    const ask = (action: string) =>
      model.decide({ principal: worker, action, resource: 'arn:aws:s3:::reports/a' }).allowed;

    expect([ask('s3:PutObject'), ask('s3:GetObject')]).toEqual([false, true]);
  });

  it('the policy of a key decides whether the policies of roles apply', async () => {
    const key = (Principal: Json) => ({
      Type: 'AWS::KMS::Key',
      Properties: { KeyPolicy: { Statement: { ...allow('kms:*'), Principal } } },
    });
    const resolutionOf = async (principal: Json) => {
      const model = await createAccessModel([allow('kms:Decrypt')], { Key: key(principal) });
      const resource = 'arn:aws:kms:us-east-1:000000000000:key/';
      const resolution = await resolveStack({ Key: key(principal) });
      const [made] = resolution.ofType('AWS::KMS::Key');
      const id = made === undefined ? '' : resolution.nameOf(made).ref;
      const request = { principal: worker, action: 'kms:Decrypt', resource: `${resource}${id}` };
      return model.decide(request).allowed;
    };

    expect(await resolutionOf({ AWS: 'arn:aws:iam::000000000000:root' })).toBe(true);
    expect(await resolutionOf({ Service: 'sqs.amazonaws.com' })).toBe(false);
  });

  it('the policy of a function consists of its Lambda permissions', async () => {
    const permission = (more: object) => ({
      Type: 'AWS::Lambda::Permission',
      Properties: { Action: 'lambda:InvokeFunction', FunctionName: { Ref: 'Leader' }, ...more },
    });
    const model = await createAccessModel([], {
      Leader: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'leader' } },
      ByRule: permission({
        Principal: 'events.amazonaws.com',
        SourceArn: 'arn:aws:events:r:a:rule/b',
      }),
      ByUrl: permission({
        Action: 'lambda:InvokeFunctionUrl',
        Principal: roleArn,
        FunctionUrlAuthType: 'AWS_IAM',
      }),
    });
    const resource = 'arn:aws:lambda:us-east-1:000000000000:function:leader';
    const byRule = (arn: string) =>
      model.decide({
        principal: events,
        action: 'lambda:InvokeFunction',
        resource,
        context: { 'aws:SourceArn': arn },
      }).allowed;
    const byUrl = (type: string) =>
      model.decide({
        principal: worker,
        action: 'lambda:InvokeFunctionUrl',
        resource,
        context: { 'lambda:FunctionUrlAuthType': type },
      }).allowed;

    expect([byRule('arn:aws:events:r:a:rule/b'), byRule('arn:aws:events:r:a:rule/c')]).toEqual([
      true,
      false,
    ]);
    expect([byUrl('AWS_IAM'), byUrl('NONE')]).toEqual([true, false]);
  });
});
