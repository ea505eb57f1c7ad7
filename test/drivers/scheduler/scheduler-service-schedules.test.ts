/** The schedules of a deployment's batches at EventBridge Scheduler: paused and resumed. */
import { expect, it } from 'vitest';
import { openServiceSchedules } from '../../../lib/app/compose/open-leader-schedule.ts';
import { batchScheduleName } from '../../../lib/config/event-names.ts';
import { pointAwsAt } from '../../support/aws-environment.ts';
import { refusal, startScheduler } from '../../support/scheduler-server.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const nightly = {
  GroupName: 'group',
  Name: 'batch-nightly',
  State: 'ENABLED',
  ScheduleExpression: 'cron(0 2 * * ? *)',
  ScheduleExpressionTimezone: 'Europe/Berlin',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ActionAfterCompletion: 'NONE',
  Target: { Arn: 'arn:leader', RoleArn: 'arn:role', Input: '{"kind":"batch"}' },
};

async function open() {
  const server = await startScheduler();
  pointAwsAt(server.url);
  server.schedules.set('group/batch-nightly', nightly);
  const schedules = openServiceSchedules('group/app-sweep', new SimulatedClock());
  if (schedules === null) throw new Error('no schedules');
  return { server, schedules };
}

it('a paused schedule is disabled and keeps everything else, and a resumed one is enabled', async () => {
  const { server, schedules } = await open();

  await schedules.setEnabled('nightly', false);
  const paused = server.schedules.get('group/batch-nightly');
  const isEnabled = await schedules.isEnabled('nightly');
  await schedules.setEnabled('nightly', true);

  expect(paused).toMatchObject({ ...nightly, State: 'DISABLED' });
  expect(isEnabled).toBe(false);
  expect(server.schedules.get('group/batch-nightly')).toMatchObject(nightly);
});

it('a caller who may not change a schedule learns which permission is missing', async () => {
  const { server, schedules } = await open();
  server.interfere = ({ method }) =>
    method === 'PUT' ? refusal(403, 'AccessDeniedException') : undefined;

  await expect(schedules.setEnabled('nightly', false)).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringMatching(/allow scheduler:UpdateSchedule on the schedule/),
  });
});

it('leaders evaluate schedules where there is no leader schedule', () => {
  expect(openServiceSchedules(null, new SimulatedClock())).toBeNull();
});

it('the name of a schedule has at most 64 characters, and differs for each batch', () => {
  const long = ['a', 'b'].map((end) => batchScheduleName(`${'x'.repeat(79)}${end}`));

  expect(batchScheduleName('nightly')).toBe('batch-nightly');
  expect(long.map(({ length }) => length)).toEqual([64, 64]);
  expect(long[0]).not.toBe(long[1]);
});
