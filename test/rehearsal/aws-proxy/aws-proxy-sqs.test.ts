/** SQS behind the AWS proxy, by its SDK: permissions, and injected faults. */
import {
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { allow, deny, queueArn } from '../../support/access.ts';
import { type AwsProxyHarnessOptions, openAwsProxy } from '../../support/aws-proxy-harness.ts';
import { serveLocally } from '../../support/local-server.ts';

async function open(options: Partial<AwsProxyHarnessOptions> = {}) {
  const opened = await openAwsProxy({ statements: [allow('sqs:*', queueArn)], ...options });
  opened.servers.createQueue('tasks');
  const client = new SQSClient(opened.client);
  const QueueUrl = `${opened.proxy.url}/000000000000/tasks`;
  return { ...opened, client, QueueUrl, config: opened.client };
}

describe('a call of SQS through the proxy', () => {
  it('an allowed call is answered by the queue, and recorded with its permission', async () => {
    const { client, proxy, QueueUrl } = await open();

    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'secret words' }));
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));

    expect(Messages).toMatchObject([{ Body: 'secret words' }]);
    expect(proxy.calls).toMatchObject([
      {
        number: 1,
        caller: 'worker',
        service: 'sqs',
        operation: 'SendMessage',
        resource: queueArn,
        outcome: 'answered',
        status: 200,
        permissions: [
          { action: 'sqs:SendMessage', decision: { allowed: true, by: { owner: 'Stack/Worker' } } },
        ],
      },
      { operation: 'ReceiveMessage' },
    ]);
    expect(JSON.stringify(proxy.calls)).not.toContain('secret words');
  });

  it('a call that the role does not allow is refused with the error of SQS', async () => {
    const { client, proxy, servers, QueueUrl } = await open({
      statements: [allow('sqs:ReceiveMessage', queueArn)],
    });
    const entries = [{ Id: '1', MessageBody: 'a' }];

    const sending = client.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries }));

    await expect(sending).rejects.toMatchObject({
      name: expect.stringContaining('AccessDenied'),
      message: expect.stringContaining('perform: sqs:SendMessage on resource: arn:aws:sqs'),
      $metadata: { httpStatusCode: 403 },
    });
    expect(proxy.calls).toMatchObject([
      { operation: 'SendMessageBatch', outcome: 'denied', status: 403 },
    ]);
    expect(servers.inspectQueue('tasks')?.messages.ready).toEqual([]);
  });

  it('a call that the policy of the queue denies is refused', async () => {
    const { client, QueueUrl } = await open({
      resources: {
        Tasks: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'tasks' } },
        Policy: {
          Type: 'AWS::SQS::QueuePolicy',
          Properties: {
            Queues: [{ Ref: 'Tasks' }],
            PolicyDocument: { Statement: { ...deny('sqs:*', queueArn), Principal: '*' } },
          },
        },
      },
    });

    await expect(client.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toThrow(
      /explicit deny in a resource-based policy/,
    );
  });

  it('the URLs of queues are rewritten to the address of the proxy', async () => {
    const { client, QueueUrl } = await open({ statements: [allow('sqs:*')] });

    const found = await client.send(new GetQueueUrlCommand({ QueueName: 'tasks' }));
    const listed = await client.send(new ListQueuesCommand({}));

    expect(found.QueueUrl).toBe(QueueUrl);
    expect(listed.QueueUrls).toEqual([QueueUrl]);
  });

  it('a call with an unknown access key is refused', async () => {
    const { config, proxy, QueueUrl } = await open();
    const credentials = { accessKeyId: 'UNKNOWN', secretAccessKey: 'secret' };
    const stranger = new SQSClient({ ...config, credentials });

    await expect(stranger.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
      message: 'The security token included in the request is invalid.',
    });
    expect(proxy.calls).toMatchObject([{ outcome: 'refused', operation: 'ReceiveMessage' }]);
    expect(proxy.calls[0]).not.toHaveProperty('caller');
  });

  it('a call that its caller aborts is recorded as broken', async () => {
    const gone = new AbortController();
    const silent = await serveLocally(() => {
      gone.abort();
      return null;
    });
    const { client, nextCall, QueueUrl } = await open({ backends: { sqs: silent.url } });
    const ended = nextCall();

    const asking = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: gone.signal,
    });

    await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
    expect(await ended).toMatchObject({ operation: 'ReceiveMessage', outcome: 'broken' });
  });
});

describe('a fault of the proxy', () => {
  it('a throttle fault hits the given number of calls of its operation', async () => {
    const { client, proxy, QueueUrl } = await open();
    proxy.faults.add({ operation: 'sqs:Send*', caller: 'worker', kind: 'throttle', times: 1 });
    const send = () => client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));

    await expect(client.send(new ReceiveMessageCommand({ QueueUrl }))).resolves.toBeDefined();
    await expect(send()).rejects.toMatchObject({ message: 'Rate exceeded' });
    await expect(send()).resolves.toBeDefined();
    expect(proxy.calls.map(({ outcome }) => outcome)).toEqual([
      'answered',
      'throttled',
      'answered',
    ]);
  });

  it('a throttle fault is retried by the SDK', async () => {
    const { config, proxy, QueueUrl } = await open();
    proxy.faults.add({ operation: 'sqs:SendMessage', kind: 'throttle', times: 1 });
    const client = new SQSClient({ ...config, maxAttempts: 2 });

    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));

    expect(proxy.calls.map(({ outcome }) => outcome)).toEqual(['throttled', 'answered']);
  });

  it('a cut fault lets the service do its work, and loses the answer', async () => {
    const { client, proxy, servers, nextCall, QueueUrl } = await open();
    const remove = proxy.faults.add({ operation: 'sqs:SendMessage', kind: 'cut' });
    const ended = nextCall();

    await expect(
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' })),
    ).rejects.toThrow();
    remove();

    expect(await ended).toMatchObject({ outcome: 'cut' });
    expect(servers.inspectQueue('tasks')?.messages.ready).toHaveLength(1);
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'b' }));
    expect(servers.inspectQueue('tasks')?.messages.ready).toHaveLength(2);
  });

  it('a fault for another caller does not hit a call', async () => {
    const { client, proxy, QueueUrl } = await open();
    proxy.faults.add({ operation: '*', caller: 'leader', kind: 'throttle' });

    await expect(client.send(new ReceiveMessageCommand({ QueueUrl }))).resolves.toBeDefined();
  });

  it('a delay fault delays the call', async () => {
    const { client, proxy, QueueUrl } = await open();
    proxy.faults.add({ operation: 'sqs:*', kind: 'delay', delayMs: 30, times: 1 });

    await client.send(new ReceiveMessageCommand({ QueueUrl }));

    expect(proxy.calls[0]?.ms).toBeGreaterThanOrEqual(29);
  });
});
