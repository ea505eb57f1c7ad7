/** The AWS proxy: unknown callers and services, and permissions of services without a server. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { BeginTransactionCommand, RDSDataClient } from '@aws-sdk/client-rds-data';
import {
  CreateScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AwsProxy } from '../../../rehearsal/aws-proxy/aws-proxy.ts';
import type { ServiceBackend } from '../../../rehearsal/aws-proxy/aws-proxy-context.ts';
import { jsonReply } from '../../../rehearsal/aws-proxy/service-replies.ts';
import { allow, roleArn } from '../../support/access.ts';
import { openAwsProxy } from '../../support/aws-proxy-harness.ts';

const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;

/** Answers every request with the name of its caller. */
const echo: ServiceBackend = (_request, caller) => jsonReply(200, { transactionId: caller.name });

describe('the AWS proxy', () => {
  it('a proxy refuses every call before it is opened', async () => {
    const proxy = await AwsProxy.listen();
    onTestFinished(() => proxy.close());

    expect((await fetch(proxy.url)).status).toBe(503);
    expect(proxy.calls).toEqual([]);
  });

  it('the AWS proxy refuses unsigned requests', async () => {
    const { proxy } = await openAwsProxy({ statements: [allow('*')] });

    const answer = await fetch(`${proxy.url}/reports`);

    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ __type: 'MissingAuthenticationToken' });
    expect(proxy.calls).toMatchObject([{ outcome: 'refused', service: '?' }]);
  });

  it('the AWS proxy refuses unknown services, and names them', async () => {
    const { client, proxy } = await openAwsProxy({ statements: [allow('*')] });

    await expect(
      new SNSClient(client).send(new PublishCommand({ TopicArn: arn('sns', 't'), Message: 'a' })),
    ).rejects.toThrow(/does not know this operation of sns/);
    expect(proxy.calls).toMatchObject([{ service: 'sns', operation: '?', outcome: 'refused' }]);
  });
});

describe('a call of the Data API', () => {
  const resourceArn = arn('rds', 'cluster:a');
  const secretArn = arn('secretsmanager', 'secret:a');
  const begin = new BeginTransactionCommand({ resourceArn, secretArn });

  it('a call of the Data API requires the cluster and the secret', async () => {
    const statements = [
      allow('rds-data:BeginTransaction', resourceArn),
      allow('secretsmanager:GetSecretValue', secretArn),
    ];
    const { client, proxy } = await openAwsProxy({ statements, backends: { 'rds-data': echo } });

    const { transactionId } = await new RDSDataClient(client).send(begin);

    expect(transactionId).toBe('worker');
    expect(proxy.calls[0]?.permissions.map(({ action, resource }) => [action, resource])).toEqual([
      ['rds-data:BeginTransaction', resourceArn],
      ['secretsmanager:GetSecretValue', secretArn],
    ]);
  });

  it('a call of the Data API is refused without permission on the secret', async () => {
    const statements = [allow('rds-data:*', resourceArn)];
    const { client } = await openAwsProxy({ statements, backends: { 'rds-data': echo } });

    await expect(new RDSDataClient(client).send(begin)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('secretsmanager:GetSecretValue'),
    });
  });
});

describe('a call of Scheduler', () => {
  const target = { Arn: arn('lambda', 'function:leader'), RoleArn: roleArn };
  const create = new CreateScheduleCommand({
    Name: 'next',
    GroupName: 'own',
    ScheduleExpression: 'rate(1 minute)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: target,
  });

  it('creating a schedule requires the permission to pass the role to Scheduler', async () => {
    const passing = (service: string) =>
      allow('iam:PassRole', roleArn, {
        Condition: { StringEquals: { 'iam:PassedToService': service } },
      });
    const own = allow('scheduler:CreateSchedule', arn('scheduler', 'schedule/own/*'));
    const backends = { scheduler: echo };
    const good = await openAwsProxy({
      statements: [own, passing('scheduler.amazonaws.com')],
      backends,
    });
    const other = await openAwsProxy({
      statements: [own, passing('lambda.amazonaws.com')],
      backends,
    });

    await expect(new SchedulerClient(good.client).send(create)).resolves.toBeDefined();
    await expect(new SchedulerClient(other.client).send(create)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('iam:PassRole'),
    });
  });

  it('a call of Scheduler requires a permission on the schedule in its group', async () => {
    const { client, proxy } = await openAwsProxy({ statements: [], backends: { scheduler: echo } });
    const scheduler = new SchedulerClient(client);

    await expect(
      scheduler.send(new GetScheduleCommand({ Name: 'a', GroupName: 'own' })),
    ).rejects.toThrow(/scheduler:GetSchedule on resource: arn:.*:schedule\/own\/a/);
    await expect(scheduler.send(new GetScheduleCommand({ Name: 'a' }))).rejects.toThrow(
      /schedule\/default\/a/,
    );
    await expect(scheduler.send(new ListSchedulesCommand({}))).rejects.toThrow(
      /scheduler:ListSchedules because/,
    );
    expect(proxy.calls.map(({ operation }) => operation)).toEqual([
      'GetSchedule',
      'GetSchedule',
      'ListSchedules',
    ]);
  });
});

describe('a call of EventBridge', () => {
  it('PutEvents is authorized by the bus, the source and the type of each event', async () => {
    const Condition = { StringEquals: { 'events:source': 'millrace' } };
    const statements = [allow('events:PutEvents', arn('events', 'event-bus/own'), { Condition })];
    const { client } = await openAwsProxy({ statements, backends: { events: echo } });
    const put = (EventBusName: string | undefined, Source: string) =>
      new EventBridgeClient(client).send(
        new PutEventsCommand({
          Entries: [
            { Source, DetailType: 'a', Detail: '{}', ...(EventBusName && { EventBusName }) },
          ],
        }),
      );

    await expect(put('own', 'millrace')).resolves.toBeDefined();
    await expect(put(arn('events', 'event-bus/own'), 'millrace')).resolves.toBeDefined();
    await expect(put('own', 'other')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(put(undefined, 'millrace')).rejects.toThrow(/event-bus\/default/);
  });
});

describe('a call of Lambda', () => {
  it('an invocation requires a permission on the function, however it is named', async () => {
    const leader = arn('lambda', 'function:leader');
    const statements = [allow('lambda:InvokeFunction', [leader, `${leader}:live`])];
    const { client, proxy } = await openAwsProxy({ statements, backends: { lambda: echo } });
    const lambda = new LambdaClient(client);

    await lambda.send(new InvokeCommand({ FunctionName: 'leader' }));
    await lambda.send(new InvokeCommand({ FunctionName: leader, Qualifier: 'live' }));
    await expect(lambda.send(new InvokeCommand({ FunctionName: 'other' }))).rejects.toThrow(
      /lambda:InvokeFunction/,
    );

    expect(proxy.calls.map(({ resource }) => resource)).toEqual([
      leader,
      `${leader}:live`,
      arn('lambda', 'function:other'),
    ]);
  });
});
