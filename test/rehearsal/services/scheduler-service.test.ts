/** Scheduler's API by its SDK, through the AWS proxy. */
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { ScheduleRegistry } from '../../../rehearsal/services/schedule-registry.ts';
import { schedulerService } from '../../../rehearsal/services/scheduler-service.ts';
import { allow } from '../../support/access.ts';
import { openAwsProxy } from '../../support/aws-proxy-harness.ts';

const arn = (rest: string) => `arn:aws:scheduler:us-east-1:000000000000:${rest}`;
const roleArn = 'arn:aws:iam::000000000000:role/schedules';

/** Opens a client and its registry. @param trusted the service that may assume the targets' role */
async function open(trusted: Json = 'scheduler.amazonaws.com', condition: object = {}) {
  const registry = new ScheduleRegistry({ region: 'us-east-1', account: '000000000000' });
  const trust = {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { Service: trusted },
    Condition: condition,
  };
  const Schedules = {
    Type: 'AWS::IAM::Role',
    Properties: { RoleName: 'schedules', AssumeRolePolicyDocument: { Statement: trust as Json } },
  };
  const opened = await openAwsProxy({
    statements: [allow(['scheduler:*', 'iam:PassRole'])],
    resources: { Schedules },
  });
  const scheduler = schedulerService({ registry, now: () => 5_000, access: opened.access });
  opened.proxy.open({ access: opened.access, backends: { scheduler } });
  return { registry, client: new SchedulerClient(opened.client) };
}

const schedule = {
  Name: 'sweep',
  ScheduleExpression: 'rate(1 minute)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: 'arn:aws:lambda:us-east-1:000000000000:function:leader', RoleArn: roleArn },
} as const;

describe('the API of Scheduler', () => {
  it('the API of Scheduler creates, returns, updates and deletes a schedule', async () => {
    const { registry, client } = await open();
    const own = { ...schedule, GroupName: 'own' };
    const key = { Name: 'sweep', GroupName: 'own' };
    await client.send(new CreateScheduleGroupCommand({ Name: 'own' }));

    const created = await client.send(new CreateScheduleCommand(own));
    await client.send(new UpdateScheduleCommand({ ...own, State: 'DISABLED' }));
    const shown = await client.send(new GetScheduleCommand(key));
    await client.send(new DeleteScheduleCommand(key));

    expect(created.ScheduleArn).toBe(arn('schedule/own/sweep'));
    expect(shown).toMatchObject({
      ...own,
      Arn: created.ScheduleArn,
      State: 'DISABLED',
      ScheduleExpressionTimezone: 'UTC',
      ActionAfterCompletion: 'NONE',
      CreationDate: new Date(5_000),
    });
    expect(registry.schedules).toEqual([]);
  });

  it('the API of Scheduler returns the errors of AWS', async () => {
    const { client } = await open();
    await client.send(new CreateScheduleCommand(schedule));

    await expect(client.send(new GetScheduleCommand({ Name: 'absent' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Schedule absent does not exist.',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(client.send(new CreateScheduleCommand(schedule))).rejects.toMatchObject({
      name: 'ConflictException',
    });
    const wrong = { ...schedule, Name: 'other', ScheduleExpression: 'at(tomorrow)' };
    await expect(client.send(new CreateScheduleCommand(wrong))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('the API of Scheduler refuses a target whose role it may not assume', async () => {
    const { client } = await open('lambda.amazonaws.com');

    await expect(client.send(new CreateScheduleCommand(schedule))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('must allow AWS EventBridge Scheduler to assume the role'),
    });
  });

  it('the trust policy of a target role is evaluated with the group of the schedule', async () => {
    const only = (group: string) => ({
      StringEquals: {
        'aws:SourceArn': arn(`schedule-group/${group}`),
        'aws:SourceAccount': '000000000000',
      },
    });
    const good = await open('scheduler.amazonaws.com', only('default'));
    const bad = await open('scheduler.amazonaws.com', only('own'));

    await expect(good.client.send(new CreateScheduleCommand(schedule))).resolves.toBeDefined();
    await expect(bad.client.send(new CreateScheduleCommand(schedule))).rejects.toThrow();
  });

  it('the API of Scheduler lists schedules and groups with filters and pages', async () => {
    const { client } = await open();
    for (const Name of ['a1', 'a2', 'b1']) {
      await client.send(new CreateScheduleCommand({ ...schedule, Name }));
    }

    const first = await client.send(new ListSchedulesCommand({ NamePrefix: 'a', MaxResults: 1 }));
    const second = await client.send(
      new ListSchedulesCommand({ NamePrefix: 'a', NextToken: first.NextToken }),
    );
    const off = await client.send(new ListSchedulesCommand({ State: 'DISABLED' }));
    const groups = await client.send(new ListScheduleGroupsCommand({}));

    expect([first, second].map((each) => each.Schedules?.map(({ Name }) => Name))).toEqual([
      ['a1'],
      ['a2'],
    ]);
    expect(first.Schedules?.[0]?.Target).toEqual({ Arn: schedule.Target.Arn });
    expect(off.Schedules).toEqual([]);
    expect(groups.ScheduleGroups?.map(({ Name }) => Name)).toEqual(['default']);
    await expect(
      client.send(new GetScheduleGroupCommand({ Name: 'default' })),
    ).resolves.toMatchObject({ State: 'ACTIVE' });
  });
});
