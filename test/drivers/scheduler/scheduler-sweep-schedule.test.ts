/** The sweep's schedule at EventBridge Scheduler: on, off, and once for the next sleeper. */
import { describe, expect, it } from 'vitest';
import { SchedulerLeaderSchedule } from '../../../lib/drivers/scheduler/scheduler-sweep-schedule.ts';
import { hasCode } from '../../../lib/errors.ts';
import { pointAwsAt } from '../../support/aws-environment.ts';
import { refusal, startScheduler } from '../../support/scheduler-server.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const hourMs = 3_600_000;
const input = '{"kind":"tick"}';

/** What a deploy leaves: the sweep, enabled. */
const deployed = {
  ...{ Arn: 'arn:sweep', GroupName: 'group', Name: 'app-sweep', State: 'ENABLED' },
  ...{ ScheduleExpression: 'rate(1 minute)', Description: 'the sweep', KmsKeyArn: 'arn:key' },
  ...{ FlexibleTimeWindow: { Mode: 'OFF' }, ActionAfterCompletion: 'NONE' },
  ...{ ScheduleExpressionTimezone: 'Europe/Berlin', CreationDate: 1, LastModificationDate: 2 },
  Target: {
    ...{ Arn: 'arn:leader', RoleArn: 'arn:role', Input: '{"kind":"sweep"}' },
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
  const sweep = () => server.schedules.get('group/app-sweep');
  const next = () => server.schedules.get('group/app-sweep-next');
  const calls = () => server.seen.map(({ method }) => method);
  return { server, clock, leader, sweep, next, calls };
}

/** Runs `work` while the pauses after conflicts pass. */
async function passing<Result>(clock: SimulatedClock, work: Promise<Result>): Promise<Result> {
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

describe('turning the sweep on', () => {
  it('looks, and changes nothing when it is on', async () => {
    const { leader, sweep, calls } = await openSchedule();

    await leader().turnOn();

    expect(calls()).toEqual(['GET']);
    expect(sweep()).toBe(deployed);
  });

  it('keeps all else of the schedule as it was deployed', async () => {
    const { leader, sweep } = await openSchedule();
    await leader().rest(null);
    expect(sweep()).toMatchObject({ State: 'DISABLED' });

    await leader().turnOn();

    const { Arn: _a, CreationDate: _c, LastModificationDate: _l, ...kept } = deployed;
    expect(sweep()).toEqual({ ...kept, Arn: 'arn:group/app-sweep' });
  });

  it('says what to mend when it may not, or the schedule is not there', async () => {
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

describe('resting', () => {
  it('calls the leader once, by the sweep’s own target, when the next sleeper is due', async () => {
    const { leader, sweep, next } = await openSchedule();

    await leader().rest(2 * hourMs + 1);

    expect(sweep()).toMatchObject({ State: 'DISABLED', ScheduleExpression: 'rate(1 minute)' });
    expect(next()).toMatchObject({
      ...{ State: 'ENABLED', ScheduleExpression: 'at(2026-05-01T14:00:01)' },
      ...{ ScheduleExpressionTimezone: 'UTC', FlexibleTimeWindow: { Mode: 'OFF' } },
      KmsKeyArn: 'arn:key',
      Target: { ...deployed.Target, Input: input },
    });
  });

  it('keeps the one-time schedule, so that no deletion takes the next time along', async () => {
    const { leader, next } = await openSchedule();

    await leader().rest(hourMs);
    await leader().rest(3 * hourMs);

    expect(next()).toMatchObject({
      ActionAfterCompletion: 'NONE',
      ScheduleExpression: 'at(2026-05-01T15:00:00)',
    });
  });

  it('creates it anew when somebody has deleted it', async () => {
    const { server, leader, next } = await openSchedule();
    await leader().rest(hourMs);
    server.schedules.delete('group/app-sweep-next');

    await leader().rest(2 * hourMs);

    expect(next()).toMatchObject({ ScheduleExpression: 'at(2026-05-01T14:00:00)' });
  });

  it('names a time that is neither past nor too far ahead', async () => {
    const { leader, next } = await openSchedule();

    await leader().rest(0);
    expect(next()).toMatchObject({ ScheduleExpression: 'at(2026-05-01T12:01:00)' });
    await leader().rest(5 * 365 * 24 * hourMs);
    expect(next()).toMatchObject({ ScheduleExpression: 'at(2027-05-01T12:00:00)' });
  });

  it('without a sleeper sets no time', async () => {
    const { leader, sweep, next } = await openSchedule();

    await leader().rest(null);

    expect(sweep()).toMatchObject({ State: 'DISABLED' });
    expect(next()).toBeUndefined();
  });
});

describe('resting that fails half-way', () => {
  it('leaves the sweep on: it is turned off only when the next call is set', async () => {
    const { server, leader, sweep, next } = await openSchedule();
    server.interfere = ({ method }) =>
      method === 'POST' ? refusal(403, 'AccessDeniedException') : undefined;

    await expect(leader().rest(hourMs)).rejects.toThrow(/CreateSchedule .*app-sweep-next.*allow/);

    expect(sweep()).toBe(deployed);
    expect(next()).toBeUndefined();
  });
});

describe('two leaders at once', () => {
  it('may both rest: each sets its time, and neither fails for the other', async () => {
    const { clock, leader, sweep, next, calls } = await openSchedule();

    await passing(clock, Promise.all([leader().rest(hourMs), leader().rest(hourMs)]));

    expect(sweep()).toMatchObject({ State: 'DISABLED' });
    expect(next()).toMatchObject({ ScheduleExpression: /^at\(2026-05-01T13:00:0\d\)$/ });
    expect(calls().filter((method) => method === 'POST').length).toBeGreaterThan(0);
  });

  it('try again what the other has come in between of, and give up when that does not end', async () => {
    const { server, clock, leader, sweep } = await openSchedule();
    let conflicts = 2;
    server.interfere = ({ method }) => {
      if (method !== 'PUT' || conflicts === 0) return undefined;
      conflicts -= 1;
      return refusal(409, 'ConflictException');
    };

    await passing(clock, leader().rest(null));
    expect(sweep()).toMatchObject({ State: 'DISABLED' });

    conflicts = Infinity;
    const failing = passing(clock, leader().turnOn());
    await expect(failing).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE', retryable: true });
  });
});
