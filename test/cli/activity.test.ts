/** `millrace activity`: work for scripts. */
import { expect, it } from 'vitest';
import { call, folderWith } from './cli-call.ts';

const config = `export default { machines: {}, activities: ['paint'], store: 'memory' };`;

it('asking for work says when there is none, and knows the activities that there are', async () => {
  const folder = folderWith({ 'millrace.config.mjs': config });

  expect(await call(['activity', 'list'], { folder })).toMatchObject({
    ...{ status: 0, stdout: 'no work waits\n' },
  });
  expect(
    await call(['activity', 'poll', 'paint', '--wait', '1', '--json'], { folder }),
  ).toMatchObject({ status: 0, stdout: 'null\n' });
  expect(await call(['activity', 'poll', 'pant'], { folder })).toMatchObject({
    ...{ status: 1, stderr: expect.stringContaining('known: paint') },
  });
});
