/** The leader schedule at EventBridge Scheduler: on, off, and once for the next sleeper. */
import { describe, expect, it } from 'vitest';
import { SchedulerLeaderSchedule } from '../../../lib/drivers/scheduler/scheduler-leader-schedule.ts';
import { hasCode } from '../../../lib/errors.ts';
import { pointAwsAt } from '../../support/aws-environment.ts';
import { refusal, startScheduler } from '../../support/scheduler-server.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const hourMs = 3_600_000;
const input = '{"kind":"tick"}';

/** The leader schedule as deployed, enabled. */
const deployed = {
  Arn: 'arn:sweep',
  GroupName: 'group',
  Name: 'app-sweep',
  State: 'ENABLED',
  ScheduleExpression: 'rate(1 minute)',
  Description: 'the sweep',
  KmsKeyArn: 'arn:key',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ActionAfterCompletion: 'NONE',
  ScheduleExpressionTimezone: 'Europe/Berlin',
  CreationDate: 1,
  LastModificationDate: 2,
  Target: {
    Arn: 'arn:leader',
    RoleArn: 'arn:role',
    Input: '{"kind":"sweep"}',
    DeadLetterConfig: { Arn: 'arn:dead' },
    RetryPolicy: { MaximumRetryAttempts: 2 },
  },
};

async function openSchedule() {
  const server = await startScheduler();
  pointAwsAt(server.url);
  server.schedules.set('group/app-sweep', deployed);
  const clock = new SimulatedClock(Date.UTC(2026, 4, 1, 12));
  const leader = () => new SchedulerLeaderSchedule({ schedule: 'group/app-sweep', input, clock });
  const schedule = () => server.schedules.get('group/app-sweep');
  const next = () => server.schedules.get('group/app-sweep-next');
  const calls = () => server.seen.map(({ method }) => method);
  return { server, clock, leader, schedule, next, calls };
}

/** Awaits `work` while the delays after conflicts pass. */
async function settleWithin<Result>(clock: SimulatedClock, work: Promise<Result>): Promise<Result> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  void done.catch(() => {});
  while (!over) {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(50);
  }
  return done;
}

describe('turnOn', () => {
  it('an enabled schedule is read and not changed', async () => {
    const { leader, schedule, calls } = await openSchedule();

    await leader().turnOn();

    expect(calls()).toEqual(['GET']);
    expect(schedule()).toBe(deployed);
  });

  it('a schedule that is turned on keeps everything else as it was deployed', async () => {
    const { leader, schedule } = await openSchedule();
    await leader().turnOff(null);
    expect(schedule()).toMatchObject({ State: 'DISABLED' });

    await leader().turnOn();

    const { Arn: _a, CreationDate: _c, LastModificationDate: _l, ...kept } = deployed;
    expect(schedule()).toEqual({ ...kept, Arn: 'arn:group/app-sweep' });
  });

  it('the error for a missing permission or schedule has a remedy', async () => {
    const { server, leader } = await openSchedule();
    server.interfere = () => refusal(403, 'AccessDeniedException');
    await expect(leader().turnOn()).rejects.toThrow(/GetSchedule .*group\/app-sweep.*allow/);

    server.interfere = null;
    server.schedules.clear();
    const missing = await leader()
      .turnOn()
      .catch((error: unknown) => error);

    expect(hasCode(missing, 'INVALID_CONFIGURATION')).toBe(true);
    expect(missing).toMatchObject({ retryable: false, message: /no such schedule.*deploy/ });
  });
});

describe('turnOff', () => {
  it('a schedule that is turned off invokes the leader once, through the same target, when the next sleeper is due', async () => {
    const { leader, schedule, next } = await openSchedule();

    await leader().turnOff(2 * hourMs + 1);

    expect(schedule()).toMatchObject({ State: 'DISABLED', ScheduleExpression: 'rate(1 minute)' });
    expect(next()).toMatchObject({
      State: 'ENABLED',
      ScheduleExpression: 'at(2026-05-01T14:00:01)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      KmsKeyArn: 'arn:key',
      Target: { ...deployed.Target, Input: input },
    });
  });

  it('a one-time schedule is kept after it fired, so that no deletion loses the next time', async () => {
    const { leader, next } = await openSchedule();

    await leader().turnOff(hourMs);
    await leader().turnOff(3 * hourMs);

    expect(next()).toMatchObject({
      ActionAfterCompletion: 'NONE',
      ScheduleExpression: 'at(2026-05-01T15:00:00)',
    });
  });

  it('a one-time schedule that was deleted is created again', async () => {
    const { server, leader, next } = await openSchedule();
    await leader().turnOff(hourMs);
    server.schedules.delete('group/app-sweep-next');

    await leader().turnOff(2 * hourMs);

    expect(next()).toMatchObject({ ScheduleExpression: 'at(2026-05-01T14:00:00)' });
  });

  it('the time of a one-time schedule is neither past nor too far ahead', async () => {
    const { leader, next } = await openSchedule();

    await leader().turnOff(0);
    expect(next()).toMatchObject({ ScheduleExpression: 'at(2026-05-01T12:01:00)' });
    await leader().turnOff(5 * 365 * 24 * hourMs);
    expect(next()).toMatchObject({ ScheduleExpression: 'at(2027-05-01T12:00:00)' });
  });

  it('a schedule that is turned off without a sleeper sets no time', async () => {
    const { leader, schedule, next } = await openSchedule();

    await leader().turnOff(null);

    expect(schedule()).toMatchObject({ State: 'DISABLED' });
    expect(next()).toBeUndefined();
  });
});

describe('turnOff that fails half-way', () => {
  it('the schedule stays on when the next invocation could not be set', async () => {
    const { server, leader, schedule, next } = await openSchedule();
    server.interfere = ({ method }) =>
      method === 'POST' ? refusal(403, 'AccessDeniedException') : undefined;

    await expect(leader().turnOff(hourMs)).rejects.toThrow(
      /CreateSchedule .*app-sweep-next.*allow/,
    );

    expect(schedule()).toBe(deployed);
    expect(next()).toBeUndefined();
  });
});

describe('two leaders at once', () => {
  it('two leaders can turn the schedule off at once: each sets its time, and none fails', async () => {
    const { clock, leader, schedule, next, calls } = await openSchedule();

    await settleWithin(clock, Promise.all([leader().turnOff(hourMs), leader().turnOff(hourMs)]));

    expect(schedule()).toMatchObject({ State: 'DISABLED' });
    expect(next()).toMatchObject({ ScheduleExpression: /^at\(2026-05-01T13:00:0\d\)$/ });
    expect(calls().filter((method) => method === 'POST').length).toBeGreaterThan(0);
  });

  it('a change that conflicts with another leader is retried, but not forever', async () => {
    const { server, clock, leader, schedule } = await openSchedule();
    let conflicts = 2;
    server.interfere = ({ method }) => {
      if (method !== 'PUT' || conflicts === 0) return undefined;
      conflicts -= 1;
      return refusal(409, 'ConflictException');
    };

    await settleWithin(clock, leader().turnOff(null));
    expect(schedule()).toMatchObject({ State: 'DISABLED' });

    conflicts = Infinity;
    const failing = settleWithin(clock, leader().turnOn());
    await expect(failing).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE', retryable: true });
  });
});
