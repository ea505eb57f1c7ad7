/** Activities, task tokens, synchronous executions, mocks and single states. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as sfn from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { MockedResults } from '../../lib/operations/mocks/mocked-results.ts';
import { MockFiles } from '../../lib/step-functions/mock-files.ts';
import { folderOf } from '../server/test-server.ts';
import { rejection } from '../support/rejection.ts';
import { settle } from '../support/signal.ts';
import { type EndpointOptions, openEndpoint, sdkClient } from './open-endpoint.ts';

const roleArn = 'arn:aws:iam::000000000000:role/any';
const scope = 'arn:aws:states:us-east-1:000000000000';
const stateMachineArn = `${scope}:stateMachine:order`;
const activityArn = `${scope}:activity:approve`;

async function withMachine(
  definition: object,
  { type, ...options }: EndpointOptions & { readonly type?: sfn.StateMachineType } = {},
) {
  const opened = await openEndpoint({ works: true, ...options });
  await opened.client.send(
    new sfn.CreateStateMachineCommand({
      name: 'order',
      definition: JSON.stringify(definition),
      roleArn,
      ...(type !== undefined && { type }),
    }),
  );
  return opened;
}

async function endOf(client: sfn.SFNClient, executionArn: string | undefined) {
  for (;;) {
    const described = await client.send(new sfn.DescribeExecutionCommand({ executionArn }));
    if (described.status !== 'RUNNING') return described;
    await settle();
  }
}

const approval = {
  StartAt: 'Ask',
  States: { Ask: { Type: 'Task', Resource: activityArn, End: true } },
};

describe('an activity', () => {
  it('a worker outside takes its work and answers by the token', async () => {
    const { client } = await withMachine(approval);
    await client.send(new sfn.CreateActivityCommand({ name: 'approve' }));
    const { executionArn } = await client.send(
      new sfn.StartExecutionCommand({ stateMachineArn, input: '{"id":1}' }),
    );

    const work = await client.send(
      new sfn.GetActivityTaskCommand({ activityArn, workerName: 'w' }),
    );
    const { taskToken } = work;
    await client.send(new sfn.SendTaskHeartbeatCommand({ taskToken }));
    const faulty = client.send(new sfn.SendTaskSuccessCommand({ taskToken, output: '{' }));
    expect(await rejection(faulty)).toBeInstanceOf(sfn.InvalidOutput);
    await client.send(new sfn.SendTaskSuccessCommand({ taskToken, output: '{"ok":true}' }));
    const ended = await endOf(client, executionArn);
    const late = client.send(new sfn.SendTaskFailureCommand({ taskToken }));

    expect(work.input).toBe('{"id":1}');
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: '{"ok":true}' });
    expect(await rejection(late)).toBeInstanceOf(sfn.TaskTimedOut);
    const forged = client.send(new sfn.SendTaskHeartbeatCommand({ taskToken: 'x' }));
    expect(await rejection(forged)).toBeInstanceOf(sfn.InvalidToken);
  });

  it('a worker outside reports that its work failed', async () => {
    const { client } = await withMachine(approval);
    await client.send(new sfn.CreateActivityCommand({ name: 'approve' }));
    const { executionArn } = await client.send(new sfn.StartExecutionCommand({ stateMachineArn }));
    const { taskToken } = await client.send(new sfn.GetActivityTaskCommand({ activityArn }));

    await client.send(new sfn.SendTaskFailureCommand({ taskToken, error: 'No', cause: 'why' }));

    expect(await endOf(client, executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'No',
      cause: 'why',
    });
  });

  it('an activity is made once, described, listed and deleted', async () => {
    const { client } = await openEndpoint();

    const made = await client.send(new sfn.CreateActivityCommand({ name: 'approve' }));
    const again = await client.send(new sfn.CreateActivityCommand({ name: 'approve' }));
    const described = await client.send(new sfn.DescribeActivityCommand({ activityArn }));
    const { activities } = await client.send(new sfn.ListActivitiesCommand({}));
    await client.send(new sfn.DeleteActivityCommand({ activityArn }));
    const gone = client.send(new sfn.DescribeActivityCommand({ activityArn }));

    expect(again.creationDate).toEqual(made.creationDate);
    expect(described).toMatchObject({ activityArn, name: 'approve' });
    expect(activities).toMatchObject([{ activityArn }]);
    expect(await rejection(gone)).toBeInstanceOf(sfn.ActivityDoesNotExist);
    const poll = client.send(new sfn.GetActivityTaskCommand({ activityArn }));
    expect(await rejection(poll)).toBeInstanceOf(sfn.ActivityDoesNotExist);
  });
});

describe('a synchronous execution', () => {
  const choice = {
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', End: true },
    },
  };

  it('the answer has its output, and its name', async () => {
    const { client } = await withMachine(choice, { type: 'EXPRESS' });

    const ended = await client.send(
      new sfn.StartSyncExecutionCommand({ stateMachineArn, name: 'one', input: '{"id":1}' }),
    );

    expect(ended).toMatchObject({
      status: 'SUCCEEDED',
      name: 'one',
      stateMachineArn,
      output: '{"id":1}',
      outputDetails: { included: true },
      billingDetails: { billedMemoryUsedInMB: 64 },
    });
    expect(ended.executionArn).toMatch(/:express:order:one:[\da-f-]{36}$/);
  });

  it('an execution that fails is an answer, not an error', async () => {
    const failing = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E', Cause: 'c' } } };
    const { client } = await withMachine(failing, { type: 'EXPRESS' });

    const ended = await client.send(
      new sfn.StartSyncExecutionCommand({ stateMachineArn, includedData: 'METADATA_ONLY' }),
    );

    expect(ended).toMatchObject({
      status: 'FAILED',
      error: 'E',
      cause: 'c',
      inputDetails: { included: false },
    });
    expect(ended.input).toBeUndefined();
  });
});

describe('a mocked test case', () => {
  const charge = {
    StartAt: 'Charge',
    States: {
      Charge: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { FunctionName: 'charge' },
        Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 1 }],
        End: true,
      },
    },
  };
  const file = {
    StateMachines: { order: { TestCases: { Busy: { Charge: 'Twice' } } } },
    MockedResponses: {
      Twice: {
        '0': { Throw: { Error: 'Busy', Cause: 'later' } },
        '1': { Return: { StatusCode: 200, Payload: { id: 1 } } },
      },
    },
  };

  it('the states of a case call nothing, in executions of both kinds of start', async () => {
    const path = join(folderOf({ 'mocks.json': JSON.stringify(file) }), 'mocks.json');
    const mocks = await MockFiles.open(path);
    const standard = await withMachine(charge, { mocks });
    const express = await withMachine(charge, { mocks, type: 'EXPRESS' });
    const mocked = { stateMachineArn: `${stateMachineArn}#Busy` };

    const started = await standard.client.send(new sfn.StartExecutionCommand(mocked));
    const [ended, sync] = await Promise.all([
      endOf(standard.client, started.executionArn),
      express.client.send(new sfn.StartSyncExecutionCommand(mocked)),
    ]);

    const output = '{"StatusCode":200,"Payload":{"id":1}}';
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output });
    expect(sync).toMatchObject({ status: 'SUCCEEDED', output });
  });

  it('a changed file is read again, and an unknown case names those there are', async () => {
    const path = join(folderOf({ 'mocks.json': JSON.stringify(file) }), 'mocks.json');
    const mocks = await MockFiles.open(path);

    expect((await mocks.find('order', 'Busy')).has('Charge')).toBe(true);
    await expect(mocks.find('order', 'Nope')).rejects.toThrow(
      /no test case 'Nope' \(known: Busy\)/,
    );
    writeFileSync(path, JSON.stringify(file).replaceAll('Busy', 'Renamed'));

    expect((await mocks.find('order', 'Renamed')).has('Charge')).toBe(true);
    writeFileSync(path, '{"StateMachines":7}');
    await expect(mocks.find('order', 'Renamed')).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
    });
  });
});

describe('results of a mocked test case that are checked', () => {
  const find = (next: object) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::dynamodb:getItem',
    Parameters: { TableName: 'orders', Key: { id: { S: '1' } } },
    ...next,
  });
  const read = {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'Find', States: { Find: find({ End: true }) } },
        Next: 'Call',
      },
      Call: {
        Type: 'Task',
        Resource: 'arn:aws:lambda:us-east-1:000000000000:function:any',
        End: true,
      },
    },
  };
  const file = {
    StateMachines: {
      order: {
        TestCases: {
          Right: { Find: 'Found', Call: 'Anything' },
          Wrong: { Find: 'NotSo', Call: 'Anything' },
        },
      },
    },
    MockedResponses: {
      Found: { '0-9': { Return: { Item: { id: { S: '1' } } } } },
      Anything: { '0': { Return: 'any' } },
      NotSo: {
        '0': { Throw: { Error: 'Busy' } },
        '1': { Return: { Item: [] } },
        '2-3': { Return: { ConsumedCapacity: { CapacityUnits: 'two' } } },
      },
    },
  };
  const wrong = [
    "MockedResponses.NotSo.1: Mock result schema validation error: Field 'Item' must be an object (found an array)",
    "MockedResponses.NotSo.2-3: Mock result schema validation error: Field 'CapacityUnits' must be a number (found a string)",
  ].join('; ');

  it.each(['STANDARD', 'EXPRESS'] as const)(
    'a start of a %s machine is refused with every result that its services never return',
    async (type) => {
      const path = join(folderOf({ 'mocks.json': JSON.stringify(file) }), 'mocks.json');
      const results = new MockedResults({ mode: 'STRICT', folder: process.cwd() });
      const mocks = await MockFiles.open(path, results);
      const { client } = await withMachine(read, { mocks, type });
      const input = '[1, 2]';
      const start = (name: string) => {
        const request = { stateMachineArn: `${stateMachineArn}#${name}`, input };
        return type === 'EXPRESS'
          ? client.send(new sfn.StartSyncExecutionCommand(request))
          : client.send(new sfn.StartExecutionCommand(request));
      };

      expect(await start('Right')).toMatchObject({ executionArn: expect.any(String) });
      expect(await rejection(start('Wrong'))).toMatchObject({
        name: 'ValidationException',
        message: wrong,
      });
    },
  );

  it('a published version is checked with its own definition', async () => {
    const path = join(folderOf({ 'mocks.json': JSON.stringify(file) }), 'mocks.json');
    const results = new MockedResults({ mode: 'PRESENT', folder: process.cwd() });
    const mocks = await MockFiles.open(path, results);
    const { client } = await withMachine(read, { mocks });
    await client.send(new sfn.PublishStateMachineVersionCommand({ stateMachineArn }));
    const definition = JSON.stringify(read).replace('dynamodb:getItem', 'lambda:invoke');
    await client.send(new sfn.UpdateStateMachineCommand({ stateMachineArn, definition }));

    const start = (arn: string) =>
      client.send(new sfn.StartExecutionCommand({ stateMachineArn: `${arn}#Wrong`, input: '[]' }));
    const refused = rejection(start(`${stateMachineArn}:1`));

    expect(await refused).toMatchObject({ name: 'ValidationException', message: wrong });
    expect(await start(stateMachineArn)).toMatchObject({ executionArn: expect.any(String) });
  });

  it('a service whose client is not installed is named in the refusal', async () => {
    const path = join(folderOf({ 'mocks.json': JSON.stringify(file) }), 'mocks.json');
    const results = new MockedResults({ mode: 'STRICT', folder: process.cwd() });
    const mocks = await MockFiles.open(path, results);
    const definition = JSON.parse(
      JSON.stringify(read).replace('dynamodb:getItem', 'aws-sdk:wisdom:getContent'),
    );
    const { client } = await withMachine(definition, { mocks });

    const start = client.send(
      new sfn.StartExecutionCommand({ stateMachineArn: `${stateMachineArn}#Right`, input: '[]' }),
    );

    expect(await rejection(start)).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('npm install @aws-sdk/client-wisdom'),
    });
  });
});

describe('a test of a single state', () => {
  it('the answer is that of the API, and a refusal is an exception', async () => {
    const { client } = await openEndpoint();
    const definition = JSON.stringify({ Type: 'Pass', Result: { a: 1 }, Next: 'B' });

    const tested = await client.send(
      new sfn.TestStateCommand({ definition, roleArn, inspectionLevel: 'DEBUG' }),
    );
    const faulty = client.send(
      new sfn.TestStateCommand({ definition: '{"Type":"Pass"}', roleArn }),
    );

    expect(tested).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}', nextState: 'B' });
    expect(await rejection(faulty)).toBeInstanceOf(sfn.InvalidDefinition);
  });
});

describe('a caller with a key', () => {
  const owner = { accessKeyId: 'OWNER', secretAccessKey: 's1', name: 'owner', readOnly: false };
  const viewer = { accessKeyId: 'VIEWER', secretAccessKey: 's2', name: 'viewer', readOnly: true };

  it('a read-only key reads, and is refused what changes something', async () => {
    const { endpoint } = await openEndpoint({ keys: [owner, viewer] });
    const [changes, reads] = [sdkClient(endpoint, owner), sdkClient(endpoint, viewer)];

    await changes.send(new sfn.CreateActivityCommand({ name: 'approve' }));
    const { activities } = await reads.send(new sfn.ListActivitiesCommand({}));
    const refused = await rejection(reads.send(new sfn.CreateActivityCommand({ name: 'b' })));
    const unsigned = await rejection(sdkClient(endpoint).send(new sfn.ListActivitiesCommand({})));

    expect(activities).toHaveLength(1);
    expect(refused.name).toBe('AccessDeniedException');
    expect(unsigned.name).toBe('UnrecognizedClientException');
  });
});
