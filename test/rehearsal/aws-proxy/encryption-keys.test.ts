/** Who may use a queue, a bucket or a secret, but not the key that encrypts it. */
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { encryptionKeys, keyNeeds } from '../../../rehearsal/aws-proxy/encryption-keys.ts';
import { allow, queueArn } from '../../support/access.ts';
import { resolvedStack } from '../../support/assembly.ts';
import { openGate } from '../../support/aws-proxy-harness.ts';

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

describe('the keys of a stack', () => {
  it('are found at what they encrypt, by id, ARN and alias, and those of AWS are not', async () => {
    const resolution = await resolvedStack(resources);

    const keys = encryptionKeys(resolution);

    expect([...keys.keys()]).toEqual([
      queueArn,
      expect.stringMatching(/^arn:aws:secretsmanager:/),
      'arn:aws:s3:::reports',
    ]);
    expect(new Set(keys.values()).size).toBe(1);
  });

  it('are needed for objects, in the name of the service', async () => {
    const keys = encryptionKeys(await resolvedStack(resources));
    const ask = (action: string) => keyNeeds({ action, resource: 'arn:aws:s3:::reports/a' }, keys);

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
    const opened = await openGate({ statements, resources });
    const keys = encryptionKeys(await resolvedStack(resources));
    opened.servers.createQueue('tasks');
    const sqs = `http://127.0.0.1:${opened.servers.port}`;
    opened.gate.open({ access: opened.access, backends: { sqs }, keys });
    const QueueUrl = `${opened.gate.url}/000000000000/tasks`;
    return { client: new SQSClient(opened.client), QueueUrl };
  }

  it('needs the key, too', async () => {
    const { client, QueueUrl } = await open(allow('sqs:*', queueArn));

    await expect(
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' })),
    ).rejects.toThrow(/perform: kms:GenerateDataKey on resource: arn:aws:kms/);
  });

  it('may go on with it, for what it is allowed', async () => {
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
