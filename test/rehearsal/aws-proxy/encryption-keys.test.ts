/** Permissions on the keys that encrypt queues, buckets and secrets. */
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import {
  findEncryptionKeys,
  findKeyPermissions,
} from '../../../rehearsal/aws-proxy/encryption-keys.ts';
import { allow, queueArn } from '../../support/access.ts';
import { resolveStack } from '../../support/assembly.ts';
import { openAwsProxy } from '../../support/aws-proxy-harness.ts';

const account = { AWS: 'arn:aws:iam::000000000000:root' };
const resources = {
  Key: {
    Type: 'AWS::KMS::Key',
    Properties: { KeyPolicy: { Statement: { ...allow('kms:*'), Principal: account } } },
  },
  Alias: {
    Type: 'AWS::KMS::Alias',
    Properties: { AliasName: 'alias/own', TargetKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
  },
  Tasks: {
    Type: 'AWS::SQS::Queue',
    Properties: { QueueName: 'tasks', KmsMasterKeyId: { Ref: 'Key' } },
  },
  Plain: { Type: 'AWS::SQS::Queue', Properties: { KmsMasterKeyId: 'alias/aws/sqs' } },
  Reports: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketName: 'reports',
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/own' },
          },
        ],
      },
    },
  },
  Secret: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
  },
} satisfies Record<string, Json>;

describe('the encryption keys of a stack', () => {
  it('the keys of a stack are found by id, ARN and alias, but not those of AWS', async () => {
    const resolution = await resolveStack(resources);

    const keys = findEncryptionKeys(resolution);

    expect([...keys.keys()]).toEqual([
      queueArn,
      expect.stringMatching(/^arn:aws:secretsmanager:/),
      'arn:aws:s3:::reports',
    ]);
    expect(new Set(keys.values()).size).toBe(1);
  });

  it('objects of an encrypted bucket require the key through S3', async () => {
    const keys = findEncryptionKeys(await resolveStack(resources));
    const ask = (action: string) =>
      findKeyPermissions({ action, resource: 'arn:aws:s3:::reports/a' }, keys);

    expect(ask('s3:PutObject')).toMatchObject([
      {
        action: 'kms:GenerateDataKey',
        context: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' },
      },
    ]);
    expect(ask('s3:ListBucket')).toEqual([]);
  });
});

describe('a caller of an encrypted queue', () => {
  async function open(...statements: Json[]) {
    const opened = await openAwsProxy({ statements, resources });
    const keys = findEncryptionKeys(await resolveStack(resources));
    opened.servers.createQueue('tasks');
    const sqs = `http://127.0.0.1:${opened.servers.port}`;
    opened.proxy.open({ access: opened.access, backends: { sqs }, keys });
    const QueueUrl = `${opened.proxy.url}/000000000000/tasks`;
    return { client: new SQSClient(opened.client), QueueUrl };
  }

  it('a caller of an encrypted queue needs permission on the key', async () => {
    const { client, QueueUrl } = await open(allow('sqs:*', queueArn));

    await expect(
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' })),
    ).rejects.toThrow(/perform: kms:GenerateDataKey on resource: arn:aws:kms/);
  });

  it('a caller with permission on the key may do what the permission covers', async () => {
    const Condition = { StringEquals: { 'kms:ViaService': 'sqs.us-east-1.amazonaws.com' } };
    const { client, QueueUrl } = await open(
      allow('sqs:*', queueArn),
      allow('kms:Decrypt', '*', { Condition }),
    );

    await expect(client.send(new ReceiveMessageCommand({ QueueUrl }))).resolves.toBeDefined();
    await expect(
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' })),
    ).rejects.toThrow(/kms:GenerateDataKey/);
  });
});
