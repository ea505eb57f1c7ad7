/** Activities of an app: asked for, worked on, answered. */
import { expect, it } from 'vitest';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { openApp } from '../support/open-app.ts';
import { settle } from '../support/signal.ts';

const definition = {
  StartAt: 'Paint',
  States: {
    Paint: {
      ...{ Type: 'Task', Resource: 'arn:aws:states:local:000000000000:activity:paint' },
      End: true,
    },
  },
};
const config: MillraceConfig = { machines: { wall: { definition } }, activities: ['paint'] };

it('a worker outside takes the work of an execution and answers it', async () => {
  const app = await openApp(config);
  await app.start();
  const job = { machineId: 'wall', input: { n: 1 } };
  const { executionId } = await app.queueClient().enqueueExecution(job);

  const work = await app.getActivityTask('paint', { workerName: 'Ann' });
  await app.sendTaskSuccess(work?.taskToken ?? '', 'blue');
  for (;;) {
    const record = await app.store.getExecution(executionId);
    if (record?.endedAt !== null) break;
    await settle();
  }

  expect(work?.input).toEqual({ n: 1 });
  expect(await app.store.getExecution(executionId)).toMatchObject({ output: '"blue"' });
});

it('a handler with the name of the activity comes first', async () => {
  const app = await openApp({ ...config, handlers: { paint: () => 'by hand' } });

  const result = await app.machine('wall').execute({});

  expect(result).toMatchObject({ status: 'SUCCEEDED', output: 'by hand' });
});

it('an activity that is not named is refused, to machines and to workers', async () => {
  const app = await openApp({ machines: config.machines });

  await expect(app.machine('wall').execute({})).rejects.toMatchObject({ code: 'UNKNOWN_HANDLER' });
  await expect(app.getActivityTask('paint')).rejects.toMatchObject({ code: 'UNKNOWN_ACTIVITY' });
});

it('a wish for work is held to its bounds', async () => {
  const app = await openApp(config);

  for (const bad of [{ waitMs: -1 }, { waitMs: 60_001 }, { workerName: 'x'.repeat(81) }]) {
    const asking = app.getActivityTask('paint', bad);
    await expect(asking).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
  expect(await app.getActivityTask('paint', { waitMs: 0 })).toBeNull();
});
