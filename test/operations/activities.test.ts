/** Activities of an app: their work is polled, done and answered. */
import { expect, it } from 'vitest';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { openApp } from '../support/open-app.ts';
import { until } from '../support/signal.ts';

const definition = {
  StartAt: 'Paint',
  States: {
    Paint: {
      Type: 'Task',
      Resource: 'arn:aws:states:us-east-1:000000000000:activity:paint',
      End: true,
    },
  },
};
const config: MillraceConfig = { machines: { wall: { definition } }, activities: ['paint'] };

it('an external worker takes the work of an activity and ends its execution', async () => {
  const app = await openApp(config);
  await app.start();
  const { executionId } = await app.executions.start({ machineId: 'wall', input: { n: 1 } });

  const work = await app.activities.poll('paint', { workerName: 'Ann' });
  await app.taskTokens.sendSuccess(work?.taskToken ?? '', 'blue');
  await app.executions.wait(executionId);

  expect(work?.input).toEqual({ n: 1 });
  expect(await app.executions.get(executionId)).toMatchObject({ output: 'blue' });
});

it('a list of activities has those with waiting work', async () => {
  const app = await openApp(config);
  await app.start();
  expect(await app.activities.list()).toEqual([]);
  await app.executions.start({ machineId: 'wall' });

  await until(async () => (await app.activities.list()).length > 0, 'work is scheduled');

  expect(await app.activities.list()).toMatchObject([{ activity: 'paint', tasks: 1 }]);
});

it('a handler with the name of an activity takes precedence', async () => {
  const app = await openApp({ ...config, handlers: { paint: () => 'by hand' } });

  const result = await app.machine('wall').execute({});

  expect(result).toMatchObject({ status: 'SUCCEEDED', output: 'by hand' });
});

it('an activity that the configuration does not have is refused to machines and workers', async () => {
  const app = await openApp({ machines: config.machines });

  await expect(app.machine('wall').execute({})).rejects.toMatchObject({ code: 'UNKNOWN_HANDLER' });
  await expect(app.activities.poll('paint')).rejects.toMatchObject({ code: 'UNKNOWN_ACTIVITY' });
});

it('a poll for work is held to its bounds', async () => {
  const app = await openApp(config);

  for (const bad of [{ waitMs: -1 }, { waitMs: 60_001 }, { workerName: 'x'.repeat(81) }]) {
    const poll = app.activities.poll('paint', bad);
    await expect(poll).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
  expect(await app.activities.poll('paint', { waitMs: 0 })).toBeNull();
});
