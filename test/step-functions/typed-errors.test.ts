/** Errors that take more than one call, as exceptions of the SDK for JavaScript. */
import * as sfn from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { protocolLimits } from '../../lib/step-functions/step-functions-limits.ts';
import { rejection } from '../support/rejection.ts';
import { settle } from '../support/signal.ts';
import { openEndpoint } from './open-endpoint.ts';

const roleArn = 'arn:aws:iam::000000000000:role/any';
const scope = 'arn:aws:states:us-east-1:000000000000';
const stateMachineArn = `${scope}:stateMachine:order`;
const activityArn = `${scope}:activity:approve`;
const definition = JSON.stringify({
  StartAt: 'Ask',
  States: { Ask: { Type: 'Task', Resource: activityArn, End: true } },
});
const order = { name: 'order', definition, roleArn };

async function withMachine(options: Parameters<typeof openEndpoint>[0] = {}) {
  const opened = await openEndpoint(options);
  await opened.client.send(new sfn.CreateActivityCommand({ name: 'approve' }));
  await opened.client.send(new sfn.CreateStateMachineCommand({ ...order, publish: true }));
  return opened;
}

describe('an error of several calls', () => {
  it('an activity that exists keeps its encryption', async () => {
    const { client } = await withMachine();
    const key = { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: 'alias/key' } as const;
    const create = (encryptionConfiguration: sfn.EncryptionConfiguration) =>
      client.send(new sfn.CreateActivityCommand({ name: 'approve', encryptionConfiguration }));

    expect(await create({ type: 'AWS_OWNED_KEY' })).toMatchObject({ activityArn });
    expect(await rejection(create(key))).toBeInstanceOf(sfn.ActivityAlreadyExists);
  });

  it('a machine that is being deleted is neither made, changed nor started', async () => {
    const { client } = await withMachine();
    const start = () => client.send(new sfn.StartExecutionCommand({ stateMachineArn }));
    await start();
    await client.send(new sfn.DeleteStateMachineCommand({ stateMachineArn }));

    const { status } = await client.send(new sfn.DescribeStateMachineCommand({ stateMachineArn }));
    const create = client.send(new sfn.CreateStateMachineCommand(order));
    const update = client.send(
      new sfn.UpdateStateMachineCommand({ stateMachineArn, roleArn: `${roleArn}2` }),
    );

    expect(status).toBe('DELETING');
    for (const call of [create, update, start()]) {
      expect(await rejection(call)).toBeInstanceOf(sfn.StateMachineDeleting);
    }
  });

  it('a hundred aliases are the limit of a machine', async () => {
    const { client } = await withMachine();
    const routingConfiguration = [{ stateMachineVersionArn: `${stateMachineArn}:1`, weight: 100 }];
    const create = (name: string) =>
      client.send(new sfn.CreateStateMachineAliasCommand({ name, routingConfiguration }));

    for (let count = 0; count < 100; count += 1) await create(`a${count}`);

    expect(await rejection(create('last'))).toBeInstanceOf(sfn.ServiceQuotaExceededException);
  });

  it('the token of an execution that another store has names no task', async () => {
    const { client } = await withMachine({ works: true });
    await client.send(new sfn.StartExecutionCommand({ stateMachineArn }));
    const { taskToken } = await client.send(new sfn.GetActivityTaskCommand({ activityArn }));
    const other = await withMachine();

    const answer = other.client.send(new sfn.SendTaskHeartbeatCommand({ taskToken }));

    expect(await rejection(answer)).toBeInstanceOf(sfn.TaskDoesNotExist);
  });

  it('a poll over the bound of those that wait is refused', async () => {
    const over = Promise.withResolvers<null>();
    let waiting = 0;
    const pollActivity = () => {
      waiting += 1;
      return over.promise;
    };
    const { client, call } = await withMachine({ pollActivity });
    const { longPollsMax } = protocolLimits;
    const polls = Array.from({ length: longPollsMax }, () =>
      call('GetActivityTask', { activityArn }),
    );
    while (waiting < longPollsMax) await settle();

    const refused = client.send(new sfn.GetActivityTaskCommand({ activityArn }));
    expect(await rejection(refused)).toBeInstanceOf(sfn.ActivityWorkerLimitExceeded);
    over.resolve(null);
    for (const { status } of await Promise.all(polls)) expect(status).toBe(200);
    await client.send(new sfn.GetActivityTaskCommand({ activityArn }));
  });
});
