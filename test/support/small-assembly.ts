/**
 * A small assembly as `cdk synth` writes one: a queue, a rule, and a worker that both invoke and
 * that forwards its input to a second queue. Tests break it, and expect a rehearsal to fail.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import { temporaryFolder } from './assembly.ts';

/** Resources by logical id. */
export type SmallResources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

const attribute = (id: string, name = 'Arn') => ({ 'Fn::GetAtt': [id, name] });

/** Sends its input to the queue in its environment. */
const worker = `
  const send = async (MessageBody) => {
    const scope = process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/sqs/aws4_request';
    const response = await fetch(process.env.AWS_ENDPOINT_URL, {
      method: 'POST',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=' + scope + ', SignedHeaders=host, Signature=0',
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.SendMessage',
      },
      body: JSON.stringify({ QueueUrl: process.env.OUT_QUEUE_URL, MessageBody }),
    });
    if (!response.ok) throw new Error('could not send: ' + (await response.text()));
  };
  export const handler = async (event) => {
    if (!process.env.OUT_QUEUE_URL) throw new Error('OUT_QUEUE_URL is not set');
    await send(JSON.stringify(event.Records?.map(({ body }) => body) ?? event.detail));
    return { batchItemFailures: [] };
  };
`;

function resources(): SmallResources {
  return {
    Out: { Type: 'AWS::SQS::Queue', Properties: {} },
    Dead: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
    OtherDead: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
    In: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        VisibilityTimeout: 60,
        RedrivePolicy: { deadLetterTargetArn: attribute('Dead'), maxReceiveCount: 5 },
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: policy(['sts:AssumeRole'], undefined, 'lambda.amazonaws.com'),
      },
    },
    Receive: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'receive',
        Roles: [{ Ref: 'Role' }],
        PolicyDocument: policy(
          ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
          attribute('In'),
        ),
      },
    },
    Log: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'log',
        Roles: [{ Ref: 'Role' }],
        PolicyDocument: policy(['logs:CreateLogStream', 'logs:PutLogEvents'], '*'),
      },
    },
    Send: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'send',
        Roles: [{ Ref: 'Role' }],
        PolicyDocument: policy(['sqs:SendMessage'], attribute('Out')),
      },
    },
    ...callers(),
  };
}

function callers(): SmallResources {
  return {
    Worker: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        MemorySize: 256,
        Timeout: 10,
        Role: attribute('Role'),
        Code: { S3Bucket: 'assets', S3Key: 'worker.zip' },
        Environment: {
          Variables: {
            OUT_QUEUE_URL: { Ref: 'Out' },
            SQS_QUEUE_URLS: {
              'Fn::Join': [
                '',
                ['{"in":{"queue":"', { Ref: 'In' }, '","dead":"', { Ref: 'Dead' }, '"}}'],
              ],
            },
          },
        },
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: attribute('In'),
        FunctionName: { Ref: 'Worker' },
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'Bus' },
        EventPattern: { 'detail-type': ['requested'] },
        Targets: [{ Id: 'worker', Arn: attribute('Worker') }],
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'Worker' },
        Principal: 'events.amazonaws.com',
        SourceArn: attribute('Rule'),
      },
    },
  };
}

function policy(actions: readonly string[], on: unknown, service?: string) {
  const statement = {
    Effect: 'Allow',
    Action: actions,
    ...(on !== undefined && { Resource: on }),
    ...(service !== undefined && { Principal: { Service: service } }),
  };
  return { Version: '2012-10-17', Statement: [statement] };
}

/** Writes the assembly, changed by `change`, and an app without machines. Returns their folder. */
export async function writeSmallAssembly(
  change: (resources: SmallResources) => void,
): Promise<string> {
  const folder = await temporaryFolder();
  const all = resources();
  change(all);
  const json = (name: string, value: object) =>
    writeFile(join(folder, name), JSON.stringify(value));
  await mkdir(join(folder, 'asset.worker'));
  await writeFile(join(folder, 'asset.worker', 'index.mjs'), worker);
  await writeFile(join(folder, 'millrace.config.mjs'), 'export default { machines: {} };');
  await json('Stack.template.json', { Resources: all });
  await json('Stack.assets.json', { files: { worker: assetFile } });
  await json('manifest.json', { version: '55.0.0', artifacts });
  return folder;
}

const assetFile: JsonObject = {
  source: { path: 'asset.worker', packaging: 'zip' },
  destinations: { here: { bucketName: 'assets', objectKey: 'worker.zip' } },
};

const artifacts: JsonObject = {
  'Stack.assets': { type: 'cdk:asset-manifest', properties: { file: 'Stack.assets.json' } },
  Stack: {
    type: 'aws:cloudformation:stack',
    properties: { templateFile: 'Stack.template.json' },
    dependencies: ['Stack.assets'],
  },
};
