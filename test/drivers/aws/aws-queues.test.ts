/** SQS and SNS through the SDK's clients, on a server with their protocols. */
import { startFauxqs } from 'fauxqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AwsInvoker } from '../../../lib/drivers/aws/aws-invoker.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import type { Invocation } from '../../../lib/ports/task-invoker.ts';
import { pointAwsAt } from '../../support/aws-environment.ts';
import { createInvocation } from '../../support/invocation.ts';

const states = 'arn:aws:states:::';

/** Starts a server with the queue `orders` and the topic `news`, and an invoker that calls it. */
async function openQueues() {
  const server = await startFauxqs({ port: 0, logger: false });
  onTestFinished(() => server.stop());
  pointAwsAt(`http://127.0.0.1:${server.port}`);
  server.createQueue('orders');
  const { topicArn: topic } = server.createTopic('news');
  const invoker = new AwsInvoker({
    folder: process.cwd(),
    bytesMax: 1_000_000,
    clock: systemClock,
  });
  const call = (resource: string, parameters: Invocation['parameters'], more = {}) =>
    invoker.invoke(createInvocation({ resource: `${states}${resource}`, parameters, ...more }));
  const queueUrl = `http://127.0.0.1:${server.port}/000000000000/orders`;
  return { server, call, queueUrl, topic };
}

describe('sqs:sendMessage', () => {
  it('sqs:sendMessage sends JSON as its text, and returns the metadata of the response', async () => {
    const { server, call, queueUrl } = await openQueues();
    const parameters = { QueueUrl: queueUrl, MessageBody: { order: 7 } };

    const answer = await call('sqs:sendMessage', parameters);

    expect(answer).toMatchObject({
      ok: true,
      result: {
        MessageId: expect.any(String),
        MD5OfMessageBody: expect.any(String),
        SdkHttpMetadata: {
          HttpStatusCode: 200,
          HttpHeaders: { 'content-type': expect.stringContaining('x-amz-json') },
          AllHttpHeaders: { 'content-type': [expect.any(String)] },
        },
        SdkResponseMetadata: { RequestId: expect.any(String) },
      },
    });
    const [message] = server.inspectQueue('orders')?.messages.ready ?? [];
    expect(message?.body).toBe('{"order":7}');
  });

  it('sqs:sendMessage fails with the error names of the old SDK', async () => {
    const { call, queueUrl } = await openQueues();

    const empty = await call('sqs:sendMessage', { QueueUrl: queueUrl, MessageBody: null });
    const missing = await call('sqs:sendMessage', { QueueUrl: `${queueUrl}-2`, MessageBody: 'a' });

    expect(empty).toMatchObject({
      ok: false,
      error: 'SQS.AmazonSQSException',
      cause: expect.stringMatching(
        /MessageBody\. \(Service: AmazonSQS; Status Code: 400; Error Code: [\w.]+; Request ID: \w+; Proxy: null\)$/,
      ),
    });
    expect(missing).toMatchObject({ ok: false, error: 'SQS.QueueDoesNotExistException' });
  });

  it('sqs:sendMessage with a task token is submitted and has no result yet', async () => {
    const { call, queueUrl } = await openQueues();
    const parameters = { QueueUrl: queueUrl, MessageBody: { TaskToken: 't' } };

    const answer = await call('sqs:sendMessage.waitForTaskToken', parameters, { pattern: 'token' });

    expect(answer).toMatchObject({ ok: true, submitted: { MessageId: expect.any(String) } });
    expect(answer).not.toHaveProperty('result');
  });
});

describe('sns:publish', () => {
  it('sns:publish publishes to a topic, and fails with the error names of SNS', async () => {
    const { call, topic } = await openQueues();
    const attribute = { DataType: 'String', StringValue: 'v' };
    const parameters = { TopicArn: topic, Message: { a: 1 }, MessageAttributes: { a: attribute } };

    const published = await call('sns:publish', parameters);
    const missing = await call('sns:publish', { ...parameters, TopicArn: `${topic}-2` });

    expect(published).toMatchObject({ ok: true, result: { MessageId: expect.any(String) } });
    expect(missing).toMatchObject({ ok: false, error: 'SNS.NotFoundException' });
  });
});

describe('aws-sdk:sqs', () => {
  it('aws-sdk:sqs returns the names of the newer SDK, without metadata', async () => {
    const { call, queueUrl } = await openQueues();

    const answer = await call('aws-sdk:sqs:sendMessage', { QueueUrl: queueUrl, MessageBody: 'a' });
    const missing = await call('aws-sdk:sqs:getQueueUrl', { QueueName: 'nowhere' });

    expect(answer).toEqual({
      ok: true,
      result: { MessageId: expect.any(String), Md5OfMessageBody: expect.any(String) },
    });
    expect(missing).toMatchObject({
      ok: false,
      error: 'Sqs.QueueDoesNotExistException',
      cause: expect.stringMatching(
        /\(Service: Sqs, Status Code: 400, Request ID: \w+.*\) \(SDK Attempt Count: 1\)$/,
      ),
    });
  });

  it('an unknown parameter of an action fails with States.Runtime', async () => {
    const { call, queueUrl } = await openQueues();

    const answer = await call('aws-sdk:sqs:sendMessage', { QueueUrl: queueUrl, Body: 'a' });

    expect(answer).toMatchObject({
      ok: false,
      error: 'States.Runtime',
      cause: expect.stringContaining('The field "Body" is not supported'),
    });
  });

  it('an unknown action fails with the names of the client and the action', async () => {
    const { call } = await openQueues();

    const answer = await call('aws-sdk:sqs:sendMassage', {});

    expect(answer).toMatchObject({
      ok: false,
      error: 'Millrace.UnknownHandler',
      cause: expect.stringContaining("@aws-sdk/client-sqs has no action 'sendMassage'"),
    });
  });
});

describe('a service that cannot be reached', () => {
  it('a call to an unreachable service fails with SdkClientException', async () => {
    const { server, call, queueUrl } = await openQueues();
    await server.stop();

    const answer = await call('sqs:sendMessage', { QueueUrl: queueUrl, MessageBody: 'a' });

    expect(answer).toMatchObject({ ok: false, error: 'SQS.SdkClientException' });
  });
});
