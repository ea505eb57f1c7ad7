/** `millrace activity`: the work of activities, for scripts. */
import { expect, it } from 'vitest';
import { call, folderWith } from './cli-call.ts';

const config = `export default { machines: {}, activities: ['paint'], store: 'memory' };`;

it('a poll without work prints that, and one of an unknown activity is refused', async () => {
  const folder = folderWith({ 'millrace.config.mjs': config });

  expect(await call(['activity', 'list'], { folder })).toMatchObject({
    status: 0,
    stdout: 'no activity has work waiting\n',
  });
  expect(
    await call(['activity', 'poll', 'paint', '--wait', '1', '--json'], { folder }),
  ).toMatchObject({ status: 0, stdout: 'null\n' });
  expect(await call(['activity', 'poll', 'pant'], { folder })).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('known: paint'),
  });
});
